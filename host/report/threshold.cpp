#include "host/report/threshold.hpp"

#include <fmt/format.h>

#include <set>

namespace modecollapse {
namespace {

const Names methods = {"clopper-pearson", "student-t"};
const Names plane = {"dimension", "level"}, list = {"evaluation"};

// The kinds of the intervals at the radii of a dimension: "clopper-pearson", or "clopper-pearson or student-t".
std::string interval_methods(const std::map<double, Evaluation>& curve) {
    std::set<std::string> kinds;
    for (const auto& [radius, evaluation] : curve) kinds.insert(evaluation.ci_method);
    return fmt::format("{}", fmt::join(kinds, " or "));
}

void add_rows(Result& result, const CriticalRadii& found, const OutcomeClasses& classes, std::uint64_t trajectories) {
    std::vector<std::int64_t> dimensions, failed, evaluations;
    std::vector<std::int8_t> status;
    std::vector<double> r_c, low, high, resolution;
    Names ci_method;
    for (std::size_t i = 0; i < found.dimensions.size(); ++i) {
        dimensions.push_back(static_cast<std::int64_t>(found.dimensions[i]));
        ci_method.push_back(interval_methods(found.curves[i]));
        for (const CriticalRadius& c : found.critical[i]) {
            status.push_back(static_cast<std::int8_t>(c.status));
            r_c.push_back(c.r_c);
            low.push_back(c.ci_low);
            high.push_back(c.ci_high);
            resolution.push_back(c.resolution);
            evaluations.push_back(c.evaluations);
            failed.push_back(c.failed);
        }
    }
    result.dimensions = {{"dimension", dimensions.size()}, {"level", found.levels.size()}};
    result.lists.push_back({"rows", plane});
    result.rows = plane;
    const auto add = [&](Field one) { result.add(std::move(one).in("rows")); };
    add(field("dimension", {"dimension"}, "dimension d of the space", dimensions)
            .symbol("d")
            .of_kind(FieldKind::coordinate));
    add(field("level", {"level"}, "level of the probability of collapse that defines r_c", found.levels)
            .of_kind(FieldKind::coordinate));
    add(flags("status", plane, "status of r_c", words_of(threshold_status_names, 4), status));
    add(field("r_c", plane, "critical radius R_c(d; level)", r_c).symbol("R_c"));
    add(field("r_c_ci_low", plane, "largest searched radius below r_c with upper bound below the level", low)
            .as("ci_low"));
    add(field("r_c_ci_high", plane, "smallest searched radius with lower bound at or above the level", high)
            .as("ci_high"));
    add(field("r_c_resolution", plane, "width of the bracket of r_c", resolution).as("resolution"));
    add(parameter("trajectories", fmt::format("{} at each radius", members_of(classes)),
                  static_cast<std::int64_t>(trajectories)));
    add(field("evaluations", plane, "radii evaluated for this dimension so far", evaluations));
    add(field("failed", plane, "members that failed at the radii evaluated so far", failed));
    add(field("ci_method", {"dimension"}, "kinds of the intervals at the radii evaluated", ci_method));
}

// Every evaluation, also the refining ones: (evaluation).
void add_evaluations(Result& result, const CriticalRadii& found, const OutcomeClasses& classes) {
    const std::string members = members_of(classes);
    std::vector<std::int64_t> dimension, counts;
    std::vector<std::int8_t> method;
    std::vector<double> radius, p, low, high;
    for (std::size_t i = 0; i < found.dimensions.size(); ++i)
        for (const auto& [r, e] : found.curves[i]) {
            dimension.push_back(static_cast<std::int64_t>(found.dimensions[i]));
            radius.push_back(r);
            counts.insert(counts.end(), e.counts.begin(), e.counts.end());
            p.push_back(e.p);
            low.push_back(e.interval.low);
            high.push_back(e.interval.high);
            method.push_back(std::string(e.ci_method) == methods[1] ? 1 : 0);
        }
    result.dimensions.emplace_back("evaluation", radius.size());
    result.lists.push_back({"curves", list});
    const auto add = [&](Field one) { result.add(std::move(one).in("curves")); };
    add(field("evaluation_dimension", list, "dimension of an evaluation, refining ones included", dimension)
            .as("dimension"));
    add(field("evaluation_radius", list, "radius of an evaluation", radius).as("radius"));
    add(field("evaluation_p_collapse", list, "probability of mode collapse of an evaluation", p).as("p_collapse"));
    add(field("evaluation_ci_low", list, "lower end of the 95 % interval of p_collapse", low).as("ci_low"));
    add(field("evaluation_ci_high", list, "upper end of the 95 % interval of p_collapse", high).as("ci_high"));
    add(flags("evaluation_ci_method", list, "kind of the interval of an evaluation", methods, method).as("ci_method"));
    add(field("evaluation_counts", {"evaluation", "outcome"}, fmt::format("number of {} of an evaluation", members),
              counts)
            .as("counts"));
}

}  // namespace

Result threshold_result(const CriticalRadii& found, const ThresholdSearch& search, const OutcomeClasses& classes,
                        std::uint64_t trajectories) {
    Result result;
    add_rows(result, found, classes, trajectories);
    add_outcomes(result, classes);
    result.dimensions.emplace_back("end", 2);
    result.add(field("radius_range", {"end"}, "radii between which the search runs",
                     std::vector<double>{search.radius_low, search.radius_high}));
    result.add(number("coarse_step", "largest spacing of the radii of the first pass", search.coarse_step));
    std::vector<std::int64_t> total(static_cast<std::size_t>(classes.count), 0);
    std::int64_t members = 0;
    for (const auto& curve : found.curves)
        for (const auto& [radius, e] : curve) {
            members += e.members.trials;
            for (std::size_t c = 0; c < total.size(); ++c) total[c] += e.counts[c];
        }
    const std::string of = members_of(classes);
    result.add(whole("trajectories_total", of + " at all radii", members));
    for (std::size_t c = 0; c < total.size(); ++c)
        for (const char* name : {"undecided", "failed"})
            if (std::string(classes.names[c]) == name)
                result.add(whole((std::string(name) + "_total").c_str(), of + " of these that are " + name, total[c]));
    add_evaluations(result, found, classes);
    return result;
}

void add_first_pass(Result& result, const CriticalRadii& found, const std::vector<double>& radii) {
    std::vector<std::int64_t> counts;
    std::vector<double> p, low, high;
    for (const auto& curve : found.curves)
        for (const double radius : radii) {
            const Evaluation& e = curve.at(radius);
            counts.insert(counts.end(), e.counts.begin(), e.counts.end());
            p.push_back(e.p);
            low.push_back(e.interval.low);
            high.push_back(e.interval.high);
        }
    const Names grid = {"dimension", "radius"};
    result.dimensions.emplace_back("radius", radii.size());
    const auto add = [&](Field one) { result.add(std::move(one).only(file_form)); };
    add(field("radius", {"radius"}, "radius R of the target's modes", radii)
            .symbol("R")
            .of_kind(FieldKind::coordinate));
    add(field("counts", {"dimension", "radius", "outcome"}, "number of trajectories", counts));
    add(field("p_collapse", grid, "probability of mode collapse", p));
    add(field("ci_low", grid, "lower end of the 95 % interval of p_collapse", low));
    add(field("ci_high", grid, "upper end of the 95 % interval of p_collapse", high));
}

Table threshold_table(const Result& result, int decimals) {
    const std::string format = fmt::format("{{:.{}f}}", decimals);
    const auto radius = shown(format.c_str(), "?");
    const std::vector<TextColumn> columns = {{"dimension", "dimension", {}}, {"level", "level", shown("{:g}")},
                                             {"R_c", "r_c", radius},         {"95 % interval", "r_c_ci_low", radius},
                                             {"", "r_c_ci_high", radius},    {"status", "status", {}},
                                             {"radii", "evaluations", {}}};
    Table table = text_table(result, plane, columns);
    table.columns.erase(table.columns.begin() + 4);
    for (Names& row : table.rows) {  // the two ends become one column
        const bool found = row[5] == threshold_status_names[static_cast<int>(ThresholdStatus::found)];
        row[3] = found ? row[3] + " .. " + row[4] : "-";
        if (!found) row[2] = "-";
        row.erase(row.begin() + 4);
    }
    return table;
}

}  // namespace modecollapse
