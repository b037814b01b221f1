// The trajectories that a thread takes from a task, each with its start: of kernels/gradient_flow/lanes.cpp alone, compiled once
// per instruction set.
#pragma once

#include "kernels/gradient_flow/lanes.hpp"
#include "kernels/lanes/pack.hpp"
#include "modecollapse/gradient_flow/trajectory.hpp"
#include "modecollapse/mixture/initial_law.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse {
namespace {

using Doubles = Pack<double, register_bytes / 8>;

// Draws the starts of the task's trajectories, a register of Real at a time, each with all that its first step needs.
template <class Real, FieldProgram kind>
class StartQueue {
    using Scalar = ScalarOf<Real>;
    static constexpr int lanes = NumberTraits<Real>::lanes;

public:
    // One trajectory about to begin. held: the trap that its start lies in, or TrappingSet::none.
    struct Start {
        std::uint64_t index;  // within the task
        OrderParameters<Scalar> state;
        OrderParameters<Scalar> rate;
        LightWeight<Scalar> light;
        Scalar held;
    };
    using Stepper = TrajectoryStepper<Real, kind>;

    [[gnu::always_inline]] inline StartQueue(const TrajectoryTask& task, std::uint64_t& shared, const Stepper& stepper)
        : task_(task), shared_(shared), stepper_(stepper), law_(Random123Words{}, task.seed, task.dimension) {}

    [[gnu::always_inline]] inline bool empty() {
        if (next_ < end_) return false;
        if (end_ == task_.count) return true;
        next_ = __atomic_fetch_add(&shared_, trajectories_taken, __ATOMIC_RELAXED);
        if (next_ > task_.count) next_ = task_.count;
        end_ = task_.count - next_ < trajectories_taken ? task_.count : next_ + trajectories_taken;
        return next_ == end_;
    }

    [[gnu::always_inline]] inline Start take() {
        const std::uint64_t index = next_++;
        const int i = static_cast<int>(index % lanes);
        if (i == 0) prepare(index);
        return {index,
                {m1_[i], m2_[i], u_[i], weight_[i]},
                {rate_m1_[i], rate_m2_[i], rate_u_[i], rate_weight_[i]},
                {light_value_[i], light_side_[i], light_rate_[i], light_decay_[i], Scalar(0.0)},
                held_[i]};
    }

private:
    // Starts of the trajectories index .. index + lanes - 1, always drawn in double precision. Past the end of the
    // task: never handed out.
    [[gnu::noinline]] void prepare(std::uint64_t index) {
        constexpr int drawn = NumberTraits<Doubles>::lanes;
        for (int first = 0; first < lanes; first += drawn) {
            double m1[drawn], m2[drawn], u[drawn], weight[drawn];
            if (task_.starts)
                given(index + first, m1, m2, u, weight);
            else
                draw(index + first, m1, m2, u, weight);
            for (int i = 0; i < drawn; ++i) {
                m1_[first + i] = static_cast<Scalar>(m1[i]);
                m2_[first + i] = static_cast<Scalar>(m2[i]);
                u_[first + i] = static_cast<Scalar>(u[i]);
                weight_[first + i] = static_cast<Scalar>(weight[i]);
            }
        }
        const OrderParameters<Real> state = {load<Real>(m1_), load<Real>(m2_), load<Real>(u_), load<Real>(weight_)};
        const Trajectory<Real> begun = stepper_.start(state);
        const OrderParameters<Real>& rate = begun.rate;
        if constexpr (kind == FieldProgram::general) {
            store(begun.light.value, light_value_);
            store(begun.light.side, light_side_);
            store(begun.light.rate, light_rate_);
            store(begun.light.decay, light_decay_);
        }
        store(rate.m1, rate_m1_);
        store(rate.m2, rate_m2_);
        store(rate.u, rate_u_);
        store(rate.weight, rate_weight_);
        store(stepper_.held(state), held_);
    }

    [[gnu::always_inline]] inline void draw(std::uint64_t index, double* m1, double* m2, double* u,
                                            double* weight) const {
        std::uint64_t ids[NumberTraits<Doubles>::lanes];
        for (int i = 0; i < NumberTraits<Doubles>::lanes; ++i)
            ids[i] = task_.first + index + static_cast<std::uint64_t>(i);
        const OrderParameters<Doubles> starts = law_(ids);
        store(starts.m1, m1);
        store(starts.m2, m2);
        store(starts.u, u);
        for (int i = 0; i < NumberTraits<Doubles>::lanes; ++i) weight[i] = task_.problem->start_weight;
    }

    [[gnu::always_inline]] inline void given(std::uint64_t index, double* m1, double* m2, double* u,
                                             double* weight) const {
        for (int i = 0; i < NumberTraits<Doubles>::lanes; ++i) {
            const std::uint64_t at = index + static_cast<std::uint64_t>(i);
            const OrderParameters<double>& start = task_.starts[at < task_.count ? at : task_.count - 1];
            m1[i] = start.m1;
            m2[i] = start.m2;
            u[i] = start.u;
            weight[i] = start.weight;
        }
    }

    const TrajectoryTask& task_;
    std::uint64_t& shared_;
    const Stepper& stepper_;
    InitialLaw<Doubles, Random123Words> law_;
    std::uint64_t next_ = 0, end_ = 0;
    Scalar m1_[lanes], m2_[lanes], u_[lanes], weight_[lanes];
    Scalar rate_m1_[lanes], rate_m2_[lanes], rate_u_[lanes], rate_weight_[lanes], held_[lanes];
    Scalar light_value_[lanes] = {}, light_side_[lanes] = {}, light_rate_[lanes] = {}, light_decay_[lanes] = {};
};

}  // namespace
}  // namespace modecollapse
