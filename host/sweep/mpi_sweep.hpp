// One sweep over several processes: rank 0 keeps the run folder and hands out cells, every rank computes. Built with
// MODECOLLAPSE_MPI; otherwise there is one rank.
#pragma once

#include <string>

#include "host/run/default_threads.hpp"
#include "host/sweep/executor.hpp"

namespace modecollapse {

// MPI for the life of the object, started only under an MPI launcher (mpirun, srun with PMI).
class MpiSession {
public:
    MpiSession();
    ~MpiSession();
    MpiSession(const MpiSession&) = delete;
    MpiSession& operator=(const MpiSession&) = delete;

    int rank() const { return rank_; }
    int size() const { return size_; }
    int local_rank() const { return local_rank_; }         // among the ranks of this machine
    Companions companions() const { return companions_; }  // this rank included

    // Everyone receives what rank 0 has.
    std::string broadcast(const std::string& text) const;

private:
    bool active_ = false;
    int rank_ = 0, size_ = 1, local_rank_ = 0;
    Companions companions_;
};

bool built_with_mpi();

// Rank 0: run_sweep with the other ranks as further workers. Returns when all of them have finished.
void run_sweep_as_coordinator(const MpiSession& session, const SweepPlan& plan, SweepState& state, Journal& journal,
                              const std::vector<Backend>& workers, const SweepControl& control);

// Ranks 1 ...: computes what rank 0 hands out, until it says stop or the thread's watch does.
void run_sweep_as_worker(const MpiSession& session, const SweepPlan& plan, const Backend& backend);

}  // namespace modecollapse
