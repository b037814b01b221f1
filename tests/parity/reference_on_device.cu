#include "kernels/device/curand.cuh"
#include "tests/parity/reference_ensemble.hpp"
#include "tests/parity/reference_trajectory.hpp"

namespace modecollapse {

OutcomeCounts reference_on_device(const TrajectoryTask& task) {
    return reference::counts_of<CurandWords>(task, thrust::device);
}

}  // namespace modecollapse
