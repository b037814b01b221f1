#include "modecollapse/random/random123_words.hpp"
#include "tests/parity/reference_ensemble.hpp"
#include "tests/parity/reference_trajectory.hpp"

namespace modecollapse {

OutcomeCounts reference_on_host(const TrajectoryTask& task) {
    return reference::counts_of<Random123Words>(task, thrust::host);
}

}  // namespace modecollapse
