#include "host/sweep/executor.hpp"

#include <chrono>
#include <exception>
#include <thread>

#include "host/run/watch.hpp"

namespace modecollapse {

void work_on_cells(const SweepPlan& plan, const Backend& backend, SetupPool& setups, const CellSource& flow,
                   const std::function<void(std::uint64_t, const std::string&)>& on_failure) {
    while (!flow.stop()) {
        const std::optional<CellTask> task = flow.next();
        if (!task) return;
        CellCounts counts = task->counts;
        std::uint64_t pieces = task->pieces;
        const Cell cell = plan.cell(task->cell);
        JournalRecord record;
        record.cell = task->cell;
        while (!is_complete(plan, cell, pieces, counts) && !flow.stop()) {
            record.piece = pieces;
            try {
                const std::uint64_t first = piece_boundary(plan, cell, pieces),
                                    end = piece_boundary(plan, cell, pieces + 1);
                record.counts = run_piece(cell, first, end - first, setups, backend, flow.abandon);
            } catch (const Interrupted&) {
                return;  // the piece at hand is dropped, and computed again after --resume
            } catch (const std::exception&
                         // a device error, an expectation that cannot be fitted, memory: this cell's, not the run's
                         error) {
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
        if (known.status == CellStatus::pending) return CellTask{cell, known.pieces, known.counts};
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

    CellSource flow;
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
    flow.abandon = [&] { return broken.load() || (control.abandon && control.abandon()); };

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
