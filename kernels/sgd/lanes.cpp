// Runs the sampled trajectories of a task on one thread, one a SIMD lane. All take the same number of steps, so a
// register of trajectories begins and ends together; lanes past the end of the task compute and are not counted. What a
// lane computes does not depend on its neighbours, nor on the instruction set (numbers/number.hpp).
//
// This file is compiled once per instruction set, with MC_SGD_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
// tests/unit/isa_symbols checks the object files.
#include "kernels/sgd/lanes.hpp"

#include "kernels/lanes/philox_pack.hpp"
#include "kernels/run/cpu_blocks.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/diffusion_sampler.hpp"
#include "modecollapse/sgd/full_sampler.hpp"
#include "modecollapse/sgd/reduced_sampler.hpp"

#ifndef MC_SGD_LANES_FUNCTION
#define MC_SGD_LANES_FUNCTION sgd_lanes_baseline
#endif

namespace modecollapse {
namespace {

constexpr int width = register_bytes / 8;
using Doubles = Pack<double, width>;
using Normals = PhiloxNormals<width>;
using State = OrderParameters<Doubles>;

OrderParameters<double> lane_state(const State& y, int lane) {
    return {lane_of(y.m1, lane), lane_of(y.m2, lane), lane_of(y.u, lane), lane_of(y.weight, lane)};
}

// A register of trajectories, index ... index + width - 1 of the task.
class Register {
public:
    Register(const SgdTask& task, std::uint64_t index)
        : task_(task), problem_(*task.problem), index_(index), given_up_(task.stop) {
        for (int i = 0; i < width; ++i) ids_[i] = task.first + index + static_cast<std::uint64_t>(i);
        if (task.starts)
            given();
        else
            draw();
    }

    template <SgdProgram kind>
    [[gnu::noinline]] void run_reduced() {
        const Normals normals(task_.seed, ids_);
        const ReducedSampler<Doubles, kind, Normals, Random123Words> sampler(problem_, normals, Random123Words{},
                                                                             task_.seed, ids_);
        run([&](std::uint64_t step) { return sampler.step(state_, step, given_up_); });
    }

    template <SgdProgram kind>
    [[gnu::noinline]] void run_diffusion() {
        if constexpr (kind != SgdProgram::score) {
            const Normals normals(task_.seed, ids_);
            const DiffusionSampler<Doubles, kind, Normals, Random123Words> sampler(problem_, normals, Random123Words{},
                                                                                   task_.seed, ids_);
            run([&](std::uint64_t step) { return sampler.step(state_, step, given_up_); });
        }
    }

    template <SgdProgram kind>
    [[gnu::noinline]] void run_full(double* memory) {
        const Normals normals(task_.seed, ids_);
        FullSampler<Doubles, kind, Normals> sampler(problem_, normals, memory);
        sampler.start(state_);
        run([&](std::uint64_t step) { return sampler.step(state_, step, given_up_); });
    }

    bool given_up() const { return given_up_.given_up(); }

    void finish(OutcomeCounts& counts) const {
        counts.attempts += static_cast<std::int64_t>(static_cast<std::uint64_t>(used()) * problem_.steps);
        for (int i = 0; i < used(); ++i)
            count_and_record(problem_, lane_state(state_, i), lane_of(aligned_, i),
                             index_ + static_cast<std::uint64_t>(i), task_.record, counts);
    }

private:
    int used() const {
        const std::uint64_t left = task_.count - index_;
        return left < width ? static_cast<int>(left) : width;
    }

    void given() {
        double m1[width], m2[width], u[width], weight[width];
        for (int i = 0; i < width; ++i) {
            const OrderParameters<double>& start =
                task_.starts[index_ + static_cast<std::uint64_t>(i < used() ? i : 0)];
            m1[i] = start.m1;
            m2[i] = start.m2;
            u[i] = start.u;
            weight[i] = start.weight;
        }
        state_ = {load<Doubles>(m1), load<Doubles>(m2), load<Doubles>(u), load<Doubles>(weight)};
    }

    [[gnu::noinline]] void draw() {
        state_ = InitialLaw<Doubles, Random123Words>(Random123Words{}, task_.seed, problem_.dimension)(ids_);
        state_.weight = Doubles(problem_.start_weight);
    }

    template <class Step>
    [[gnu::always_inline]] inline void run(const Step& advance) {
        std::uint64_t k = record(0, 0);
        for (std::uint64_t step = 0; step < problem_.steps; ++step) {
            const State next = advance(step);
            if (given_up_.given_up()) return;
            aligned_ = aligned_ + problem_.rule.aligned_share(state_, next, Doubles(problem_.learning_rate));
            state_ = next;
            k = record(step + 1, k);
        }
    }

    // Output times from number k on that lie `steps` steps after the start; returns the first later one.
    std::uint64_t record(std::uint64_t steps, std::uint64_t k) const {
        const SgdPath& path = task_.path;
        for (; k < path.times && path.steps[k] == steps; ++k)
            for (int i = 0; i < used(); ++i)
                record_on_path(problem_, path, index_ + static_cast<std::uint64_t>(i), k, lane_state(state_, i));
        return k;
    }

    const SgdTask& task_;
    const SgdPayload& problem_;
    std::uint64_t index_;
    StopCheck given_up_;
    std::uint64_t ids_[width];
    State state_;
    Doubles aligned_ = Doubles(0.0);
};

template <SgdProgram kind>
OutcomeCounts run_lanes(const SgdTask& task, double* memory) {
    OutcomeCounts counts = {};
    for (std::uint64_t index = 0; index < task.count; index += width) {
        Register trajectories(task, index);
        if (task.sampler == SgdSampler::full)
            trajectories.run_full<kind>(memory);
        else if (task.sampler == SgdSampler::reduced)
            trajectories.run_reduced<kind>();
        else
            trajectories.run_diffusion<kind>();
        if (trajectories.given_up()) return counts;
        trajectories.finish(counts);
    }
    return counts;
}

}  // namespace

OutcomeCounts MC_SGD_LANES_FUNCTION(const SgdTask& task, double* memory) {
    return with_kind(*task.problem, [&](auto tag) { return run_lanes<decltype(tag)::kind>(task, memory); });
}

}  // namespace modecollapse
