// modecollapse probability --family realnvp: the share of trainings of a RealNVP flow that lose a mode.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "host/cli/failed_members.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/realnvp_output.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/cli/special_radii.hpp"
#include "host/io/atomic_file.hpp"
#include "host/io/saved_members.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/run/memory.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

struct TrainedMembers {
    RealnvpCounts counts = {};
    std::vector<std::uint8_t> outcome;
    std::vector<std::uint64_t> steps;
    std::vector<RealnvpMonitor> monitor;
};

// Mean over the members that did not fail; NaN without any.
double mean_of(const TrainedMembers& flows, double RealnvpMonitor::*quantity) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < flows.monitor.size(); ++i) {
        if (flows.outcome[i] == static_cast<std::uint8_t>(RealnvpOutcome::failed)) continue;
        sum += flows.monitor[i].*quantity;
        count += 1.0;
    }
    return sum / count;
}

void require_save_path(const Configuration& options) {
    if (!options.has("save-flows")) return;
    try {
        require_creatable(options.text("save-flows"));
    } catch (const std::invalid_argument& error) {
        options.refuse("save-flows",
                       fmt::format("{} (allowed: a file in an existing folder that can be written to)", error.what()));
    }
}

constexpr std::uint8_t unfinished = 255;  // in place of an outcome

// Leaves the members up to the first that is not finished: which of the others are may depend on their outcome.
void keep_the_first(TrainedMembers& flows) {
    const auto end = std::find(flows.outcome.begin(), flows.outcome.end(), unfinished);
    const auto n = static_cast<std::size_t>(end - flows.outcome.begin());
    flows.outcome.resize(n);
    flows.steps.resize(n);
    flows.monitor.resize(n);
    flows.counts = {};
    for (std::size_t i = 0; i < n; ++i) {
        ++flows.counts.count[flows.outcome[i]];
        flows.counts.steps += static_cast<std::int64_t>(flows.steps[i]);
    }
}

TrainedMembers train(const Configuration& options, const RealnvpProblem& problem, const TrainingRequest& request,
                     const Backend& backend, const SavedMembers* from, SavedMembers* to) {
    TrainedMembers flows;
    flows.outcome.resize(request.members, unfinished);
    flows.steps.resize(request.members);
    flows.monitor.resize(request.members);
    RealnvpTask task = {&problem, request.precision, request.seed, request.first, request.members, problem.steps};
    task.record = {flows.outcome.data(), flows.steps.data(), flows.monitor.data()};
    RealnvpStates before = {}, after = {};
    SavedMembers start;
    if (from) {
        start = *from;
        before = start.states();
        task.from = &before;
    }
    if (to) {
        after = to->states();
        task.to = &after;
    }
    Progress progress("probability", !options.flag("quiet"));
    TrainingControl control;
    control.progress = [&](double fraction) {
        progress.update(fraction, fmt::format("{} trainings", request.members));
    };
    try {
        flows.counts = train_members(task, backend, control);
    } catch (const Interrupted&) {
        keep_the_first(flows);
        if (!partial_answers_kept() || flows.outcome.empty()) throw;
    }
    return flows;
}

