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

// As sampling_from (start_options.hpp).
SamplingPlan sampling_plan(const Settings& settings);

}  // namespace modecollapse
