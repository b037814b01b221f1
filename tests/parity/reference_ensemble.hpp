// The flow ensemble in a few lines, without the scheduler of kernels/gradient_flow/: thrust::transform_reduce over the ids, from an
// id to what its trajectory counts. Slow, and nothing in it to go wrong.
#pragma once

#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

// The counts of a task without given starts and with fixed weights, in double precision.
OutcomeCounts reference_on_host(const TrajectoryTask& task);    // thrust::host, words by Random123
OutcomeCounts reference_on_device(const TrajectoryTask& task);  // thrust::device, words by cuRAND

}  // namespace modecollapse
