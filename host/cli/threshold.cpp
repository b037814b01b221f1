// modecollapse threshold: R_c(d; level) for a list of dimensions, with the folds and R_inf. The main job.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "host/cli/commands.hpp"
#include "host/cli/critical_radii_output.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/cli/special_radii.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/options/start_options.hpp"
#include "host/run/watch.hpp"
#include "host/threshold/critical_radius.hpp"

namespace modecollapse {
namespace {

struct ThresholdResult : CriticalRadii {
    SpecialRadii special;
    std::vector<double> radii;
};

// Curves on the grid of the first pass: (dimension, radius); every evaluation, also the refining ones: (evaluation).
void add_curves(Dataset& dataset, const ThresholdResult& result) {
    std::vector<std::int64_t> counts, point_dimension, point_counts;
    std::vector<std::int8_t> point_method;
    std::vector<double> p, low, high, point_radius, point_p, point_low, point_high;
    for (std::size_t i = 0; i < result.dimensions.size(); ++i) {
        for (const double radius : result.radii) {
            const Evaluation& e = result.curves[i].at(radius);
            counts.insert(counts.end(), e.counts.count, e.counts.count + outcome_count);
            p.push_back(e.p_collapse);
            low.push_back(e.interval.low);
            high.push_back(e.interval.high);
        }
        for (const auto& [radius, e] : result.curves[i]) {
            point_dimension.push_back(static_cast<std::int64_t>(result.dimensions[i]));
            point_radius.push_back(radius);
            point_counts.insert(point_counts.end(), e.counts.count, e.counts.count + outcome_count);
            point_p.push_back(e.p_collapse);
            point_low.push_back(e.interval.low);
            point_high.push_back(e.interval.high);
            point_method.push_back(std::string(e.ci_method) == "student-t" ? 1 : 0);
        }
    }
    const std::vector<std::string> grid = {"dimension", "radius"}, list = {"evaluation"};
    dataset.dimensions.push_back({"radius", result.radii.size()});
    dataset.dimensions.push_back({"outcome", outcome_count});
    dataset.dimensions.push_back({"evaluation", point_radius.size()});
    const char* ci_low = "lower end of the 95 % interval of p_collapse";
    const char* ci_high = "upper end of the 95 % interval of p_collapse";
    for (Variable variable : std::initializer_list<Variable>{
             {"radius", {"radius"}, result.radii, described("radius R of the target's modes")},
             outcome_coordinate(),
             {"counts", {"dimension", "radius", "outcome"}, counts, described("number of trajectories")},
             {"p_collapse", grid, p, described("probability of mode collapse")},
             {"ci_low", grid, low, described(ci_low)},
             {"ci_high", grid, high, described(ci_high)},
             {"evaluation_dimension", list, point_dimension,
              described("dimension of an evaluation, refining ones included")},
             {"evaluation_radius", list, point_radius, described("radius of an evaluation")},
             {"evaluation_counts",
              {"evaluation", "outcome"},
              point_counts,
              described("number of trajectories of an evaluation")},
             {"evaluation_p_collapse", list, point_p, described("probability of mode collapse of an evaluation")},
             {"evaluation_ci_low", list, point_low, described(ci_low)},
             {"evaluation_ci_high", list, point_high, described(ci_high)},
             {"evaluation_ci_method", list, point_method,
              flagged("kind of the interval of an evaluation", "clopper-pearson student-t")}})
        dataset.variables.push_back(std::move(variable));
}

Dataset dataset_of(const ThresholdResult& result) {
    Dataset dataset = dataset_of(static_cast<const CriticalRadii&>(result));
    std::vector<std::int64_t> evaluations;
    for (const auto& rows : result.critical)
        for (const CriticalRadius& c : rows) evaluations.push_back(c.evaluations);
    dataset.variables.push_back(
        {"evaluations", {"dimension", "level"}, evaluations, described("radii evaluated for this dimension so far")});
    add_special_radii(dataset, result.special);
    add_curves(dataset, result);
    return dataset;
}

}  // namespace

Report run_threshold(const Configuration& options) {
    if (is_realnvp(options)) return run_realnvp_threshold(options);
    const Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    const auto [radius_low, radius_high] = options.range("radius-range");
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Critical radius of mode collapse against dimension");
    const auto started = std::chrono::steady_clock::now();

    ThresholdSearch search;
    search.radius_low = radius_low;
    search.radius_high = radius_high;
    ThresholdResult result;
    result.dimensions = sorted_without_repeats(options.numbers("dimension"));
    result.levels = sorted_without_repeats(options.numbers("level"));
    result.radii = coarse_radii(search);
    EnsembleRequest request;
    request.seed = options.seed();
    const SamplingPlan plan = sampling_from(options);
    request.trajectories = trajectories_from(options, plan);
    OutcomeCounts total = {};
    {
        Progress progress("threshold", !options.flag("quiet"));
        progress.update(0.0, "folds");
        result.special = find_special_radii(problem, settings);
        SetupCache setups(problem, settings);
        // a level takes some 20 radii beyond the coarse grid
        const double expected =
            static_cast<double>(result.radii.size()) + 20.0 * static_cast<double>(result.levels.size());
        const std::size_t found = as_far_as_possible(result.dimensions.size(), [&](std::size_t i) {
            request.dimension = result.dimensions[i];
            RunControl control;
            control.progress = [&](std::uint64_t evaluations) {
                const double share = std::min(1.0, static_cast<double>(evaluations) / expected);
                progress.update((static_cast<double>(i) + share) / static_cast<double>(result.dimensions.size()),
                                fmt::format("d = {:.0f}", request.dimension));
            };
            CollapseCurve curve(setups, request, backend, control, plan);
            std::vector<CriticalRadius> rows;
            for (const double level : result.levels) rows.push_back(curve.find(level, search));
            // either side of a fold, so that the jump of P is known as sharply where no level is crossed
            for (const SpecialRadius& fold : {result.special.fold_plus, result.special.fold_minus})
                for (const double radius : {fold.value - search.resolution, fold.value + search.resolution})
                    if (fold.status == RadiusStatus::found && radius > search.radius_low && radius < search.radius_high)
                        curve.at(radius);
            result.critical.push_back(rows);
            result.curves.push_back(curve.evaluations());
            for (const auto& [radius, evaluation] : curve.evaluations()) total += evaluation.counts;
        });
        keep_the_first(result, found, report);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();

    add_special_radii(report.json, result.special);
    report.json["radius_range"] = {search.radius_low, search.radius_high};
    report.json["rows"] = rows_json(result, request.trajectories);
    report.json["coarse_step"] = search.coarse_step;
    report.json["sampling"] = name_of(plan.sampling);
    report.json["replicates"] =
        plan.sampling == Sampling::sobol ? nlohmann::ordered_json(plan.replicates) : nlohmann::ordered_json(nullptr);
    report.json["seed"] = request.seed;
    add_physics(report.json, problem, settings);
    report.json["trajectories_total"] = total_of(total);
    report.json["undecided_total"] = total.count[static_cast<int>(Outcome::undecided)];
    report.json["failed_total"] = total.count[static_cast<int>(Outcome::failed)];
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = seconds;

    report.csv = rows_csv(result, request.trajectories);
    report.text = fmt::format(
                      "Critical radius R_c(d; level): first radius in {:g} .. {:g} at which P(collapse) reaches the "
                      "level\n{}; {} "
                      "trajectories at each radius, seed {}\n\n",
                      search.radius_low, search.radius_high, describe(problem, settings, false), request.trajectories,
                      request.seed) +
                  to_aligned_text(rows_table(result, 4)) + "\nIndependent of the dimension:\n" +
                  special_radii_text(result.special) +
                  fmt::format("\n{:.3g} trajectories in {:.1f} s on {} ({}, {} precision)\n",
                              static_cast<double>(total_of(total)), seconds, report.record.backend, report.record.isa,
                              report.record.precision);
    report.dataset = dataset_of(result);
    report_failures(options, result, report);
    return report;
}

}  // namespace modecollapse
