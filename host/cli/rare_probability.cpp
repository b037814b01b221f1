#include "host/cli/rare_probability.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/options/physics_options.hpp"
#include "host/rare/rare_event.hpp"
#include "host/report/physics.hpp"
#include "host/report/probability.hpp"
#include "host/run/default_threads.hpp"

namespace modecollapse {
namespace {

RareEventRequest request_from(const Configuration& options, const Backend& backend) {
    RareEventRequest request;
    request.dimension = options.number("dimension");
    request.seed = options.seed();
    request.budget = static_cast<std::uint64_t>(options.integer("trajectories"));
    if (options.has("relative-error")) request.relative_error = options.number("relative-error");
    request.threads = backend.cuda ? default_threads() : backend.threads;
    return request;
}

// The starts that collapse.
StartSet collapsing(const MixtureSetup& setup, double dimension, const Backend& backend) {
    return [&setup, &backend, dimension](const OrderParameters<double>* starts, std::uint64_t count,
                                         std::uint8_t* fates) {
        EndRecord record = {};
        record.outcome = fates;
        run_from_starts(setup, dimension, starts, count, record, backend);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto outcome = static_cast<Outcome>(fates[i]);
            fates[i] = outcome == Outcome::failed ? start_failed : is_collapse(outcome) ? start_inside : start_outside;
        }
    };
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
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const Backend backend = backend_from(options);
    const std::optional<double> horizon = effective_horizon(problem, settings);
    RareEventRequest request = request_from(options, backend);
    Report report;
    report.record = begin_record(options, backend, "Probability of rare mode collapse");
    const auto started = std::chrono::steady_clock::now();
    const MixtureSetup setup(problem, settings);
    request.start_weight = setup.base().start_weight;
    RareEventEstimate e;
    {
        Progress progress("probability", !options.flag("quiet"));
        e = estimate_rare_event(request, collapsing(setup, request.dimension, backend), [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / static_cast<double>(request.budget),
                            fmt::format("{} trajectories", done));
        });
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    warn_of(e, request.relative_error);
    report.result = probability_result(e, request.relative_error);
    add_physics(report.result, problem, settings);
    report.result.add(time_taken(seconds));
    const Result& result = report.result;
    const auto p = shown("{:.4g}", "unknown");
    report.text =
        fmt::format("P(collapse) = {}   95 % interval {} .. {} (importance sampling, {}; {})\n",
                    p(value_of(result, "p_collapse")), p(value_of(result, "ci_low")), p(value_of(result, "ci_high")),
                    text_of(result, "ci_method"), text_of(result, "rare_status")) +
        fmt::format("{}, d = {:.0f}; {}; seed {}\n\n", describe(problem, settings, true), request.dimension,
                    horizon ? fmt::format("state at t = {:g}", *horizon) : "until trapped", request.seed) +
        fmt::format("relative error {} (wanted {:g}) from {} trajectories, {} of them collapsed, after {} levels\n",
                    shown("{:.3g}", "nan")(value_of(result, "relative_error")), request.relative_error,
                    text_of(result, "trajectories_final"), text_of(result, "collapsed_final"),
                    text_of(result, "levels")) +
        fmt::format("{} trajectories in {:.2f} s on {} ({}, {} precision)\n", text_of(result, "trajectories"), seconds,
                    report.record.backend, report.record.isa, report.record.precision);
    report_failures(
        options, {{static_cast<double>(e.failed), static_cast<double>(e.draws), e.failed_share, !std::isnan(e.p), ""}},
        report);
    return report;
}

}  // namespace modecollapse
