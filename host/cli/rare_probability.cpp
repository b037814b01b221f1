#include "host/cli/rare_probability.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/options/physics_options.hpp"
#include "host/rare/rare_event.hpp"
#include "host/report/probability.hpp"
#include "host/run/default_threads.hpp"

namespace modecollapse {
namespace {

RareEventRequest request_from(const Configuration& options, const Backend& backend) {
    RareEventRequest request;
    request.seed = options.seed();
    request.budget = static_cast<std::uint64_t>(options.integer("trajectories"));
    if (options.has("relative-error")) request.relative_error = options.number("relative-error");
    request.threads = backend.cuda ? default_threads() : backend.threads;
    return request;
}

void warn_of(const RareEventEstimate& e, double wanted) {
    if (e.status == RareEventStatus::not_found)
        spdlog::warn("no collapse found in {} trajectories: ci_high is a bound, not an estimate", e.draws);
    if (e.status == RareEventStatus::failed)
        spdlog::warn("the trajectories that failed leave more of P open than the relative error {:g}", wanted);
    if (e.status == RareEventStatus::unsettled)
        spdlog::warn("the weights have not settled: the interval need not hold (allow more --trajectories)");
    if (e.status == RareEventStatus::budget_used)
        spdlog::warn("relative error {:.3g} instead of {:g}: {} trajectories were not enough", e.relative_error, wanted,
                     e.draws);
}

}  // namespace

Report run_rare_probability(const Configuration& options) {
    const Family& family = family_named(options.family());
    if (!family.law)
        options.refuse("rare", fmt::format("is not available with --family {} (allowed: false)", family.name));
    const Settings settings = options.settings();
    const Backend backend = backend_from(options);
    const RareEventRequest request = request_from(options, backend);
    Report report;
    report.record = begin_record(options, backend, title_of(family, "Probability of rare mode collapse"));
    const auto started = std::chrono::steady_clock::now();
    RareEventEstimate e;
    {
        Progress progress("probability", !options.flag("quiet"));
        bool told = false;
        e = family.law->of_rare_event(settings, request, backend, [&](std::uint64_t done) {
            if (!std::exchange(told, true)) tell_drawn_seed(options);  // what it refuses is behind it
            progress.update(static_cast<double>(done) / static_cast<double>(request.budget),
                            fmt::format("{} {}", done, family.members));
        });
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    warn_of(e, request.relative_error);
    report.result = probability_result(e, request.relative_error);
    add_facts(report.result, facts_of(family, settings, probability_command, nullptr));
    report.result.add(time_taken(seconds));
    const Result& result = report.result;
    const auto p = shown("{:.4g}", "unknown");
    report.text =
        fmt::format("P(collapse) = {}   95 % interval {} .. {} (importance sampling, {}; {})\n",
                    p(value_of(result, "p_collapse")), p(value_of(result, "ci_low")), p(value_of(result, "ci_high")),
                    text_of(result, "ci_method"), text_of(result, "rare_status")) +
        fmt::format("{}; seed {}\n\n", describe(family, settings), request.seed) +
        fmt::format("relative error {} (wanted {:g}) from {} {}, {} of them collapsed, after {} levels\n",
                    shown("{:.3g}", "nan")(value_of(result, "relative_error")), request.relative_error,
                    text_of(result, "trajectories_final"), family.members, text_of(result, "collapsed_final"),
                    text_of(result, "levels")) +
        fmt::format("{} {} in {:.2f} s on {} ({}, {} precision)\n", text_of(result, "trajectories"), family.members,
                    seconds, report.record.backend, report.record.isa, report.record.precision);
    report_failures(
        options, {{static_cast<double>(e.failed), static_cast<double>(e.draws), e.failed_share, !std::isnan(e.p), ""}},
        report);
    return report;
}

}  // namespace modecollapse
