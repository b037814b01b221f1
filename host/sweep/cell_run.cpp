#include "host/sweep/cell_run.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "host/mixture/work.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/pieces.hpp"

namespace modecollapse {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_setups = 8192;
constexpr std::uint64_t predicted_from_trajectories = 2000, predicted_from_steps = 20;
constexpr double predicted_from_work = 0x1p30;  // multiplications of a trajectory of SGD: some tenths of a second

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

constexpr std::uint8_t unfinished = 255;  // in place of an outcome

// Members of consecutive pieces, as a call has left their ends: sums by piece, as far as all of its members are finished.
// add(counts, i): what member i of the call adds.
template <class Add>
std::vector<CellCounts> by_piece(const std::vector<std::uint64_t>& boundaries,
                                 const std::vector<std::uint8_t>& outcomes, const Add& add) {
    std::vector<CellCounts> pieces;
    for (std::size_t k = 0; k + 1 < boundaries.size(); ++k) {
        CellCounts counts;
        for (std::uint64_t i = boundaries[k] - boundaries[0]; i < boundaries[k + 1] - boundaries[0]; ++i) {
            if (outcomes[i] == unfinished) return pieces;
            ++counts.count[outcomes[i]];
            add(counts, i);  // in the order of the ids, whoever ran them
        }
        pieces.push_back(counts);
    }
    return pieces;
}

std::vector<CellCounts> train_pieces(const Cell& cell, const std::vector<std::uint64_t>& boundaries,
                                     const Backend& backend) {
    const RealnvpProblem problem = realnvp_problem(cell.problem, cell.training);
    const std::uint64_t count = boundaries.back() - boundaries.front();
    std::vector<RealnvpMonitor> monitors(count);
    std::vector<std::uint8_t> outcomes(count, unfinished);
    std::vector<std::uint64_t> steps(count);
    RealnvpTask task = training_task(cell, problem, boundaries.front(), count);
    task.record = {outcomes.data(), steps.data(), monitors.data()};
    try {
        train_members(task, backend, {});
    } catch (const Interrupted&) {  // what is finished is recorded
    }
    return by_piece(boundaries, outcomes, [&](CellCounts& counts, std::uint64_t i) {
        counts.attempts += static_cast<std::int64_t>(steps[i]);
        if (outcomes[i] == static_cast<std::uint8_t>(RealnvpOutcome::failed)) return;
        const double variance = monitors[i].projected_variance;
        counts.variance_sum += variance;
        counts.variance_squares += variance * variance;
    });
}

std::vector<CellCounts> sgd_pieces(const Cell& cell, const std::vector<std::uint64_t>& boundaries,
                                   const MixtureSetup& setup, const Backend& backend) {
    const SgdPayload problem = setup.sgd_for_dimension(cell.request.dimension);
    EnsembleRequest request = cell.request;
    request.first = boundaries.front();
    request.trajectories = boundaries.back() - boundaries.front();
    std::vector<std::uint8_t> outcomes(request.trajectories, unfinished);
    std::vector<double> aligned(request.trajectories);
    EndRecord record = {};
    record.outcome = outcomes.data();
    record.aligned = aligned.data();
    try {
        run_ensemble(setup, request, backend, {}, record);
    } catch (const Interrupted&) {  // what is finished is recorded
    }
    return by_piece(boundaries, outcomes, [&](CellCounts& counts, std::uint64_t i) {
        counts.attempts += static_cast<std::int64_t>(problem.steps);
        if (ends_quasi_collapsed(problem, static_cast<Outcome>(outcomes[i]), aligned[i])) ++counts.quasi;
    });
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
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto known = setups_.find(cell.key);
        if (known != setups_.end()) return known->second;
    }
    auto setup =
        std::make_shared<const MixtureSetup>(cell.problem, cell.settings);  // some milliseconds: outside the lock
    const std::lock_guard<std::mutex> lock(mutex_);
    if (setups_.size() >= most_setups) setups_.clear();
    setups_[cell.key] = setup;
    return setup;
}

std::vector<CellCounts> run_pieces(const Cell& cell, const std::vector<std::uint64_t>& boundaries, SetupPool& setups,
                                   const Backend& backend) {
    if (cell.family == FamilyId::realnvp) return train_pieces(cell, boundaries, backend);
    const std::shared_ptr<const MixtureSetup> setup = setups.at(cell);
    if (setup->is_sgd()) return sgd_pieces(cell, boundaries, *setup, backend);
    std::vector<CellCounts> pieces;
    for (std::size_t k = 0; k + 1 < boundaries.size(); ++k) {
        EnsembleRequest request = cell.request;
        request.first = boundaries[k];
        request.trajectories = boundaries[k + 1] - boundaries[k];
        try {
            pieces.push_back(counts_of(run_ensemble(*setup, request, backend)));
        } catch (const Interrupted&) {
            break;
        }
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
