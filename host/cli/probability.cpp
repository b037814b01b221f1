// modecollapse probability: P(collapse) at one point.
#include <fmt/format.h>

#include <chrono>

#include "host/cli/commands.hpp"
#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/rare_probability.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/mixture/work.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/options/start_options.hpp"
#include "host/report/probability.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

// "scrambled Sobol, 16 replicates, student-t"
std::string how_known(const Result& result, const SamplingPlan& plan) {
    if (plan.sampling != Sampling::sobol) return "Clopper-Pearson";
    return fmt::format("scrambled Sobol, {} replicates, {}", text_of(result, "replicates"),
                       text_of(result, "ci_method"));
}

std::string text_for(const Result& result, const MixtureEnsemble& ensemble, const RunRecord& record, double seconds) {
    const bool sobol = ensemble.plan.sampling == Sampling::sobol;
    const int decimals = sobol ? 7 : 5;
    const auto p = [&](const char* name) { return probability_text(number_of(result, name), decimals); };
    const std::optional<double> horizon = effective_horizon(ensemble.problem, ensemble.settings);
    const std::string quasi = text_of(result, "quasi_collapse");
    return fmt::format("P(collapse) = {}   95 % interval {} .. {} ({})\n", p("p_collapse"), p("ci_low"), p("ci_high"),
                       how_known(result, ensemble.plan)) +
           fmt::format("{}, d = {:.0f}; {}; seed {}\n\n", describe(ensemble.problem, ensemble.settings, true),
                       ensemble.request.dimension,
                       horizon ? fmt::format("state at t = {:g}", *horizon) : "until trapped", ensemble.request.seed) +
           to_aligned_text(outcome_table(result, outcome_classes(FamilyId::mixture),
                                         sobol ? Members::replicated : Members::independent)) +
           (quasi.empty() ? std::string()
                          : fmt::format("\n{} of them quasi-collapsed: aligned for more than {:g} % of the run, and "
                                        "matched or swapped at its end\n",
                                        quasi, 100.0 * ensemble.settings.quasi_share)) +
           fmt::format("\n{} trajectories in {:.2f} s on {} ({}, {} precision)\n", text_of(result, "trajectories"),
                       seconds, record.backend, record.isa, record.precision);
}

}  // namespace

Report run_probability(const Configuration& options) {
    if (is_realnvp(options)) return run_realnvp_probability(options);
    if (options.flag("rare")) return run_rare_probability(options);
    MixtureEnsemble ensemble = {problem_from(options), settings_from(options), {}, sampling_from(options)};
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Probability of mode collapse");
    EnsembleRequest& request = ensemble.request;
    request.dimension = options.number("dimension");
    request.seed = options.seed();
    request.trajectories = trajectories_from(options, ensemble.plan);
    const auto started = std::chrono::steady_clock::now();
    require_memory(fmt::format("SGD in {:.0f} dimensions on {} threads", request.dimension, backend.threads),
                   backend.threads * memory_of_a_thread(ensemble.problem, ensemble.settings, request.dimension));
    MixtureProbability found;
    {
        Progress progress("probability", !options.flag("quiet"));
        RunControl control;
        control.progress = [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / static_cast<double>(request.trajectories),
                            fmt::format("{} trajectories", done));
        };
        found = mixture_probability(ensemble, backend, control);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    const TrialCounts& members = found.estimate.members;
    if (static_cast<std::uint64_t>(members.trials) < request.trajectories)
        report.partial = fmt::format("the first {} of {} trajectories", members.trials, request.trajectories);
    report.result = probability_result(ensemble, found);
    report.result.add(time_taken(seconds));
    report.text = text_for(report.result, ensemble, report.record, seconds);
    report_failures(options, {failures_of(members)}, report);
    return report;
}

}  // namespace modecollapse
