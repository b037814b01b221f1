// modecollapse probability --family realnvp: the share of trainings of a RealNVP flow that lose a mode.
#include <fmt/format.h>

#include <chrono>

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/io/atomic_file.hpp"
#include "host/io/saved_members.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/report/probability.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

void require_save_path(const Configuration& options) {
    if (!options.has("save-flows")) return;
    try {
        require_creatable(options.text("save-flows"));
    } catch (const std::invalid_argument& error) {
        options.refuse("save-flows",
                       fmt::format("{} (allowed: a file in an existing folder that can be written to)", error.what()));
    }
}

std::string text_for(const Result& result, const Problem& target, const Training& training, const RunRecord& record,
                     double seconds) {
    const auto p = [&](const char* name) { return probability_text(number_of(result, name), 5); };
    return fmt::format("P(collapse) = {}   95 % interval {} .. {} (Clopper-Pearson)\n{}; seed {}\n\n", p("p_collapse"),
                       p("ci_low"), p("ci_high"), describe(target, training), record.seed) +
           to_aligned_text(outcome_table(result, outcome_classes(FamilyId::realnvp), Members::independent)) +
           fmt::format(
               "\nmeans: KL(q||p) {:.4g}, effective samples {:.3f}, variance along mu* {:.4g} (target {:.4g})\n",
               number_of(result, "mean_reverse_kl"), number_of(result, "mean_effective_samples"),
               number_of(result, "mean_projected_variance"), number_of(result, "target_projected_variance")) +
           fmt::format("{} trainings in {:.2f} s on {} ({}, {} precision)\n", text_of(result, "trajectories"), seconds,
                       record.backend, record.isa, record.precision);
}

}  // namespace

Report run_realnvp_probability(const Configuration& options) {
    const Problem target = target_from(options);
    Training training = training_from(options, options.number("dimension"));
    const TrainingRequest request = training_request_from(options);
    const RealnvpProblem problem = realnvp_problem(target, training);
    require_save_path(options);
    const Backend backend = training_backend_from(options);
    constexpr double bytes_of_a_member = 500.0;
    const bool saved = options.has("save-flows") || options.has("continue-flows");
    const double kept = saved ? 6.0 * sizeof(double) * static_cast<double>(parameter_count(training.shape)) : 0.0;
    require_memory(fmt::format("{} trainings on {} threads", request.members, backend.threads),
                   (bytes_of_a_member + kept) * static_cast<double>(request.members) +
                       backend.threads * memory_of_a_training(problem, request.precision));
    SavedMembers before, after(target, training,
                               {request.precision, request.seed, request.first,
                                options.has("save-flows") || options.has("continue-flows") ? request.members : 0});
    if (options.has("continue-flows")) {
        before = read_members(options.text("continue-flows"));
        require_same_training(before, after, options.text("continue-flows"));
    }
    Report report;
    report.record = begin_record(options, backend, "Probability of mode collapse of normalizing flows");
    const auto started = std::chrono::steady_clock::now();
    const RealnvpStates from = before.states(), to = after.states();
    TrainedMembers found;
    {
        Progress progress("probability", !options.flag("quiet"));
        TrainingControl control;
        control.progress = [&](double fraction) {
            progress.update(fraction, fmt::format("{} trainings", request.members));
        };
        found = trained_members(problem, request, backend, control, options.has("continue-flows") ? &from : nullptr,
                                options.has("save-flows") ? &to : nullptr);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    if (found.outcome.size() < request.members)
        report.partial = fmt::format("the first {} of {} trainings", found.outcome.size(), request.members);
    if (options.has("save-flows") && report.partial.empty())
        write_members(options.text("save-flows"), after, report.record);

    report.result = probability_result(target, training, found, request.members);
    report.result.add(time_taken(seconds));
    report.text = text_for(report.result, target, training, report.record, seconds);
    report_failures(options, {failures_of(trials_of(found.counts))}, report);
    return report;
}

}  // namespace modecollapse
