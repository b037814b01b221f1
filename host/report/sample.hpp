// The result of `sample`.
#pragma once

#include "host/experiments/sample.hpp"
#include "host/report/forms.hpp"

namespace modecollapse {

enum class PointsOf { draws, user };
// steps: that the member has made.
Result sample_result(const RealnvpPoints& points, std::size_t dimension, PointsOf origin, std::uint64_t steps);

// The target of K* modes before which the flow was trained. modes: (K*, d).
void add_modes(Result& result, const std::vector<std::vector<double>>& modes, const std::vector<double>& weights);

}  // namespace modecollapse
