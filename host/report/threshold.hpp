// The result of `threshold`: critical values (dimension, level), and every value evaluated, for any family and option.
#pragma once

#include "host/experiments/threshold.hpp"
#include "host/report/members.hpp"

namespace modecollapse {

// What the result calls the option that was searched, and its critical value.
struct SearchWords {
    std::string option;     // "radius": the variables evaluation_radius and radius_range
    std::string long_name;  // "radius R of the target's modes"
    std::string symbol, unit;
    std::string critical = "critical_value";  // the variable; r_c of the radius
    std::string critical_symbol = {};
    bool is_radius() const { return critical == "r_c"; }
};
SearchWords search_words(const OptionRow& row);

// trajectories: at each value. Without dimensions of their own the rows are those of the levels alone.
Result threshold_result(const CriticalValues& found, const ThresholdSearch& search, const SearchWords& words,
                        const MemberClasses& classes, std::uint64_t trajectories);

// The curves on the grid of the first pass, (dimension, value), which the file has besides.
void add_first_pass(Result& result, const CriticalValues& found, const ThresholdSearch& search,
                    const SearchWords& words, const MemberClasses& classes);

// A line a dimension and level.
Table threshold_table(const Result& result, const ThresholdSearch& search, const SearchWords& words);

}  // namespace modecollapse
