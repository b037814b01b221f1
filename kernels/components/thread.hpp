// What one GPU thread does for K components: draws the start; then takes some attempts of the flow or some steps of SGD, from
// where the last launch left the member.
//
// Host + device, with the functions of the lanes at one lane: the same text gives the same bits. A thread computes in
// words_of_a_thread numbers, of which the first are what the member is between two launches:
//
//   flow   state, rate | the stepper's, or the start's
//   sgd    state, means in their frame | the rest of the sampler's, or the start's
#pragma once

#include "kernels/components/ensemble.hpp"
#include "kernels/device/member_launch.hpp"
#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/components/sampler.hpp"
#include "modecollapse/components/trajectory.hpp"

namespace modecollapse::components {

struct Clocks {
    double time, step, attempts;
};
using Launch = MemberLaunch<Payload, Clocks>;

// WordSource: random/streams.hpp; ProgramSizes: sizes.hpp.
template <class WordSource, class ProgramSizes = AnySizes>
class Thread {
    using Law = InitialLaw<double, WordSource>;
    using Stepper = TrajectoryStepper<double, ProgramSizes>;
    using Memory = SamplerMemory<double>;
    using Normals = LaneNormals<double, WordSource>;

public:
    MC_HOST_DEVICE static std::uint64_t kept_words(const Payload& problem) {
        const auto size = static_cast<std::uint64_t>(size_of_state(problem));
        return problem.dynamics == Dynamics::flow ? 2 * size : size + words_of_means(problem);
    }
    MC_HOST_DEVICE static std::uint64_t words(const Payload& problem) {
        const std::uint64_t start = Law::words(problem);
        const std::uint64_t step = problem.dynamics == Dynamics::flow
                                       ? Stepper::words(problem)
                                       : Memory::words(problem) - words_of_means(problem);
        return kept_words(problem) + (start > step ? start : step);
    }

    // memory: words(problem) numbers, of this member. index: in the launch's task.
    MC_HOST_DEVICE Thread(const Payload& problem, const Launch& launch, std::uint64_t index, double* memory)
        : problem_(problem),
          launch_(launch),
          index_(index),
          id_(launch.task.first + index),
          memory_(memory),
          scratch_(memory + kept_words(problem)) {}

    MC_HOST_DEVICE void start_flow() const {
        Trajectory<double> trajectory = trajectory_here();
        const State<double>& y = trajectory.state;
        const double* given = launch_.task.starts + index_ * static_cast<std::uint64_t>(y.size());
        if (launch_.task.starts)
            for (int i = 0; i < y.size(); ++i) y.at(i) = given[i];
        else
            law()(&id_, y, scratch_);
        NeverGivenUp never;
        Stepper(problem_, scratch_).begin(trajectory, never);
        keep(trajectory);
    }

    MC_HOST_DEVICE void run_flow() const {
        Trajectory<double> trajectory = trajectory_here();
        trajectory.time = launch_.kept[index_].time;
        trajectory.step = launch_.kept[index_].step;
        trajectory.attempts = launch_.kept[index_].attempts;
        Stepper stepper(problem_, scratch_);
        NeverGivenUp never;
        double end = runs_on;
        for (std::uint64_t k = 0; k < launch_.steps && end == runs_on; ++k) end = stepper.advance(trajectory, never);
        if (end == runs_on)
            keep(trajectory);
        else
            leave(trajectory.state, end == ended_at_horizon ? Status::at_horizon : Status::out_of_steps,
                  trajectory.attempts);
    }

    MC_HOST_DEVICE void start_sgd() const {
        const State<double> y = state_in(problem_, memory_);
        law().draw(&id_, {memory_ + y.size(), frame_size(problem_)}, scratch_);
        law().set_weights(y);
    }

    MC_HOST_DEVICE void run_sgd() const {
        const State<double> y = state_in(problem_, memory_);
        const Normals normals(WordSource{}, launch_.task.seed, &id_);
        Sampler<double, Normals, WordSource, ProgramSizes> sampler(problem_, normals, WordSource{}, launch_.task.seed,
                                                                   &id_, memory_ + y.size());
        NeverGivenUp never;
        const std::uint64_t until = launch_.step + launch_.steps;
        for (std::uint64_t step = launch_.step; step < until; ++step) sampler(y, step, never);
        if (until < problem_.steps) return;
        order_parameters_of(problem_, sampler.means(), y);
        leave(y, Status::at_horizon, static_cast<double>(problem_.steps));
    }

private:
    MC_HOST_DEVICE static std::uint64_t words_of_means(const Payload& problem) {
        return static_cast<std::uint64_t>(problem.components) * static_cast<std::uint64_t>(frame_size(problem));
    }

    MC_HOST_DEVICE Law law() const { return Law(problem_, WordSource{}, launch_.task.seed); }
    MC_HOST_DEVICE Trajectory<double> trajectory_here() const {
        Pieces<double> pieces(memory_);
        return trajectory_in<double>(problem_, pieces);
    }
    MC_HOST_DEVICE void keep(const Trajectory<double>& trajectory) const {
        launch_.kept[index_] = {trajectory.time, trajectory.step, trajectory.attempts};
    }
    MC_HOST_DEVICE void leave(const State<double>& y, Status status, double attempts) const {
        double* state = launch_.ends.state + index_ * static_cast<std::uint64_t>(y.size());
        for (int i = 0; i < y.size(); ++i) state[i] = y.at(i);
        launch_.ends.status[index_] = status;
        launch_.ends.attempts[index_] = counted_attempts(attempts);
    }

    const Payload& problem_;
    const Launch& launch_;
    std::uint64_t index_, id_;
    double *memory_, *scratch_;
};

}  // namespace modecollapse::components
