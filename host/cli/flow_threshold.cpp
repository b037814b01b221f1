// modecollapse threshold --family realnvp: R_c(d; level) of normalizing flows, by the same search as for the mixture.
//
// Every radius costs an ensemble of trainings, all from the same starts and with the same batches (common random numbers). So the first
// pass is coarser than the mixture's, and the bisection ends earlier: both are in the output.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "host/cli/flow_options.hpp"
#include "host/cli/flow_output.hpp"
#include "host/cli/flow_reports.hpp"
#include "host/cli/physics_options.hpp"
#include "host/cli/progress.hpp"
#include "host/cli/special_radii.hpp"
#include "host/threshold/critical_radius.hpp"

namespace modecollapse {
namespace {

constexpr double flow_coarse_step = 0.25, flow_resolution = 0.02;

struct FlowThresholds {
    std::vector<double> dimensions, levels;
    std::vector<std::vector<CriticalRadius>> critical;         // (dimension, level)
    std::vector<std::map<double, Evaluation>> curves;          // (dimension); Evaluation::counts is unused
    std::vector<std::map<double, RealnvpCounts>> flow_counts;  // (dimension)
};

std::vector<double> sorted_without_repeats(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

const char* name_of(ThresholdStatus status) { return threshold_status_names[static_cast<int>(status)]; }

Dataset dataset_of(const FlowThresholds& result) {
    std::vector<std::int64_t> dimensions, point_dimension, counts;
    std::vector<std::int8_t> status;
    std::vector<double> r_c, low, high, resolution, radius, p, p_low, p_high;
    for (std::size_t i = 0; i < result.dimensions.size(); ++i) {
        dimensions.push_back(static_cast<std::int64_t>(result.dimensions[i]));
        for (const CriticalRadius& c : result.critical[i]) {
            status.push_back(static_cast<std::int8_t>(c.status));
            r_c.push_back(c.r_c);
            low.push_back(c.ci_low);
            high.push_back(c.ci_high);
            resolution.push_back(c.resolution);
        }
        for (const auto& [r, e] : result.curves[i]) {
            const RealnvpCounts& c = result.flow_counts[i].at(r);
            point_dimension.push_back(dimensions.back());
            radius.push_back(r);
            counts.insert(counts.end(), c.count, c.count + flow_outcome_count);
            p.push_back(e.p_collapse);
            p_low.push_back(e.interval.low);
            p_high.push_back(e.interval.high);
        }
    }
    const std::vector<std::string> table = {"dimension", "level"}, list = {"evaluation"};
    Dataset dataset;
    dataset.dimensions = {
        {"dimension", dimensions.size()}, {"level", result.levels.size()}, {"outcome", flow_outcome_count}, {"evaluation", radius.size()}};
    dataset.variables = {{"dimension", {"dimension"}, dimensions, described("dimension d of the space")},
                         {"level", {"level"}, result.levels, described("level of the probability of collapse that defines r_c")},
                         flow_outcome_coordinate(),
                         {"r_c", table, r_c, described("critical radius R_c(d; level)")},
                         {"r_c_ci_low", table, low, described("largest searched radius below r_c with upper bound below the level")},
                         {"r_c_ci_high", table, high, described("smallest searched radius with lower bound at or above the level")},
                         {"r_c_resolution", table, resolution, described("width of the bracket of r_c")},
                         {"status", table, status, flagged("status of r_c", "found below_range not_reached")},
                         {"evaluation_dimension", list, point_dimension, described("dimension of an evaluation")},
                         {"evaluation_radius", list, radius, described("radius of an evaluation")},
                         {"evaluation_counts", {"evaluation", "outcome"}, counts, described("number of trainings of an evaluation")},
                         {"evaluation_p_collapse", list, p, described("probability of mode collapse of an evaluation")},
                         {"evaluation_ci_low", list, p_low, described("lower end of its 95 % interval")},
                         {"evaluation_ci_high", list, p_high, described("upper end of its 95 % interval")}};
    return dataset;
}

}  // namespace

Report run_flow_threshold(const Configuration& options) {
    const Problem base = target_from(options);
    const FlowRequest request = flow_request_from(options);
    const auto [radius_low, radius_high] = options.range("radius-range");
    const Backend backend = flow_backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Critical radius of mode collapse of normalizing flows against dimension");
    const auto started = std::chrono::steady_clock::now();
    const ThresholdSearch search = {radius_low, radius_high, flow_coarse_step, flow_resolution};
    FlowThresholds result;
    result.dimensions = sorted_without_repeats(options.numbers("dimension"));
    result.levels = sorted_without_repeats(options.numbers("level"));
    for (const double dimension : result.dimensions) realnvp_problem(base, flow_training_from(options, dimension));  // checks all first
    FlowTraining training;
    std::int64_t trained = 0;
    {
        Progress progress("threshold", !options.flag("quiet"));
        // a level takes some six radii beyond the coarse grid
        const double expected = static_cast<double>(coarse_radii(search).size()) + 6.0 * static_cast<double>(result.levels.size());
        for (std::size_t i = 0; i < result.dimensions.size(); ++i) {
            training = flow_training_from(options, result.dimensions[i]);
            std::map<double, RealnvpCounts> counts;
            double done = 0.0;
            const auto tell = [&](double evaluations) {
                progress.update(
                    (static_cast<double>(i) + std::min(1.0, evaluations / expected)) / static_cast<double>(result.dimensions.size()),
                    fmt::format("d = {:.0f}", result.dimensions[i]));
            };
            const auto evaluate = [&](double radius) -> Evaluation {
                Problem target = base;
                target.radius = radius;
                FlowControl control;
                control.progress = [&](double fraction) { tell(done + fraction); };
                const RealnvpCounts c = train_flows(realnvp_problem(target, training), request, backend, control);
                counts[radius] = c;
                done += 1.0;
                const FlowEstimate estimate = estimate_collapse(c);
                trained += estimate.members;
                return {radius, {}, estimate.p, estimate.interval};
            };
            CollapseCurve curve(evaluate, {});
            std::vector<CriticalRadius> rows;
            for (const double level : result.levels) rows.push_back(curve.find(level, search));
            result.critical.push_back(rows);
            result.curves.push_back(curve.evaluations());
            result.flow_counts.push_back(counts);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    report.record.finished = utc_now();

    for (const char* name : {"r_fold_plus", "r_fold_minus", "r_inf", "radii_status"}) report.json[name] = nullptr;  // of the mixture
    report.json["family"] = "realnvp";
    report.json["radius_range"] = {radius_low, radius_high};
    report.json["rows"] = nlohmann::ordered_json::array();
    report.json["curves"] = nlohmann::ordered_json::array();
    report.csv.columns = {"dimension", "level", "status", "r_c", "ci_low", "ci_high", "resolution", "trajectories", "evaluations"};
    Table table{{"dimension", "level", "R_c", "95 % interval", "status", "radii"}, {}};
    const auto digits = [](double x) { return std::isnan(x) ? std::string("?") : fmt::format("{:.3f}", x); };
    for (std::size_t i = 0; i < result.dimensions.size(); ++i) {
        const auto d = static_cast<std::int64_t>(result.dimensions[i]);
        for (const CriticalRadius& c : result.critical[i]) {
            report.json["rows"].push_back({{"dimension", d},
                                           {"level", c.level},
                                           {"status", name_of(c.status)},
                                           {"r_c", number_or_null(c.r_c)},
                                           {"ci_low", number_or_null(c.ci_low)},
                                           {"ci_high", number_or_null(c.ci_high)},
                                           {"resolution", number_or_null(c.resolution)},
                                           {"trajectories", request.members},
                                           {"evaluations", c.evaluations}});
            report.csv.rows.push_back({fmt::format("{}", d), cell_text(c.level), name_of(c.status), cell_text(c.r_c), cell_text(c.ci_low),
                                       cell_text(c.ci_high), cell_text(c.resolution), fmt::format("{}", request.members),
                                       fmt::format("{}", c.evaluations)});
            const bool found = c.status == ThresholdStatus::found;
            table.rows.push_back({fmt::format("{}", d), fmt::format("{:g}", c.level), found ? digits(c.r_c) : "-",
                                  found ? fmt::format("{} .. {}", digits(c.ci_low), digits(c.ci_high)) : "-", name_of(c.status),
                                  fmt::format("{}", c.evaluations)});
        }
        for (const auto& [radius, e] : result.curves[i])
            report.json["curves"].push_back({{"dimension", d},
                                             {"radius", radius},
                                             {"p_collapse", e.p_collapse},
                                             {"ci_low", e.interval.low},
                                             {"ci_high", e.interval.high},
                                             {"counts", counts_json(result.flow_counts[i].at(radius))}});
    }
    report.json["coarse_step"] = search.coarse_step;
    report.json["seed"] = request.seed;
    add_training(report.json, base, training);
    report.json["trajectories_total"] = trained;
    add_provenance(report.json, options, report.record);
    report.json["seconds"] = seconds;
    report.text =
        fmt::format(
            "Critical radius R_c(d; level) of flows: first radius in {:g} .. {:g} at which P(collapse) reaches the level\n{}\n{} trainings "
            "at each radius, seed {}; radii {:g} apart, then bisected to {:g}\n\n",
            radius_low, radius_high, describe_training(base, training), request.members, request.seed, search.coarse_step,
            search.resolution) +
        to_aligned_text(table) +
        fmt::format("\n{} trainings in {:.1f} s on {} ({}, {} precision)\n", trained, seconds, report.record.backend, report.record.isa,
                    report.record.precision);
    report.dataset = dataset_of(result);
    return report;
}

}  // namespace modecollapse
