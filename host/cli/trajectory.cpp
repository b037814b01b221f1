// modecollapse trajectory: order parameters over time, for trajectories of an ensemble (--id) or from a given start
// (--start).
#include <fmt/format.h>

#include "host/cli/commands.hpp"
#include "host/cli/realnvp_reports.hpp"
#include "host/experiments/threshold.hpp"
#include "host/options/physics_options.hpp"
#include "host/options/realnvp_options.hpp"
#include "host/report/physics.hpp"
#include "host/report/trajectory.hpp"
#include "host/run/memory.hpp"

namespace modecollapse {
namespace {

void require_reachable(const Configuration& options, const std::vector<double>& times, double learning_rate) {
    for (const double time : times)
        if (time / learning_rate > 1e9)
            options.refuse("times", "is more than 1e9 steps away (allowed: earlier times, or a larger learning rate)");
}

// Of a given start that nothing random happens to.
Field no_seed() {
    Field seed = parameter("seed", "seed", std::string("none"));
    seed.missing = true;
    return seed;
}

}  // namespace

Report run_trajectory(const Configuration& options) {
    if (is_realnvp(options)) return run_realnvp_trajectory(options);
    Problem problem = problem_from(options);
    const MixtureSettings settings = settings_from(options);
    TrajectoryRequest request = {
        options.number("dimension"), options.seed(), {}, {}, sorted_without_repeats(options.numbers("times"))};
    const auto& [dimension, seed, ids, starts, times] = request;
    if (options.has("start")) {
        request.starts = given_start(options, problem);
        request.ids = {-1};
    } else {
        request.ids = options.has("id") ? options.integers("id") : std::vector<std::int64_t>{0};
        request.starts = drawn_starts(problem, dimension, seed, ids);
    }
    constexpr double bytes_of_a_time = 1200.0;  // with its lines in a table
    require_memory(fmt::format("trajectory with {} trajectories at {} times", ids.size(), times.size()),
                   bytes_of_a_time * static_cast<double>(ids.size()) * static_cast<double>(times.size()));
    const Backend backend = backend_from(options);
    Report report;
    report.record = begin_record(options, backend, "Order parameters over time");
    const MixtureSetup setup(problem, settings);
    if (setup.is_sgd()) require_reachable(options, times, setup.settings().sampled.learning_rate);
    const std::vector<TrajectorySeries> all = trajectory_series(setup, request, backend);
    if (all.size() < starts.size())
        report.partial = fmt::format("the first {} of {} trajectories", all.size(), starts.size());
    report.record.finished = utc_now();

    report.result = trajectory_result(all, times);
    add_physics(report.result, problem, settings);
    if (options.has("start") && !setup.is_sgd()) report.result.add(no_seed());
    report.text = fmt::format("{}, d = {:.0f}\n\n", describe(problem, settings, true), dimension) +
                  to_aligned_text(trajectory_table(report.result)) + "\n" + to_aligned_text(fate_table(report.result));
    return report;
}

}  // namespace modecollapse
