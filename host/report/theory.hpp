// The result of `theory`: exact probabilities, a row a dimension.
#pragma once

#include "host/report/estimate.hpp"
#include "host/theory/collapse_theory.hpp"

namespace modecollapse {

struct TheoryRow {
    double dimension;
    CollapseTheory theory;
    double seconds;

    double failed() const { return theory.share[static_cast<int>(Outcome::failed)]; }
};

Result theory_result(const std::vector<TheoryRow>& rows, double accuracy);
Table theory_table(const Result& result);

}  // namespace modecollapse
