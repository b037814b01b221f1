// The result of `probability`, of any family, and of rare collapse.
#pragma once

#include "host/experiments/family_probability.hpp"
#include "host/report/members.hpp"

namespace modecollapse {

// Counts, P(collapse) and everything that the family's tally holds; numbers of every member only in the file.
// facts: the family's.
Result probability_result(const Family& family, const Settings& settings, const FamilyProbability& found,
                          const std::vector<Fact>& facts);

// wanted: the relative error asked for.
Result probability_result(const RareEventEstimate& found, double wanted);

}  // namespace modecollapse
