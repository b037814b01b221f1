// What every fit to a target of known modes can be measured by: names, units and words; classes by the modes that it loses.
#pragma once

#include "host/families/fact.hpp"
#include "host/families/tally.hpp"

namespace modecollapse {

inline constexpr Quantity mode_weight_error_measure = {
    "mode_weight_error", "1", "mode-weight error (1/2) sum_k |w*_k - q_k|, q_k the share of mode k in q"};
inline constexpr Quantity entropic_mode_coverage_measure = {"entropic_mode_coverage", "1",
                                                            "entropy of the shares of the modes in q over log K*"};

// A name that lives as long as the program.
const char* kept_name(const std::string& name);

// covered, and lost_1 to lost_{most - 1}: collapses. most: modes that can be covered.
std::vector<OutcomeClass> classes_of_lost_modes(int most);

// Of the target: K*, r, and what a perfect fit reads as entropic mode coverage.
std::vector<Fact> facts_of_modes(int count, int span, double full_coverage);

}  // namespace modecollapse
