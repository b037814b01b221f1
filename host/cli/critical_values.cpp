#include "host/cli/critical_values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace modecollapse {

std::function<void(std::size_t, double)> threshold_progress(Progress& progress, const ThresholdRequest& request,
                                                            const LookSchedule& looks) {
    const double expected = expected_evaluations(request.search, looks, request.levels.size());
    return [&progress, &request, expected](std::size_t i, double evaluations) {
        progress.update((static_cast<double>(i) + std::min(1.0, evaluations / expected)) /
                            static_cast<double>(request.dimensions.size()),
                        request.dimensions_are_listed ? fmt::format("d = {:.0f}", request.dimensions[i]) : "searching");
    };
}

void mark_missing_dimensions(const CriticalValues& found, Report& report) {
    if (found.dimensions.size() < found.asked)
        report.partial = fmt::format("the first {} of {} dimensions", found.dimensions.size(), found.asked);
}

void report_failures(const Configuration& options, const CriticalValues& found, const SearchWords& words,
                     Report& report) {
    const std::string of = words.symbol.empty() ? words.option : words.symbol;
    std::vector<MemberFailures> failures;
    for (std::size_t i = 0; i < found.dimensions.size(); ++i) {
        const std::string dimension =
            found.dimensions_are_listed ? fmt::format(", d = {:.0f}", found.dimensions[i]) : "";
        for (const auto& [value, e] : found.curves[i])
            failures.push_back(failures_of(e.members, fmt::format("at {} = {:g}{}", of, value, dimension)));
    }
    report_failures(options, failures, report);
    for (const auto& rows : found.critical)
        for (const CriticalValue& c : rows)
            if (c.status == ThresholdStatus::unsettled && c.failed > 0) report.exit_code = exit_members_failed;
}

}  // namespace modecollapse
