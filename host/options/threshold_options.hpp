// From the options of threshold, which a cell of a sweep may have as well, to its search and the ensembles at its values.
#pragma once

#include "host/families/family.hpp"
#include "host/options/searched_option.hpp"
#include "host/starts/collapse_estimate.hpp"
#include "host/threshold/critical_value.hpp"

namespace modecollapse {

ThresholdSearch search_of(const SearchedOption& over, const Family& family);

// What an ensemble of `probability` would be made from, with this value of the option searched. dimension: of a list;
// empty: there is none.
Settings settings_at(const Settings& threshold, const Family& family, const SearchedOption& over,
                     const std::string& dimension, double value);

// P by the family's theory at a value, for where to look first; none where it is not covered, or where sampling a value costs
// less than asking the theory. dimensions: of a list.
std::function<double(std::size_t dimension, double value, int threads)> guess_of(const Settings& threshold,
                                                                                 const Family& family,
                                                                                 const SearchedOption& over,
                                                                                 bool dimensions_are_listed,
                                                                                 const std::vector<double>& dimensions);

// As sampling_from (start_options.hpp).
SamplingPlan sampling_plan(const Settings& settings);

}  // namespace modecollapse
