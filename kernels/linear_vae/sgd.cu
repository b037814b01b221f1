// CUDA kernels of SGD on a linear VAE.
//
// sgd-full: a member's vectors of R^N lie one after the other in device memory, and its thread goes through them alone.
// The CPU's bits, which a sum over the threads of a block would not give; it is there to check the reduced sampler.
#include "kernels/device/curand.cuh"
#include "kernels/linear_vae/runner.cuh"

namespace modecollapse::linear_vae {
namespace {

template <class Shape>
__global__ void __launch_bounds__(member_block, 2)
    linear_vae_sgd_start(const __grid_constant__ Payload problem,
                         const __grid_constant__ Launch<State<double, Shape>> launch) {
    const std::uint64_t index = member_index();
    if (index < launch.task.count) start_sgd<Shape, PhiloxWords>(problem, launch, index);
}

template <class Shape>
__global__ void __launch_bounds__(member_block, 2)
    linear_vae_reduced(const __grid_constant__ Payload problem,
                       const __grid_constant__ Launch<State<double, Shape>> launch) {
    const std::uint64_t index = member_index();
    if (index < launch.task.count) run_reduced<Shape, PhiloxWords>(problem, launch, index);
}

template <class Shape>
__global__ void __launch_bounds__(member_block, 2)
    linear_vae_full(const __grid_constant__ Payload problem,
                    const __grid_constant__ Launch<State<double, Shape>> launch) {
    const std::uint64_t index = member_index();
    if (index < launch.task.count) run_full<Shape, PhiloxWords>(problem, launch, index);
}

}  // namespace

void run_sgd_on_cuda(const Task& task, const Ends& ends) {
    if (task.problem->dynamics == Dynamics::sgd_full)
        return with_bounded_shape(*task.problem, [&](auto shape) {
            using Shape = decltype(shape);
            run_members<State<double, Shape>>(task, ends, "linear_vae_full", linear_vae_sgd_start<Shape>,
                                              linear_vae_full<Shape>);
        });
    with_unrolled_shape(*task.problem, [&](auto shape) {
        using Shape = decltype(shape);
        run_members<State<double, Shape>>(task, ends, "linear_vae_reduced", linear_vae_sgd_start<Shape>,
                                          linear_vae_reduced<Shape>);
    });
}

}  // namespace modecollapse::linear_vae
