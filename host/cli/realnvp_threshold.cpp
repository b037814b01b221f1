// modecollapse threshold --family realnvp: R_c(d; level) of normalizing flows, by the same search as for the mixture.
//
// Every radius costs an ensemble of trainings, all from the same starts and with the same batches (common random
// numbers). So the first pass is coarser than the mixture's, and the bisection ends earlier: both are in the output.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "host/cli/critical_radii_output.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/realnvp_output.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/cli/special_radii.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/run/watch.hpp"
#include "host/threshold/critical_radius.hpp"

namespace modecollapse {
namespace {

constexpr double realnvp_coarse_step = 0.25, realnvp_resolution = 0.02;

struct RealnvpThresholds : CriticalRadii {
    std::vector<std::map<double, RealnvpCounts>> realnvp_counts;  // (dimension)
};

Dataset dataset_of(const RealnvpThresholds& result) {
    std::vector<std::int64_t> point_dimension, counts;
    std::vector<double> radius, p, p_low, p_high;
    for (std::size_t i = 0; i < result.dimensions.size(); ++i) {
        for (const auto& [r, e] : result.curves[i]) {
            const RealnvpCounts& c = result.realnvp_counts[i].at(r);
            point_dimension.push_back(static_cast<std::int64_t>(result.dimensions[i]));
            radius.push_back(r);
            counts.insert(counts.end(), c.count, c.count + realnvp_outcome_count);
            p.push_back(e.p_collapse);
            p_low.push_back(e.interval.low);
            p_high.push_back(e.interval.high);
        }
    }
    const std::vector<std::string> list = {"evaluation"};
    Dataset dataset = dataset_of(static_cast<const CriticalRadii&>(result));
    dataset.dimensions.push_back({"outcome", realnvp_outcome_count});
    dataset.dimensions.push_back({"evaluation", radius.size()});
    for (Variable variable : std::initializer_list<Variable>{
             realnvp_outcome_coordinate(),
             {"evaluation_dimension", list, point_dimension, described("dimension of an evaluation")},
             {"evaluation_radius", list, radius, described("radius of an evaluation")},
             {"evaluation_counts",
              {"evaluation", "outcome"},
              counts,
              described("number of trainings of an evaluation")},
             {"evaluation_p_collapse", list, p, described("probability of mode collapse of an evaluation")},
             {"evaluation_ci_low", list, p_low, described("lower end of its 95 % interval")},
             {"evaluation_ci_high", list, p_high, described("upper end of its 95 % interval")}})
        dataset.variables.push_back(std::move(variable));
    return dataset;
}

}  // namespace

Report run_realnvp_threshold(const Configuration& options) {
    const Problem base = target_from(options);
    const TrainingRequest request = training_request_from(options);
    const auto [radius_low, radius_high] = options.range("radius-range");
    const Backend backend = training_backend_from(options);
    Report report;
    report.record =
        begin_record(options, backend, "Critical radius of mode collapse of normalizing flows against dimension");
    const auto started = std::chrono::steady_clock::now();
    const ThresholdSearch search = {radius_low, radius_high, realnvp_coarse_step, realnvp_resolution};
    RealnvpThresholds result;
    result.dimensions = sorted_without_repeats(options.numbers("dimension"));
    result.levels = sorted_without_repeats(options.numbers("level"));
    for (const double dimension : result.dimensions)
        realnvp_problem(base, training_from(options, dimension));  // checks all first
    Training training;
    std::int64_t trained = 0;
    {
        Progress progress("threshold", !options.flag("quiet"));
        // a level takes some six radii beyond the coarse grid
        const double expected =
            static_cast<double>(coarse_radii(search).size()) + 6.0 * static_cast<double>(result.levels.size());
        const std::size_t found = as_far_as_possible(result.dimensions.size(), [&](std::size_t i) {
            training = training_from(options, result.dimensions[i]);
            std::map<double, RealnvpCounts> counts;
            double done = 0.0;
            const auto tell = [&](double evaluations) {
                progress.update((static_cast<double>(i) + std::min(1.0, evaluations / expected)) /
                                    static_cast<double>(result.dimensions.size()),
                                fmt::format("d = {:.0f}", result.dimensions[i]));
            };
            const auto evaluate = [&](double radius) -> Evaluation {
                Problem target = base;
                target.radius = radius;
                TrainingControl control;
                control.progress = [&](double fraction) { tell(done + fraction); };
                const RealnvpCounts c = train_members(realnvp_problem(target, training), request, backend, control);
                counts[radius] = c;
                done += 1.0;
                const TrainingEstimate estimate = estimate_collapse(c);
                trained += estimate.members.trials;
                return {radius, {}, estimate.p, estimate.interval, estimate.members};
            };
            CollapseCurve curve(evaluate, {});
            std::vector<CriticalRadius> rows;
            for (const double level : result.levels) rows.push_back(curve.find(level, search));
            result.critical.push_back(rows);
            result.curves.push_back(curve.evaluations());
            result.realnvp_counts.push_back(counts);
        });
        keep_the_first(result, found, report);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();

    for (const char* name : {"r_fold_plus", "r_fold_minus", "r_inf", "radii_status"})
        report.json[name] = nullptr;  // of the mixture
    report.json["family"] = "realnvp";
    report.json["radius_range"] = {radius_low, radius_high};
    report.json["rows"] = rows_json(result, request.members);
    report.json["curves"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < result.dimensions.size(); ++i)
        for (const auto& [radius, e] : result.curves[i])
            report.json["curves"].push_back({{"dimension", static_cast<std::int64_t>(result.dimensions[i])},
                                             {"radius", radius},
                                             {"p_collapse", e.p_collapse},
                                             {"ci_low", e.interval.low},
                                             {"ci_high", e.interval.high},
                                             {"counts", counts_json(result.realnvp_counts[i].at(radius))}});
    report.csv = rows_csv(result, request.members);
    report.json["coarse_step"] = search.coarse_step;
    report.json["seed"] = request.seed;
    add_training(report.json, base, training);
    report.json["trajectories_total"] = trained;
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = seconds;
    report.text = fmt::format(
                      "Critical radius R_c(d; level) of flows: first radius in {:g} .. {:g} at which P(collapse) "
                      "reaches the level\n{}\n{} trainings "
                      "at each radius, seed {}; radii {:g} apart, then bisected to {:g}\n\n",
                      radius_low, radius_high, describe_training(base, training), request.members, request.seed,
                      search.coarse_step, search.resolution) +
                  to_aligned_text(rows_table(result, 3)) +
                  fmt::format("\n{} trainings in {:.1f} s on {} ({}, {} precision)\n", trained, seconds,
                              report.record.backend, report.record.isa, report.record.precision);
    report.dataset = dataset_of(result);
    report_failures(options, result, report);
    return report;
}

}  // namespace modecollapse
