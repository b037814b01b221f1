#include "host/sweep/executor.hpp"

#include <chrono>
#include <exception>
#include <thread>

#include "host/ensemble/run_watch.hpp"

namespace modecollapse {
namespace {

constexpr std::size_t most_setups = 8192;

}  // namespace

std::shared_ptr<const FlowSetup> SetupPool::at(const Cell& cell) {
    const FlowSettings& s = cell.settings;
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
    auto setup = std::make_shared<const FlowSetup>(cell.problem, cell.settings);  // some milliseconds: outside the lock
    const std::lock_guard<std::mutex> lock(mutex_);
    if (setups_.size() >= most_setups) setups_.clear();
    setups_[key] = setup;
    return setup;
}

void work_on_cells(const SweepPlan& plan, const Backend& backend, SetupPool& setups, const CellFlow& flow,
                   const std::function<void(std::uint64_t, const std::string&)>& on_failure) {
    while (!flow.stop()) {
        const std::optional<CellTask> task = flow.next();
        if (!task) return;
        OutcomeCounts counts = task->counts;
        std::uint64_t pieces = task->pieces;
        const Cell cell = plan.cell(task->cell);
        JournalRecord record;
        record.cell = task->cell;
        while (!is_complete(plan, cell, pieces, counts) && !flow.stop()) {
            record.piece = pieces;
            try {
                EnsembleRequest request = cell.request;
                request.first = piece_boundary(plan, cell, pieces);
                request.trajectories = piece_boundary(plan, cell, pieces + 1) - request.first;
                record.counts = run_ensemble(*setups.at(cell), request, backend);
            } catch (const Interrupted&) {
                return;  // the piece at hand is dropped, and computed again after --resume
            } catch (
                const std::exception& error) {  // a device error, an expectation that cannot be fitted, memory: this cell's, not the run's
                on_failure(task->cell, error.what());
                record.status = PieceStatus::failed;
                record.counts = {};
            }
            flow.deliver(record);
            if (record.status == PieceStatus::failed) break;
            counts += record.counts;
            ++pieces;
        }
    }
}

std::optional<CellTask> CellQueue::next() {
    while (next_ < state_.cells()) {
        const std::uint64_t cell = next_;
        next_ += step_;
        const CellState& known = state_.at(cell);
        if (!known.finished) return CellTask{cell, known.pieces, known.counts};
    }
    return std::nullopt;
}

std::vector<Backend> plan_workers(const Backend& backend, std::uint64_t cells) {
    std::vector<Backend> workers;
    if (backend.cuda || cells < 8u * static_cast<std::uint64_t>(backend.threads)) return {backend};
    Backend single = backend;
    single.threads = 1;
    workers.assign(static_cast<std::size_t>(backend.threads), single);
    return workers;
}

void run_sweep(const SweepPlan& plan, SweepState& state, Journal& journal, const std::vector<Backend>& workers,
               const SweepControl& control) {
    using Clock = std::chrono::steady_clock;
    constexpr auto sync_interval = std::chrono::milliseconds(250);
    std::mutex mutex;  // guards queue, state, journal and error
    std::atomic<bool> broken{false};
    std::exception_ptr error;
    CellQueue queue(state, control.shard, control.shards);
    auto last_sync = Clock::now();

    CellFlow flow;
    flow.next = [&]() -> std::optional<CellTask> {
        const std::lock_guard<std::mutex> lock(mutex);
        return queue.next();
    };
    flow.deliver = [&](const JournalRecord& record) {
        const std::lock_guard<std::mutex> lock(mutex);
        journal.append(record);
        if (Clock::now() - last_sync >= sync_interval) {
            journal.sync();
            last_sync = Clock::now();
        }
        state.add(record);
        if (control.progress) control.progress(state);
    };
    flow.stop = [&] { return broken.load() || control.stop(); };

    SetupPool setups;
    const auto work = [&, watch = current_watch()](const Backend& backend) {
        const WatchScope scope(watch);
        try {
            work_on_cells(plan, backend, setups, flow, control.on_failure);
        } catch (...) {
            broken = true;
            const std::lock_guard<std::mutex> lock(mutex);
            if (!error) error = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t i = control.serve ? 0 : 1; i < workers.size(); ++i) threads.emplace_back(work, workers[i]);
    try {
        control.serve ? control.serve(flow) : work(workers.front());
    } catch (...) {
        broken = true;
        const std::lock_guard<std::mutex> lock(mutex);
        if (!error) error = std::current_exception();
    }
    for (std::thread& thread : threads) thread.join();
    if (error) std::rethrow_exception(error);
    journal.sync();
}

}  // namespace modecollapse
