#include "host/report/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "host/io/names.hpp"

namespace modecollapse {
namespace {

const Names methods = {estimate_methods[0], estimate_methods[1], spent_interval_name};
const Names list = {"evaluation"};

// Of a result whose family has no list of dimensions the levels alone.
Names plane_of(const CriticalValues& found) {
    return found.dimensions_are_listed ? Names{"dimension", "level"} : Names{"level"};
}
Names with_dimension(const CriticalValues& found, const std::string& other) {
    return found.dimensions_are_listed ? Names{"dimension", other} : Names{other};
}

// What is told of a critical value, and in which words: those of the radius are older than other options.
struct RowWords {
    std::string value, low, high, evaluations, members, failed, methods;
};
RowWords row_words(const SearchWords& words) {
    if (words.is_radius())
        return {"critical radius R_c(d; level)",
                "largest searched radius below r_c with upper bound below the level",
                "smallest searched radius with lower bound at or above the level",
                "radii evaluated for this dimension so far",
                "at these radii together",
                "members that failed at the radii evaluated so far",
                "kinds of the intervals at the radii evaluated"};
    return {"critical value of the " + words.long_name,
            "nearest searched value below critical_value at which P is surely on that side of the level",
            "nearest searched value above critical_value at which P is surely on that side of the level",
            "values evaluated so far",
            "at these values together",
            "members that failed at the values evaluated so far",
            "kinds of the intervals at the values evaluated"};
}

Field direction_field(const Names& dimensions, std::vector<std::int8_t> directions) {
    return flags("direction", dimensions, "whether P rises or falls along the range", words_of(direction_names, 2),
                 std::move(directions));
}

void add_rows(Result& result, const CriticalValues& found, const SearchWords& words, const MemberClasses& classes,
              std::uint64_t trajectories) {
    std::vector<std::int64_t> dimensions;
    std::vector<std::int8_t> directions;
    CriticalColumns columns;
    Names ci_method;
    for (std::size_t i = 0; i < found.dimensions.size(); ++i) {
        dimensions.push_back(static_cast<std::int64_t>(found.dimensions[i]));
        directions.push_back(static_cast<std::int8_t>(found.directions[i]));
        ci_method.push_back(interval_methods(found.curves[i]));
        for (const CriticalValue& c : found.critical[i]) columns.add(c);
    }
    const Names plane = plane_of(found);
    const Names along = found.dimensions_are_listed ? Names{"dimension"} : Names{};
    if (found.dimensions_are_listed) result.dimensions = {{"dimension", dimensions.size()}};
    result.dimensions.emplace_back("level", found.levels.size());
    result.lists.push_back({"rows", plane});
    result.rows = plane;
    const auto add = [&](Field one) { result.add(std::move(one).in("rows")); };
    if (found.dimensions_are_listed)
        add(field("dimension", {"dimension"}, words.dimension, dimensions)
                .symbol(words.dimension_symbol)
                .of_kind(FieldKind::coordinate));
    add(field("level", {"level"},
              fmt::format("level of the probability of collapse {} {}", words.is_radius() ? "that defines" : "of",
                          words.critical),
              found.levels)
            .of_kind(FieldKind::coordinate));
    for (Field& one : critical_fields(words, "status", plane, members_of(classes), std::move(columns)))
        add(std::move(one));
    if (!words.is_radius()) add(direction_field(along, directions));
    add(parameter("trajectories",
                  fmt::format("{} at each {} at most", members_of(classes), words.is_radius() ? "radius" : "value"),
                  static_cast<std::int64_t>(trajectories)));
    add(field("ci_method", along, row_words(words).methods, ci_method));
}

// Every evaluation, also the refining ones: (evaluation).
void add_evaluations(Result& result, const CriticalValues& found, const SearchWords& words,
                     const MemberClasses& classes) {
    std::vector<std::int64_t> dimension, counts, members;
    std::vector<std::int8_t> method;
    std::vector<double> value, p, low, high;
    for (std::size_t i = 0; i < found.dimensions.size(); ++i)
        for (const auto& [x, e] : found.curves[i]) {
            dimension.push_back(static_cast<std::int64_t>(found.dimensions[i]));
            value.push_back(x);
            counts.insert(counts.end(), e.counts.begin(), e.counts.end());
            p.push_back(e.p);
            low.push_back(e.interval.low);
            high.push_back(e.interval.high);
            const auto kind = std::find(methods.begin(), methods.end(), e.ci_method);
            method.push_back(static_cast<std::int8_t>(kind - methods.begin()));
            members.push_back(e.members.trials);
        }
    result.dimensions.emplace_back("evaluation", value.size());
    result.lists.push_back({"curves", list});
    const auto add = [&](Field one) { result.add(std::move(one).in("curves")); };
    if (found.dimensions_are_listed)
        add(field("evaluation_dimension", list, "dimension of an evaluation, refining ones included", dimension)
                .as("dimension"));
    const std::string of = words.is_radius() ? "radius" : words.long_name;
    add(field(("evaluation_" + words.option).c_str(), list, of + " of an evaluation", value)
            .attribute("units", words.unit)
            .as(words.option));
    add(field("evaluation_p_collapse", list, "probability of mode collapse of an evaluation", p).as("p_collapse"));
    add(field("evaluation_ci_low", list, "lower end of the 95 % interval of p_collapse", low).as("ci_low"));
    add(field("evaluation_ci_high", list, "upper end of the 95 % interval of p_collapse", high).as("ci_high"));
    add(flags("evaluation_ci_method", list, "kind of the interval of an evaluation", methods, method).as("ci_method"));
    add(field("evaluation_trajectories", list, fmt::format("{} of an evaluation", members_of(classes)), members)
            .as("trajectories"));
    add(field("evaluation_counts", {"evaluation", "outcome"},
              fmt::format("number of {} of an evaluation", members_of(classes)), counts)
            .as("counts"));
}

}  // namespace

SearchWords search_words(const OptionRow& row, const OptionRow* dimension) {
    SearchWords words;
    words.option = variable_name(row.name);
    words.long_name = long_name_of(row);
    words.symbol = row.symbol;
    words.unit = row.unit;
    if (row.name == "radius") {
        words.critical = "r_c";
        words.critical_symbol = "R_c";
    }
    if (dimension) {
        words.dimension = long_name_of(*dimension);
        words.dimension_symbol = dimension->symbol;
    }
    return words;
}

std::string interval_methods(const std::map<double, Evaluation>& curve) {
    std::set<std::string> kinds;
    for (const auto& [value, evaluation] : curve) kinds.insert(evaluation.ci_method);
    return fmt::format("{}", fmt::join(kinds, " or "));
}

void CriticalColumns::add(const CriticalValue& found) {
    status.push_back(static_cast<std::int8_t>(found.status));
    value.push_back(found.value);
    low.push_back(found.ci_low);
    high.push_back(found.ci_high);
    resolution.push_back(found.resolution);
    evaluations.push_back(found.evaluations);
    members.push_back(found.members);
    failed.push_back(found.failed);
}

std::vector<Field> critical_fields(const SearchWords& words, const std::string& status_name, const Names& dimensions,
                                   const std::string& members, CriticalColumns columns) {
    const RowWords told = row_words(words);
    const std::string name = words.critical;
    const auto in_units = [&](const std::string& suffix, const std::string& long_name, std::vector<double> data) {
        return field((name + suffix).c_str(), dimensions, long_name, std::move(data)).attribute("units", words.unit);
    };
    std::vector<Field> fields;
    fields.push_back(flags(status_name.c_str(), dimensions, "status of " + name,
                           words_of(threshold_status_names, words.is_radius() ? 4 : 5), std::move(columns.status))
                         .none_is(-1));
    if (!columns.directions.empty() && !words.is_radius())
        fields.push_back(direction_field(dimensions, std::move(columns.directions)).none_is(-1));
    Field critical = in_units("", told.value, std::move(columns.value));
    if (!words.critical_symbol.empty()) critical = std::move(critical).symbol(words.critical_symbol.c_str());
    fields.push_back(std::move(critical));
    fields.push_back(in_units("_ci_low", told.low, std::move(columns.low)).as("ci_low"));
    fields.push_back(in_units("_ci_high", told.high, std::move(columns.high)).as("ci_high"));
    fields.push_back(
        in_units("_resolution", fmt::format("width of the bracket of {}", name), std::move(columns.resolution))
            .as("resolution"));
    fields.push_back(field("evaluations", dimensions, told.evaluations, std::move(columns.evaluations)));
    fields.push_back(
        field("trajectories_run", dimensions, fmt::format("{} {}", members, told.members), std::move(columns.members)));
    fields.push_back(field("failed", dimensions, told.failed, std::move(columns.failed)));
    return fields;
}

void add_search(Result& result, const ThresholdSearch& search, const SearchWords& words) {
    result.dimensions.emplace_back("end", 2);
    const std::string values = words.is_radius() ? "radii" : "values";
    result.add(field((words.option + "_range").c_str(), {"end"}, values + " between which the search runs",
                     std::vector<double>{search.low, search.high})
                   .attribute("units", words.unit));
    if (!words.is_radius()) {
        result.add(field("searched", {}, "what is searched", Names{words.option}));
        result.add(flag("over_scale", "scale on which it is searched", words_of(scale_names, 2),
                        scale_names[static_cast<int>(search.scale)]));
    }
    const char* of_the_logarithm = search.scale == Scale::logarithmic ? ", of their logarithm" : "";
    result.add(number("coarse_step",
                      fmt::format("largest spacing of the {} of the first pass{}", values, of_the_logarithm),
                      search.coarse_step));
}

Result threshold_result(const CriticalValues& found, const ThresholdSearch& search, const SearchWords& words,
                        const MemberClasses& classes, std::uint64_t trajectories) {
    Result result;
    add_rows(result, found, words, classes, trajectories);
    add_outcomes(result, classes);
    add_search(result, search, words);
    std::vector<std::int64_t> total(classes.names.size(), 0);
    std::int64_t members = 0;
    for (const auto& curve : found.curves)
        for (const auto& [value, e] : curve) {
            members += e.members.trials;
            for (std::size_t c = 0; c < total.size(); ++c) total[c] += e.counts[c];
        }
    const std::string of = members_of(classes);
    result.add(
        whole("trajectories_total", fmt::format("{} at all {}", of, words.is_radius() ? "radii" : "values"), members));
    for (std::size_t c = 0; c < total.size(); ++c)
        for (const char* name : {"undecided", "failed"})
            if (classes.names[c] == name)
                result.add(whole((std::string(name) + "_total").c_str(), of + " of these that are " + name, total[c]));
    add_evaluations(result, found, words, classes);
    return result;
}

void add_first_pass(Result& result, const CriticalValues& found, const ThresholdSearch& search,
                    const SearchWords& words, const MemberClasses& classes) {
    const std::vector<double> values = first_pass(search);
    std::vector<std::int64_t> counts;
    std::vector<double> p, low, high;
    for (const auto& curve : found.curves)
        for (const double value : values) {
            const Evaluation& e = curve.at(value);
            counts.insert(counts.end(), e.counts.begin(), e.counts.end());
            p.push_back(e.p);
            low.push_back(e.interval.low);
            high.push_back(e.interval.high);
        }
    const Names grid = with_dimension(found, words.option);
    Names by_class = grid;
    by_class.emplace_back("outcome");
    result.dimensions.emplace_back(words.option, values.size());
    const auto add = [&](Field one) { result.add(std::move(one).only(file_form)); };
    Field axis = field(words.option.c_str(), {words.option}, words.long_name, values)
                     .attribute("units", words.unit)
                     .of_kind(FieldKind::coordinate);
    if (!words.symbol.empty()) axis = std::move(axis).symbol(words.symbol.c_str());
    add(std::move(axis));
    add(field("counts", by_class, "number of " + members_of(classes), counts));
    add(field("p_collapse", grid, "probability of mode collapse", p));
    add(field("ci_low", grid, "lower end of the 95 % interval of p_collapse", low));
    add(field("ci_high", grid, "upper end of the 95 % interval of p_collapse", high));
}

Table threshold_table(const Result& result, const ThresholdSearch& search, const SearchWords& words) {
    const int decimals = std::max(3, static_cast<int>(std::floor(-std::log10(search.resolution))) + 1);
    const auto value = shown(words.is_radius() ? fmt::format("{{:.{}f}}", decimals) : "{:.5g}", "?");
    const std::string of = words.symbol.empty() ? words.option : words.symbol;
    std::vector<TextColumn> columns = {{"level", "level", shown("{:g}")},
                                       {words.is_radius() ? "R_c" : "critical " + of, words.critical, value},
                                       {"95 % interval", words.critical + "_ci_low", value},
                                       {"", words.critical + "_ci_high", value},
                                       {"status", "status", {}},
                                       {words.is_radius() ? "radii" : "values", "evaluations", {}},
                                       {"trajectories", "trajectories_run", {}}};
    if (result.rows.size() > 1) columns.insert(columns.begin(), {"dimension", "dimension", {}});
    const std::size_t at = result.rows.size();  // of the critical value
    Table table = text_table(result, result.rows, columns);
    table.columns.erase(table.columns.begin() + static_cast<std::ptrdiff_t>(at) + 2);
    for (Names& row : table.rows) {  // the two ends become one column
        const bool found = row[at + 3] == threshold_status_names[static_cast<int>(ThresholdStatus::found)];
        row[at + 1] = found ? row[at + 1] + " .. " + row[at + 2] : "-";
        if (!found) row[at] = "-";
        row.erase(row.begin() + static_cast<std::ptrdiff_t>(at) + 2);
    }
    return table;
}

}  // namespace modecollapse
