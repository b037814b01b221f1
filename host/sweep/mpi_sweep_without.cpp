// Stands in for mpi_sweep.cpp where the program is built without MPI: there is one rank, and nobody to talk to.
#include <stdexcept>

#include "host/sweep/mpi_sweep.hpp"

namespace modecollapse {

MpiSession::MpiSession() = default;
MpiSession::~MpiSession() = default;
std::string MpiSession::broadcast(const std::string& text) const { return text; }
bool built_with_mpi() { return false; }

void run_sweep_as_coordinator(const MpiSession&, const SweepPlan& plan, SweepState& state, Journal& journal,
                              const std::vector<Backend>& workers, const SweepControl& control) {
    run_sweep(plan, state, journal, workers, control);
}

void run_sweep_as_worker(const MpiSession&, const SweepPlan&, const Backend&) {
    throw std::logic_error("built without MPI (configure with -DMODECOLLAPSE_MPI=ON)");
}

}  // namespace modecollapse
