#include "host/cli/critical_radii_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "host/cli/special_radii.hpp"

namespace modecollapse {
namespace {

// The kinds of the intervals at the radii of a dimension: "clopper-pearson", or "clopper-pearson or student-t".
std::string interval_methods(const std::map<double, Evaluation>& curve) {
    std::set<std::string> methods;
    for (const auto& [radius, evaluation] : curve) methods.insert(evaluation.ci_method);
    return fmt::format("{}", fmt::join(methods, " or "));
}

const char* name_of(ThresholdStatus status) { return threshold_status_names[static_cast<int>(status)]; }

}  // namespace

std::vector<double> sorted_without_repeats(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

void keep_the_first(CriticalRadii& radii, std::size_t found, Report& report) {
    if (found == radii.dimensions.size()) return;
    report.partial = fmt::format("the first {} of {} dimensions", found, radii.dimensions.size());
    radii.dimensions.resize(found);
}

Dataset dataset_of(const CriticalRadii& radii) {
    std::vector<std::int64_t> dimensions;
    std::vector<std::int8_t> status;
    std::vector<std::int64_t> failed;
    std::vector<double> r_c, low, high, resolution;
    for (std::size_t i = 0; i < radii.dimensions.size(); ++i) {
        dimensions.push_back(static_cast<std::int64_t>(radii.dimensions[i]));
        for (const CriticalRadius& c : radii.critical[i]) {
            status.push_back(static_cast<std::int8_t>(c.status));
            r_c.push_back(c.r_c);
            low.push_back(c.ci_low);
            high.push_back(c.ci_high);
            resolution.push_back(c.resolution);
            failed.push_back(c.failed);
        }
    }
    const std::vector<std::string> table = {"dimension", "level"};
    Dataset dataset;
    dataset.dimensions = {{"dimension", dimensions.size()}, {"level", radii.levels.size()}};
    dataset.variables = {
        {"dimension", {"dimension"}, dimensions, described("dimension d of the space")},
        {"level", {"level"}, radii.levels, described("level of the probability of collapse that defines r_c")},
        {"r_c", table, r_c, described("critical radius R_c(d; level)")},
        {"r_c_ci_low", table, low, described("largest searched radius below r_c with upper bound below the level")},
        {"r_c_ci_high", table, high, described("smallest searched radius with lower bound at or above the level")},
        {"r_c_resolution", table, resolution, described("width of the bracket of r_c")},
        {"status", table, status, flagged("status of r_c", "found below_range not_reached unsettled")},
        {"failed", table, failed, described("members that failed at the radii evaluated so far")}};
    return dataset;
}

nlohmann::ordered_json rows_json(const CriticalRadii& radii, std::uint64_t trajectories) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < radii.dimensions.size(); ++i)
        for (const CriticalRadius& c : radii.critical[i])
            rows.push_back({{"dimension", static_cast<std::int64_t>(radii.dimensions[i])},
                            {"level", c.level},
                            {"status", name_of(c.status)},
                            {"r_c", number_or_null(c.r_c)},
                            {"ci_low", number_or_null(c.ci_low)},
                            {"ci_high", number_or_null(c.ci_high)},
                            {"resolution", number_or_null(c.resolution)},
                            {"trajectories", trajectories},
                            {"evaluations", c.evaluations},
                            {"failed", c.failed},
                            {"ci_method", interval_methods(radii.curves[i])}});
    return rows;
}

Table rows_csv(const CriticalRadii& radii, std::uint64_t trajectories) {
    Table csv{{"dimension", "level", "status", "r_c", "ci_low", "ci_high", "resolution", "trajectories", "evaluations",
               "failed", "ci_method"},
              {}};
    for (std::size_t i = 0; i < radii.dimensions.size(); ++i)
        for (const CriticalRadius& c : radii.critical[i])
            csv.rows.push_back({cell_text(radii.dimensions[i]), cell_text(c.level), name_of(c.status), cell_text(c.r_c),
                                cell_text(c.ci_low), cell_text(c.ci_high), cell_text(c.resolution),
                                fmt::format("{}", trajectories), fmt::format("{}", c.evaluations),
                                fmt::format("{}", c.failed), interval_methods(radii.curves[i])});
    return csv;
}

void report_failures(const Configuration& options, const CriticalRadii& radii, Report& report) {
    std::vector<MemberFailures> failures;
    for (std::size_t i = 0; i < radii.dimensions.size(); ++i)
        for (const auto& [radius, e] : radii.curves[i])
            failures.push_back(
                failures_of(e.members, fmt::format("at R = {:g}, d = {:.0f}", radius, radii.dimensions[i])));
    report_failures(options, failures, report);
    for (const auto& rows : radii.critical)
        for (const CriticalRadius& c : rows)
            if (c.status == ThresholdStatus::unsettled && c.failed > 0) report.exit_code = exit_members_failed;
}

Table rows_table(const CriticalRadii& radii, int decimals) {
    Table table{{"dimension", "level", "R_c", "95 % interval", "status", "radii"}, {}};
    const auto digits = [decimals](double x) {
        return std::isnan(x) ? std::string("?") : fmt::format("{:.{}f}", x, decimals);
    };
    for (std::size_t i = 0; i < radii.dimensions.size(); ++i)
        for (const CriticalRadius& c : radii.critical[i]) {
            const bool found = c.status == ThresholdStatus::found;
            table.rows.push_back({fmt::format("{:.0f}", radii.dimensions[i]), fmt::format("{:g}", c.level),
                                  found ? digits(c.r_c) : "-",
                                  found ? fmt::format("{} .. {}", digits(c.ci_low), digits(c.ci_high)) : "-",
                                  name_of(c.status), fmt::format("{}", c.evaluations)});
        }
    return table;
}

}  // namespace modecollapse
