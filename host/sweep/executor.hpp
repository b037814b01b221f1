// Runs the unfinished cells of a sweep. Who computes a cell never changes its counts.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

#include "host/sweep/cell_run.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {

// A cell to compute, and what is known of it.
struct CellTask {
    std::uint64_t cell;
    std::uint64_t pieces;
    Tally tally;
};

// Where cells come from and where their pieces go: the run folder, or another process (MPI).
struct CellSource {
    std::function<std::optional<CellTask>()> next;      // called by any worker
    std::function<void(const JournalRecord&)> deliver;  // called by any worker
    // After the records of a call that took so many seconds: what took long is made durable at once. May be empty.
    std::function<void(double seconds)> delivered = {};
    std::function<bool()> stop;  // true: finish the piece at hand, then return
};

// Computes cells on one backend until there are no more, or `stop`, or the thread's watch gives the run up. A cell that
// throws is delivered as a failed record; `on_failure` hears why.
void work_on_cells(const SweepPlan& plan, const Backend& backend, const CellSource& source,
                   const std::function<void(std::uint64_t cell, const std::string& why)>& on_failure);

struct SweepControl {
    std::uint64_t shard = 0, shards = 1;  // this process takes the cells with id % shards == shard
    std::function<bool()> stop;           // asked between pieces
    std::function<void(std::uint64_t cell, const std::string& why)> on_failure;
    std::function<void(const SweepState&)> progress;  // after each record; serialized
    // Of another process, once it takes part (MPI).
    std::function<void(const std::string& device, const std::string& isa)> on_machine;
    // If set, runs on the calling thread while the workers have threads of their own, with the same source of cells:
    // other processes (MPI).
    std::function<void(const CellSource&)> serve;
};

// All workers of one process: several GPUs, or CPU workers. Journals every piece and keeps `state` up to date; syncs
// the journal every quarter of a second in which records come, after every call that took longer, and at the end. Throws WriteError: what was synced stays.
void run_sweep(const SweepPlan& plan, SweepState& state, Journal& journal, const std::vector<Backend>& workers,
               const SweepControl& control);

// One backend per worker: on a GPU up to 32, whose ensembles run side by side; on the CPU as many single-threaded ones
// as threads if there are enough cells, else one with all threads.
std::vector<Backend> plan_workers(const Backend& backend, std::uint64_t cells);

// Hands out the pending cells of a shard in the order of their ids.
class CellQueue {
public:
    CellQueue(const SweepState& state, std::uint64_t shard, std::uint64_t shards)
        : state_(state), next_(shard), step_(shards) {}
    std::optional<CellTask> next();

private:
    const SweepState& state_;
    std::uint64_t next_, step_;
};

}  // namespace modecollapse
