// CUDA kernels of the flow of a linear VAE.
#include "kernels/device/curand.cuh"
#include "kernels/linear_vae/runner.cuh"

namespace modecollapse::linear_vae {
namespace {

template <class Shape>
__global__ void __launch_bounds__(member_block, 2)
    linear_vae_flow_start(const __grid_constant__ Payload problem,
                          const __grid_constant__ Launch<Trajectory<double, Shape>> launch) {
    const std::uint64_t index = member_index();
    if (index < launch.task.count) start_flow<Shape, PhiloxWords>(problem, launch, index);
}

template <class Shape>
__global__ void __launch_bounds__(member_block, 2)
    linear_vae_flow(const __grid_constant__ Payload problem,
                    const __grid_constant__ Launch<Trajectory<double, Shape>> launch) {
    const std::uint64_t index = member_index();
    if (index < launch.task.count) run_flow<Shape>(problem, launch, index);
}

}  // namespace

void run_flow_on_cuda(const Task& task, const Ends& ends) {
    with_unrolled_shape(*task.problem, [&](auto shape) {
        using Shape = decltype(shape);
        run_members<Trajectory<double, Shape>>(task, ends, "linear_vae_flow", linear_vae_flow_start<Shape>,
                                               linear_vae_flow<Shape>);
    });
}

}  // namespace modecollapse::linear_vae
