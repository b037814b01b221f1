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

std::string how_far(const StoppedSearch& stopped, const ThresholdRequest& request, const SearchWords& words) {
    const std::string of = words.symbol.empty() ? words.option : words.symbol;
    std::int64_t members = 0;
    for (const auto& [value, e] : stopped.curve) members += e.members.trials;
    std::string text =
        fmt::format("the search{} had looked at {} values of {}, with {} members",
                    request.dimensions_are_listed ? fmt::format(" in the first of {} dimensions, d = {:.0f},",
                                                                request.dimensions.size(), request.dimensions.front())
                                                  : "",
                    stopped.curve.size(), of, members);
    for (const double level : stopped.curve.empty() ? std::vector<double>{} : request.levels) {
        const auto where = [&](const auto& holds) {
            std::vector<double> values;
            for (const auto& [value, e] : stopped.curve)
                if (holds(e.interval)) values.push_back(value);
            return values.empty() ? std::string("nowhere yet")
                                  : fmt::format("{:g} .. {:g}", values.front(), values.back());
        };
        text += fmt::format("; level {:g}: P(collapse) is surely below it at {} = {}, surely reaches it at {}", level,
                            of, where([&](const Interval& p) { return p.high < level; }),
                            where([&](const Interval& p) { return p.low >= level; }));
    }
    return text;
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
