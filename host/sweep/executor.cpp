#include "host/sweep/executor.hpp"

#include <algorithm>
#include <chrono>

#include "host/run/watch.hpp"
#include "host/sweep/pieces.hpp"
#include "host/sweep/run_files.hpp"
#include "kernels/gradient_flow/share.hpp"
#include "kernels/run/parallel.hpp"

namespace modecollapse {
namespace {

using Clock = std::chrono::steady_clock;

// What a cell read must be what the run is known by.
void refuse_changed_files(const SweepPlan& plan) {
    if (plan.files_have_changed())
        throw FolderError(
            "the content of a file that the sweep's options name changed while it ran (allowed: with --resume the "
            "content that it had at the start; or begin anew)");
}

}  // namespace

void work_on_cells(const SweepPlan& plan, const Backend& backend, const CellSource& source,
                   const std::function<void(std::uint64_t, const std::string&)>& on_failure) {
    while (!source.stop()) {
        const std::optional<CellTask> task = source.next();
        if (!task) return;
        const Cell cell = plan.cell(task->cell);
        Tally tally = task->tally;
        JournalRecord record;
        record.cell = task->cell;
        record.piece = task->pieces;
        while (!source.stop()) {
            const auto started = Clock::now();
            std::vector<std::uint64_t> boundaries;
            std::vector<Tally> finished;
            try {
                if (is_complete(plan, cell, record.piece, tally)) break;
                boundaries = pieces_at_once(plan, cell, record.piece, backend);
                finished = run_pieces(plan, cell, boundaries, backend);
                refuse_changed_files(plan);
            } catch (const Interrupted&) {  // while the cell was set up: it is computed again after --resume
                return;
            } catch (const std::exception& error) {
                refuse_changed_files(plan);
                // a device error, an expectation that cannot be fitted, memory: this cell's, not the run's
                on_failure(task->cell, error.what());
                record.status = PieceStatus::failed;
                record.tally = Tally(plan.schema);
                source.deliver(record);
                break;
            }
            for (Tally& piece : finished) {
                tally += piece;
                record.tally = std::move(piece);
                source.deliver(record);
                ++record.piece;
            }
            if (source.delivered) source.delivered(std::chrono::duration<double>(Clock::now() - started).count());
            if (finished.size() + 1 < boundaries.size()) return;  // given up: the rest is computed again after --resume
        }
    }
}

std::optional<CellTask> CellQueue::next() {
    while (next_ < state_.cells()) {
        const std::uint64_t cell = next_;
        next_ += step_;
        const CellState& known = state_.at(cell);
        if (known.status == CellStatus::pending) return CellTask{cell, known.pieces, state_.tally(cell)};
    }
    return std::nullopt;
}

std::vector<Backend> plan_workers(const Backend& backend, std::uint64_t cells) {
    // small ensembles fill a GPU only together, and one worker sets up a cell while others compute
    std::vector<Backend> workers;
    if (backend.cuda) {
        workers.assign(static_cast<std::size_t>(std::clamp<std::uint64_t>(cells, 1, ensembles_of_a_gpu)), backend);
        return workers;
    }
    if (cells < 8u * static_cast<std::uint64_t>(backend.threads)) return {backend};
    Backend single = backend;
    single.threads = 1;
    workers.assign(static_cast<std::size_t>(backend.threads), single);
    return workers;
}

void run_sweep(const SweepPlan& plan, SweepState& state, Journal& journal, const std::vector<Backend>& workers,
               const SweepControl& control) {
    constexpr auto sync_interval = std::chrono::milliseconds(250);
    std::mutex mutex;  // guards queue, state and journal
    std::atomic<bool> broken{false};
    CellQueue queue(state, control.shard, control.shards);
    auto last_sync = Clock::now();

    CellSource source;
    source.next = [&]() -> std::optional<CellTask> {
        const std::lock_guard<std::mutex> lock(mutex);
        return queue.next();
    };
    const auto sync = [&] {
        journal.sync();
        last_sync = Clock::now();
    };
    source.delivered = [&](double seconds) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (std::chrono::duration<double>(seconds) >= sync_interval) sync();
    };
    source.deliver = [&](const JournalRecord& record) {
        const std::lock_guard<std::mutex> lock(mutex);
        journal.append(record);
        if (Clock::now() - last_sync >= sync_interval) sync();
        state.add(record);
        if (control.progress) control.progress(state);
    };
    source.stop = [&] { return broken.load() || control.stop(); };

    const auto or_break = [&](const auto& part) {
        try {
            part();
        } catch (...) {
            broken = true;
            if (RunWatch* watch = current_watch()) watch->ask_to_stop();  // the others drop what they are at
            throw;
        }
    };
    std::atomic<std::size_t> next_worker{0};
    const Crew::Work work = [&, watch = current_watch()](const Crew&) {
        const Backend& backend = workers[next_worker.fetch_add(1)];
        const WatchScope scope(watch);
        or_break([&] { work_on_cells(plan, backend, source, control.on_failure); });
    };
    Crew crew(workers.size() - (control.serve ? 0 : 1), work);
    crew.take_part(control.serve ? Crew::Work([&](const Crew&) { or_break([&] { control.serve(source); }); }) : work);
    crew.join();
    journal.sync();
}

}  // namespace modecollapse
