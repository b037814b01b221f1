// modecollapse trajectory --family realnvp: what a training does over its steps (kernels/realnvp/monitor.hpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/cli/progress.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/report/physics.hpp"
#include "host/report/trajectory.hpp"

namespace modecollapse {
namespace {

constexpr int default_times = 20;  // intervals between the output times

std::vector<std::uint64_t> steps_from(const Configuration& options, std::uint64_t horizon) {
    std::vector<std::uint64_t> steps;
    if (options.given("times")) {
        for (const double time : options.numbers("times")) {
            if (time != std::floor(time) || time > static_cast<double>(horizon))
                options.refuse(
                    "times", fmt::format("counts the steps of a training (allowed: whole numbers, 0 to the horizon {})",
                                         horizon));
            steps.push_back(static_cast<std::uint64_t>(time));
        }
    } else {
        for (int i = 0; i <= default_times; ++i)
            steps.push_back(horizon * static_cast<std::uint64_t>(i) / default_times);
    }
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    return steps;
}

}  // namespace

Report run_realnvp_trajectory(const Configuration& options) {
    const Problem target = target_from(options);
    const Training training = training_from(options, options.number("dimension"));
    const RealnvpProblem problem = realnvp_problem(target, training);
    const TrainingRequest request = training_request_from(options);
    const std::vector<std::uint64_t> steps = steps_from(options, training.steps);
    const std::vector<std::int64_t> ids = options.has("id") ? options.integers("id") : std::vector<std::int64_t>{0};
    const Backend backend = training_backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Trainings of normalizing flows over their steps");
    TrainingSeries series;
    {
        Progress progress("trajectory", !options.flag("quiet"));
        series = training_series(
            problem, request, training.evaluation_samples, ids, steps, backend,
            [&](double fraction, std::int64_t id) { progress.update(fraction, fmt::format("member {}", id)); });
    }
    report.record.finished = utc_now();
    report.result = trajectory_result(series, target);
    Result& result = report.result;
    add_physics(result, training);
    report.text = describe(target, training) + "\n\n" + to_aligned_text(training_table(result)) + "\n";
    const Table ends = text_table(result, {"trajectory"}, {{"", "trajectory", {}}, {"", "outcome", {}}});
    for (const std::vector<std::string>& row : ends.rows)
        report.text += fmt::format("member {}: {} after {} steps\n", row[0], row[1], training.steps);
    report.text +=
        fmt::format("variance of the target along mu*: {:.4g}\n", number_of(result, "target_projected_variance"));
    return report;
}

}  // namespace modecollapse
