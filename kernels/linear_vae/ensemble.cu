// CUDA backend of the ensemble of linear VAEs.
//
// Up to four latent directions and no more signals than these have programs of their own, with every loop unrolled, so that
// nothing is in memory but what finds no register (docs/speed.md); all others share one for up to four and one for up to
// sixteen directions, with their state in local memory.
#include "kernels/linear_vae/runner.cuh"

namespace modecollapse::linear_vae {

void run_to_ends_on_cuda(const Task& task, const Ends& ends, const CudaOptions& options) {
    const std::lock_guard<std::mutex> alone(gpu::use_of(options.device).free_memory);
    gpu::use_device(options.device);
    if (task.count == 0) return;
    if (is_flow(task.problem->dynamics))
        run_flow_on_cuda(task, ends);
    else
        run_sgd_on_cuda(task, ends);
}

}  // namespace modecollapse::linear_vae
