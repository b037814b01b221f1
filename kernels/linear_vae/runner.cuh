// How an ensemble of linear VAEs is run on a GPU: kernels/device/member_runner.cuh. What a thread computes is in thread.hpp;
// here is which program takes which shape. Members of the flow make nearly equally many attempts.
#pragma once

#include "kernels/device/member_runner.cuh"
#include "kernels/linear_vae/thread.hpp"

namespace modecollapse::linear_vae {

using gpu::member_block;
using gpu::member_index;

// run(shape) with a shape that suits the problem: one program for up to four and one for up to sixteen directions,
template <class Run>
void with_bounded_shape(const Payload& problem, const Run& run) {
    if (problem.latent <= 4 && problem.signal <= 4)
        run(BoundedShape<4>{problem.latent, problem.signal});
    else
        run(BoundedShape<most_directions>{problem.latent, problem.signal});
}

// and one for each number of latent directions up to four, with no more signals than these.
template <class Run>
void with_unrolled_shape(const Payload& problem, const Run& run) {
    const int latent = problem.latent, signal = problem.signal;
    if (signal > latent || latent > 4)
        with_bounded_shape(problem, run);
    else if (latent == 1)
        run(FixedShape<1, 1>{});
    else if (latent == 2)
        run(PaddedShape<2, 2>{signal});
    else if (latent == 3)
        run(PaddedShape<3, 3>{signal});
    else
        run(PaddedShape<4, 4>{signal});
}

// start: draws what members keep, `Kept`; kernel: goes on with it.
template <class Kept, class Kernel>
void run_members(const Task& task, const Ends& ends, const char* name, Kernel start, Kernel kernel) {
    const Payload& problem = *task.problem;
    const bool flow = is_flow(problem.dynamics);
    const gpu::MemberSizes sizes = {static_cast<std::uint64_t>(size_of_state(problem)), words_of_vectors(problem),
                                    flow ? static_cast<std::uint64_t>(problem.maximum_steps) + 1 : problem.steps};
    gpu::MemberRunner<Payload, Kept>(task, problem, ends, sizes, name, start, kernel).run();
}

void run_flow_on_cuda(const Task& task, const Ends& ends);
void run_sgd_on_cuda(const Task& task, const Ends& ends);

}  // namespace modecollapse::linear_vae