Dataset dataset_of(const TrainedMembers& flows, const TrainingEstimate& estimate) {
    const std::vector<std::string> point;  // no dimension
    const std::size_t n = flows.outcome.size();
    std::vector<double> kl(n), ess(n), mean(n), variance(n), plus(n);
    std::vector<std::int64_t> ids(n);
    for (std::size_t i = 0; i < n; ++i) {
        const RealnvpMonitor& m = flows.monitor[i];
        kl[i] = m.reverse_kl;
        ess[i] = m.effective_samples;
        mean[i] = m.projected_mean;
        variance[i] = m.projected_variance;
        plus[i] = m.mass_plus;
        ids[i] = static_cast<std::int64_t>(i);
    }
    Dataset dataset;
    dataset.dimensions = {{"outcome", realnvp_outcome_count}, {"member", n}};
    dataset.variables = {
        realnvp_outcome_coordinate(),
        {"member", {"member"}, ids, described("id of a training")},
        {"counts",
         {"outcome"},
         std::vector<std::int64_t>(flows.counts.count, flows.counts.count + realnvp_outcome_count),
         described("number of trainings")},
        {"p_collapse", point, std::vector<double>{estimate.p}, described("probability of mode collapse")},
        {"ci_low", point, std::vector<double>{estimate.interval.low},
         described("lower end of the 95 % interval (clopper-pearson)")},
        {"ci_high", point, std::vector<double>{estimate.interval.high},
         described("upper end of the 95 % interval (clopper-pearson)")},
        {"failed", point, std::vector<std::int64_t>{estimate.members.failed}, described("trainings that failed")},
        {"member_outcome",
         {"member"},
         std::vector<std::int8_t>(flows.outcome.begin(), flows.outcome.end()),
         {{"units", "1"},
          {"long_name", "outcome"},
          {"flag_values", std::vector<std::int8_t>{0, 1, 2, 3}},
          {"flag_meanings", std::string("collapsed_plus collapsed_minus covered failed")}}},
        {"reverse_kl", {"member"}, kl, described("KL divergence of the flow from the target")},
        {"effective_samples", {"member"}, ess, described("effective share of samples")},
        {"projected_mean", {"member"}, mean, described("mean of samples along mu*/R")},
        {"projected_variance", {"member"}, variance, described("variance of samples along mu*/R")},
        {"mass_plus", {"member"}, plus, described("mass of the flow on the side of +mu*")}};
    return dataset;
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
    const TrainedMembers flows =
        train(options, problem, request, backend, options.has("continue-flows") ? &before : nullptr,
              options.has("save-flows") ? &after : nullptr);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();
    if (flows.outcome.size() < request.members)
        report.partial = fmt::format("the first {} of {} trainings", flows.outcome.size(), request.members);
    if (options.has("save-flows") && report.partial.empty())
        write_members(options.text("save-flows"), after, report.record);

    const TrainingEstimate estimate = estimate_collapse(flows.counts);
    const double target_variance = target_projected_variance(target);
    report.json = {{"p_collapse", estimate.p},
                   {"ci_low", estimate.interval.low},
                   {"ci_high", estimate.interval.high},
                   {"ci_method", "clopper-pearson"},
                   {"wilson_low", estimate.wilson.low},
                   {"wilson_high", estimate.wilson.high},
                   {"family", "realnvp"},
                   {"counts", counts_json(flows.counts)},
                   {"failed", estimate.members.failed},
                   {"trajectories", estimate.members.trials},
                   {"seed", request.seed},
                   {"radius", target.radius},
                   {"dimension", training.shape.dimension}};
    add_training(report.json, target, training);
    report.json["steps"] = flows.counts.steps;  // made in this run, by all members
    report.json["mean_reverse_kl"] = number_or_null(mean_of(flows, &RealnvpMonitor::reverse_kl));
    report.json["mean_effective_samples"] = number_or_null(mean_of(flows, &RealnvpMonitor::effective_samples));
    report.json["mean_projected_variance"] = number_or_null(mean_of(flows, &RealnvpMonitor::projected_variance));
    report.json["target_projected_variance"] = target_variance;
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = seconds;

    report.csv.columns = {"radius", "dimension", "target_weight", "trajectories", "seed"};
    report.csv.rows = {{cell_text(target.radius), cell_text(training.shape.dimension), cell_text(target.target_weight),
                        fmt::format("{}", estimate.members.trials), options.text("seed")}};
    Table table{{"outcome", "trainings", "share", "95 % interval"}, {}};
    for (int i = 0; i < realnvp_outcome_count; ++i) {
        const std::int64_t count = flows.counts.count[i];
        const Interval share = clopper_pearson(count, estimate.members.trials);
        report.csv.columns.emplace_back(realnvp_outcome_names[i]);
        report.csv.rows[0].push_back(fmt::format("{}", count));
        table.rows.push_back(
            {realnvp_outcome_names[i], fmt::format("{}", count),
             fmt::format("{:.5f}", static_cast<double>(count) / static_cast<double>(estimate.members.trials)),
             fmt::format("{:.5f} .. {:.5f}", share.low, share.high)});
    }
    for (const char* name : {"p_collapse", "ci_low", "ci_high", "status"}) report.csv.columns.emplace_back(name);
    for (const double x : {estimate.p, estimate.interval.low, estimate.interval.high})
        report.csv.rows[0].push_back(cell_text(x));
    report.csv.rows[0].emplace_back(status_of(estimate.p));
    report.text =
        fmt::format("P(collapse) = {}   95 % interval {:.5f} .. {:.5f} (Clopper-Pearson)\n{}; seed {}\n\n",
                    probability_text(estimate.p, 5), estimate.interval.low, estimate.interval.high,
                    describe(target, training), request.seed) +
        to_aligned_text(table) +
        fmt::format("\nmeans: KL(q||p) {:.4g}, effective samples {:.3f}, variance along mu* {:.4g} (target {:.4g})\n",
                    mean_of(flows, &RealnvpMonitor::reverse_kl), mean_of(flows, &RealnvpMonitor::effective_samples),
                    mean_of(flows, &RealnvpMonitor::projected_variance), target_variance) +
        fmt::format("{} trainings in {:.2f} s on {} ({}, {} precision)\n", estimate.members.trials, seconds,
                    report.record.backend, report.record.isa, report.record.precision);
    report.dataset = dataset_of(flows, estimate);
    report_failures(options, {failures_of(estimate.members)}, report);
    return report;
}

}  // namespace modecollapse
