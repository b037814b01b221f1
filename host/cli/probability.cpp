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
#include "host/run/memory.hpp"
#include "host/statistics/binomial.hpp"

namespace modecollapse {
namespace {

Dataset dataset_of(const CollapseEstimate& estimate) {
    const std::vector<std::string> point;  // no dimension
    Dataset dataset;
    dataset.dimensions = {{"outcome", outcome_count}};
    dataset.variables = {
        outcome_coordinate(),
        {"counts",
         {"outcome"},
         counts_vector(estimate.counts),
         {{"units", "1"}, {"long_name", "number of trajectories"}}},
        {"p_collapse",
         point,
         std::vector<double>{estimate.p},
         {{"units", "1"}, {"long_name", "probability of mode collapse"}}},
        {"ci_low",
         point,
         std::vector<double>{estimate.interval.low},
         {{"units", "1"}, {"long_name", fmt::format("lower end of the 95 % interval ({})", estimate.ci_method)}}},
        {"ci_high",
         point,
         std::vector<double>{estimate.interval.high},
         {{"units", "1"}, {"long_name", fmt::format("upper end of the 95 % interval ({})", estimate.ci_method)}}},
        {"standard_error",
         point,
         std::vector<double>{estimate.standard_error},
         {{"units", "1"}, {"long_name", "standard error of p_collapse"}}},
        {"failed",
         point,
         std::vector<std::int64_t>{trials_of(estimate.counts).failed},
         {{"units", "1"}, {"long_name", "trajectories that failed"}}}};
    return dataset;
}

}  // namespace

Report run_probability(const Configuration& options) {
    if (is_realnvp(options)) return run_realnvp_probability(options);
    if (options.flag("rare")) return run_rare_probability(options);
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Probability of mode collapse");

    EnsembleRequest request;
    request.dimension = options.number("dimension");
    request.seed = options.seed();
    SamplingPlan plan = sampling_from(options);
    request.trajectories = trajectories_from(options, plan);
    const auto started = std::chrono::steady_clock::now();
    require_memory(fmt::format("SGD in {:.0f} dimensions on {} threads", request.dimension, backend.threads),
                   backend.threads * memory_of_a_thread(problem, settings, request.dimension));
    const MixtureSetup setup(problem, settings);
    CollapseEstimate estimate;
    {
        Progress progress("probability", !options.flag("quiet"));
        RunControl control;
        control.progress = [&](std::uint64_t done) {
            progress.update(static_cast<double>(done) / static_cast<double>(request.trajectories),
                            fmt::format("{} trajectories", done));
        };
        if (partial_answers_kept()) control.when_given_up = WhenGivenUp::keeps_the_first;
        estimate = estimate_collapse(setup, request, plan, backend, control);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();

    const OutcomeCounts& counts = estimate.counts;
    const TrialCounts members = trials_of(counts);
    const std::int64_t total = members.trials;
    const double p = estimate.p;
    if (const auto made = static_cast<std::uint64_t>(total); made < request.trajectories) {
        report.partial = fmt::format("the first {} of {} trajectories", made, request.trajectories);
        plan.replicates = plan.replicates * made / request.trajectories;  // whole ones only
    }
    const Interval interval = estimate.interval;

    report.json = {{"p_collapse", p},
                   {"ci_low", interval.low},
                   {"ci_high", interval.high},
                   {"ci_method", estimate.ci_method},
                   {"standard_error", estimate.standard_error},
                   {"family", "mixture"},
                   {"sampling", name_of(plan.sampling)}};
    report.json["replicates"] =
        plan.sampling == Sampling::sobol ? nlohmann::ordered_json(plan.replicates) : nlohmann::ordered_json(nullptr);
    if (plan.sampling == Sampling::monte_carlo) {
        const Interval score = wilson(members);
        report.json["wilson_low"] = score.low;
        report.json["wilson_high"] = score.high;
    }
    report.json["counts"] = counts_json(counts);
    report.json["failed"] = members.failed;
    report.json["trajectories"] = total;
    report.json["seed"] = request.seed;
    report.json["radius"] = problem.radius;
    report.json["dimension"] = static_cast<std::int64_t>(request.dimension);
    add_physics(report.json, problem, settings);
    const std::optional<double> horizon = effective_horizon(problem, settings);
    const bool trainable = problem.weights != WeightGeometry::fixed;
    report.json["time_cap"] =
        horizon ? nlohmann::ordered_json(nullptr)
                : nlohmann::ordered_json(annealing_end(problem) + limit_time_cap(problem, request.dimension));
    report.json["quasi_collapse"] = trainable ? nlohmann::ordered_json(counts.quasi) : nlohmann::ordered_json(nullptr);
    if (!setup.is_sgd()) report.json["steps"] = counts.attempts;  // of all trajectories
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = seconds;

    report.csv.columns = {"radius", "dimension", "target_weight", "weight", "trajectories", "seed"};
    report.csv.rows = {{cell_text(problem.radius), cell_text(request.dimension), cell_text(problem.target_weight),
                        cell_text(problem.weight), fmt::format("{}", total), options.text("seed")}};
    for (const std::string& name : counts_columns()) report.csv.columns.push_back(name);
    for (const std::string& value : counts_cells(counts)) report.csv.rows[0].push_back(value);
    for (const char* name :
         {"p_collapse", "ci_low", "ci_high", "status", "sampling", "replicates", "standard_error", "ci_method"})
        report.csv.columns.emplace_back(name);
    const std::string replicates = plan.sampling == Sampling::sobol ? fmt::format("{}", plan.replicates) : "";
    for (const std::string& value :
         {cell_text(p), cell_text(interval.low), cell_text(interval.high),
          std::string(report.partial.empty() ? status_of(p) : "partial"), std::string(name_of(plan.sampling)),
          replicates, cell_text(estimate.standard_error), std::string(estimate.ci_method)})
        report.csv.rows[0].push_back(value);

    Table table{{"outcome", "trajectories", "share"}, {}};
    if (plan.sampling == Sampling::monte_carlo) table.columns.emplace_back("95 % interval");
    for (int i = 0; i < outcome_count; ++i) {
        table.rows.push_back(
            {outcome_names[i], fmt::format("{}", counts.count[i]),
             fmt::format("{:.5f}", static_cast<double>(counts.count[i]) / static_cast<double>(total))});
        if (plan.sampling != Sampling::monte_carlo) continue;
        const Interval share = clopper_pearson(counts.count[i], total);
        table.rows.back().push_back(fmt::format("{:.5f} .. {:.5f}", share.low, share.high));
    }
    const bool sobol = plan.sampling == Sampling::sobol;
    const std::string how = sobol
                                ? fmt::format("scrambled Sobol, {} replicates, {}", plan.replicates, estimate.ci_method)
                                : std::string("Clopper-Pearson");
    const int decimals = sobol ? 7 : 5;
    report.text =
        fmt::format("P(collapse) = {}   95 % interval {} .. {} ({})\n", probability_text(p, decimals),
                    probability_text(interval.low, decimals), probability_text(interval.high, decimals), how) +
        fmt::format("{}, d = {:.0f}; {}; seed {}\n\n", describe(problem, settings, true), request.dimension,
                    horizon ? fmt::format("state at t = {:g}", *horizon) : "until trapped", request.seed) +
        to_aligned_text(table) +
        (trainable ? fmt::format("\n{} of them quasi-collapsed: aligned for more than {:g} % of the run, and "
                                 "matched or swapped at its end\n",
                                 counts.quasi, 100.0 * settings.quasi_share)
                   : std::string()) +
        fmt::format("\n{} trajectories in {:.2f} s on {} ({}, {} precision)\n", total, seconds, report.record.backend,
                    report.record.isa, report.record.precision);
    report.dataset = dataset_of(estimate);
    report_failures(options, {failures_of(members)}, report);
    return report;
}

}  // namespace modecollapse
