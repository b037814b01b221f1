#include "host/sweep/cell_run.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace modecollapse {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_setups = 8192;
constexpr std::uint64_t predicted_from_trajectories = 2000, predicted_from_steps = 20;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

CellCounts counts_of(const OutcomeCounts& counts) {
    CellCounts result;
    std::copy(counts.count, counts.count + outcome_count, result.count);
    result.attempts = counts.attempts;
    result.quasi = counts.quasi;
    return result;
}

RealnvpTask training_task(const Cell& cell, const RealnvpProblem& problem, std::uint64_t first, std::uint64_t count) {
    return {&problem, cell.settings.precision, cell.request.seed, first, count, problem.steps};
}

CellCounts train_piece(const Cell& cell, std::uint64_t first, std::uint64_t count, const Backend& backend,
                       const std::function<bool()>& abandon) {
    const RealnvpProblem problem = realnvp_problem(cell.problem, cell.training);
    std::vector<RealnvpMonitor> monitors(count);
    std::vector<std::uint8_t> outcomes(count);
    RealnvpTask task = training_task(cell, problem, first, count);
    task.record.monitor = monitors.data();
    task.record.outcome = outcomes.data();
    TrainingControl control;
    control.stop = abandon;
    const RealnvpCounts trained = train_members(task, backend, control);
    CellCounts result;
    std::copy(trained.count, trained.count + realnvp_outcome_count, result.count);
    result.attempts = trained.steps;
    for (std::uint64_t i = 0; i < count; ++i) {  // in the order of the ids, whoever trained them
        if (outcomes[i] == static_cast<std::uint8_t>(RealnvpOutcome::failed)) continue;
        const double variance = monitors[i].projected_variance;
        result.variance_sum += variance;
        result.variance_squares += variance * variance;
    }
    return result;
}

// A step costs the same all along: the difference between two short runs, one of a single step, which pays for the
// evaluation as well.
double predicted_training(const Cell& cell, const Backend& backend) {
    const RealnvpProblem problem = realnvp_problem(cell.problem, cell.training);
    const std::uint64_t members =
        std::min<std::uint64_t>(cell.request.trajectories, static_cast<std::uint64_t>(backend.threads));
    const auto seconds_to = [&](std::uint64_t until) {
        RealnvpTask task = training_task(cell, problem, 0, members);
        task.until = until;
        const auto start = Clock::now();
        train_members(task, backend, {});
        return seconds_since(start);
    };
    const std::uint64_t steps = std::min(problem.steps, predicted_from_steps + 1);
    const double one = seconds_to(1), some = seconds_to(steps);
    const double step = steps > 1 ? std::max(0.0, some - one) / static_cast<double>(steps - 1) : 0.0;
    return (one + step * static_cast<double>(problem.steps - 1)) * static_cast<double>(cell.request.trajectories) /
           static_cast<double>(members);
}

}  // namespace

std::shared_ptr<const MixtureSetup> SetupPool::at(const Cell& cell) {
    const MixtureSettings& s = cell.settings;
    const Problem& p = cell.problem;
    const Key key = {p.radius,
                     p.target_weight,
                     p.weight,
                     p.beta,
                     static_cast<double>(p.weights),
                     static_cast<double>(p.annealing.schedule),
                     p.annealing.initial_temperature,
                     p.annealing.time,
                     p.annealing.target_ess,
                     s.rule.alignment_threshold,
                     s.rule.weight_floor,
                     s.horizon ? *s.horizon : -1.0,
                     s.tolerance,
                     s.maximum_steps,
                     s.quasi_share,
                     static_cast<double>(s.precision),
                     static_cast<double>(s.sampled.dynamics),
                     s.sampled.learning_rate,
                     static_cast<double>(s.sampled.batch_size),
                     static_cast<double>(s.sampled.estimator),
                     static_cast<double>(s.sampled.baseline)};
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto known = setups_.find(key);
        if (known != setups_.end()) return known->second;
    }
    auto setup =
        std::make_shared<const MixtureSetup>(cell.problem, cell.settings);  // some milliseconds: outside the lock
    const std::lock_guard<std::mutex> lock(mutex_);
    if (setups_.size() >= most_setups) setups_.clear();
    setups_[key] = setup;
    return setup;
}

CellCounts run_piece(const Cell& cell, std::uint64_t first, std::uint64_t count, SetupPool& setups,
                     const Backend& backend, const std::function<bool()>& abandon) {
    if (cell.family == Family::realnvp) return train_piece(cell, first, count, backend, abandon);
    EnsembleRequest request = cell.request;
    request.first = first;
    request.trajectories = count;
    return counts_of(run_ensemble(*setups.at(cell), request, backend));
}

double predicted_seconds(const Cell& cell, const Backend& backend) {
    if (cell.family == Family::realnvp) return predicted_training(cell, backend);
    const auto start = Clock::now();
    const MixtureSetup setup(cell.problem, cell.settings);
    const double building = seconds_since(start);
    EnsembleRequest request = cell.request;
    request.trajectories = std::min<std::uint64_t>(request.trajectories, predicted_from_trajectories);
    const auto built = Clock::now();
    run_ensemble(setup, request, backend);
    return building + seconds_since(built) * static_cast<double>(cell.request.trajectories) /
                          static_cast<double>(request.trajectories);
}

}  // namespace modecollapse
