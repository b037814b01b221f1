#include "host/cli/critical_radii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modecollapse {

std::function<void(std::size_t, double)> threshold_progress(Progress& progress, const ThresholdRequest& search,
                                                            double first_pass, double for_a_level) {
    const double expected = first_pass + for_a_level * static_cast<double>(search.levels.size());
    return [&progress, expected, dimensions = search.dimensions](std::size_t i, double evaluations) {
        progress.update(
            (static_cast<double>(i) + std::min(1.0, evaluations / expected)) / static_cast<double>(dimensions.size()),
            fmt::format("d = {:.0f}", dimensions[i]));
    };
}

void mark_missing_dimensions(const CriticalRadii& found, Report& report) {
    if (found.dimensions.size() < found.asked)
        report.partial = fmt::format("the first {} of {} dimensions", found.dimensions.size(), found.asked);
}

void report_failures(const Configuration& options, const CriticalRadii& found, Report& report) {
    std::vector<MemberFailures> failures;
    for (std::size_t i = 0; i < found.dimensions.size(); ++i)
        for (const auto& [radius, e] : found.curves[i])
            failures.push_back(
                failures_of(e.members, fmt::format("at R = {:g}, d = {:.0f}", radius, found.dimensions[i])));
    report_failures(options, failures, report);
    for (const auto& rows : found.critical)
        for (const CriticalRadius& c : rows)
            if (c.status == ThresholdStatus::unsettled && c.failed > 0) report.exit_code = exit_members_failed;
}

}  // namespace modecollapse
