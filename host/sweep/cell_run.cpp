#include "host/sweep/cell_run.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "host/families/family.hpp"
#include "host/mixture/work.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/pieces.hpp"

namespace modecollapse {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t predicted_from_trajectories = 2000, predicted_from_steps = 20;
constexpr double predicted_from_work = 0x1p30;  // multiplications of a trajectory of SGD: some tenths of a second

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

CellCounts counts_of(const Schema& schema, const Tally& tally) {
    CellCounts result;
    std::copy_n(tally.counts.begin(), schema.classes.size(), result.count);
    result.attempts = tally.counts[event_at(schema, 0)];
    if (schema.events.size() > 1) result.quasi = tally.counts[event_at(schema, 1)];
    if (!schema.quantities.empty()) {
        result.variance_sum = tally.sums[0];
        result.variance_squares = tally.sums[1];
    }
    return result;
}

RealnvpTask training_task(const Cell& cell, const RealnvpProblem& problem, std::uint64_t first, std::uint64_t count) {
    return {&problem, cell.settings.precision, cell.request.seed, first, count, problem.steps};
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

std::vector<CellCounts> run_pieces(const Cell& cell, const std::vector<std::uint64_t>& boundaries,
                                   const Backend& backend) {
    const Family& family = family_named(cell.settings_of_family.text("family"));
    const Schema schema = family.schema(cell.settings_of_family);
    std::vector<CellCounts> pieces;
    try {
        const auto ensemble = family.make(cell.settings_of_family);
        for (const Tally& tally : ensemble->run({cell.request.seed, boundaries}, backend, {}))
            pieces.push_back(counts_of(schema, tally));
    } catch (const Interrupted&) {  // not even the first
    }
    return pieces;
}

double memory_of_a_thread(const Cell& cell) {
    if (cell.family == FamilyId::mixture)
        return memory_of_a_thread(cell.problem, cell.settings, cell.request.dimension);
    return memory_of_a_training(realnvp_problem(cell.problem, cell.training), cell.settings.precision);
}

double predicted_seconds(const Cell& cell, const Backend& backend) {
    if (cell.family == FamilyId::realnvp) return predicted_training(cell, backend);
    const auto start = Clock::now();
    EnsembleRequest request = cell.request;
    Cell sample = cell;
    request.trajectories = predicted_from_trajectories;
    if (cell.settings.sampled.dynamics !=
        Dynamics::flow) {  // a register for each thread, for a part of its equal steps
        request.trajectories = trajectories_together * static_cast<std::uint64_t>(backend.threads);
        const double share = std::min(1.0, predicted_from_work / work_of_a_member(cell));
        sample.settings.horizon =
            std::max(cell.settings.sampled.learning_rate, share * *effective_horizon(cell.problem, cell.settings));
    }
    const MixtureSetup setup(sample.problem, sample.settings);
    const double building = seconds_since(start), whole = work_of_a_member(cell) / work_of_a_member(sample);
    const auto built = Clock::now();
    run_ensemble(setup, request, backend);
    const auto members = static_cast<double>(std::max(cell.request.trajectories, request.trajectories));
    return building + seconds_since(built) * whole * members / static_cast<double>(request.trajectories);
}

}  // namespace modecollapse
