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
    std::string dimension, dimension_symbol;  // of a list of them: "dimension d of the space"
    bool is_radius() const { return critical == "r_c"; }
};
// dimension: the option that lists the dimensions; nullptr: there is none.
SearchWords search_words(const OptionRow& row, const OptionRow* dimension);

// Critical values over some dimensions, one after the other: what is told of each, wherever that stands.
struct CriticalColumns {
    std::vector<std::int8_t> status, directions;  // a status of -1: not computed
    std::vector<double> value, low, high, resolution;
    std::vector<std::int64_t> evaluations, members, failed;
    void add(const CriticalValue& found);
};
// status_name: "status" where nothing else has one. No direction of the radius, and none without one.
std::vector<Field> critical_fields(const SearchWords& words, const std::string& status_name, const Names& dimensions,
                                   const std::string& members, CriticalColumns columns);

// The kinds of the intervals at the values of a curve, "clopper-pearson" or, of two, "clopper-pearson or student-t".
std::string interval_methods(const std::map<double, Evaluation>& curve);

// What was searched, how and where.
void add_search(Result& result, const ThresholdSearch& search, const SearchWords& words);

// trajectories: at each value. Without dimensions of their own the rows are those of the levels alone.
Result threshold_result(const CriticalValues& found, const ThresholdSearch& search, const SearchWords& words,
                        const MemberClasses& classes, std::uint64_t trajectories);

// The curves on the grid of the first pass, (dimension, value), which the file has besides.
void add_first_pass(Result& result, const CriticalValues& found, const ThresholdSearch& search,
                    const SearchWords& words, const MemberClasses& classes);

// A line a dimension and level.
Table threshold_table(const Result& result, const ThresholdSearch& search, const SearchWords& words);

}  // namespace modecollapse
