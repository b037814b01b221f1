// States of linear VAEs on the way to their horizon: one member at a time by the plain scalar functions, which give the
// bits of the lanes. One program for all shapes: the operations of a member and their order are the same in each.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "kernels/linear_vae/ensemble.hpp"
#include "kernels/run/parallel.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"
#include "modecollapse/linear_vae/initial_law.hpp"
#include "modecollapse/linear_vae/reduced_sampler.hpp"
#include "modecollapse/linear_vae/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::linear_vae {
namespace {

// One member: its number in the task, where its states go, and how many are due.
class Follower {
    using Shape = AnyState::Shape;

public:
    Follower(const Task& task, const std::vector<double>& times, std::uint64_t index, double* states)
        : task_(task), times_(times), index_(index), states_(states) {}

    Status run() {
        AnyState y;
        start(y);
        size_ = static_cast<std::size_t>(y.size());
        std::fill_n(states_, times_.size() * size_, std::numeric_limits<double>::quiet_NaN());
        if (is_flow(task_.problem->dynamics)) return flow(y);
        return descend(y);
    }

private:
    void start(AnyState& y) const {
        const std::uint64_t id = task_.first + index_;
        InitialLaw<double, Shape, Random123Words>(*task_.problem, Random123Words{}, task_.seed)(&id, y);
        if (!task_.starts) return;
        const double* given = task_.starts + index_ * static_cast<std::uint64_t>(y.size());
        for (int i = 0; i < y.size(); ++i) y.at(i) = given[i];
        if (task_.problem->inverse_lipschitz > 0.0) lift(task_.problem->inverse_lipschitz, y);
    }

    bool is_due(double theta) const { return next_ < times_.size() && times_[next_] <= theta; }
    template <class Value>
    void record(const Value& value) {
        for (std::size_t i = 0; i < size_; ++i) states_[next_ * size_ + i] = value(static_cast<int>(i));
        ++next_;
    }

    Status flow(const AnyState& start) {
        const TrajectoryStepper<double, Shape> stepper(*task_.problem);
        const auto trajectory = std::make_unique<Trajectory<double, Shape>>();
        trajectory->state = start;
        stepper.begin(*trajectory);
        while (is_due(0.0)) record([&](int i) { return start.at(i); });
        double end = runs_on;
        while (end == runs_on && !modecollapse::is_due(task_.stop)) {
            const double theta = trajectory->theta;
            end = stepper.advance(*trajectory, [&](const AnyState& before, const AnyState& after, const AnyState* rates,
                                                   double size, bool accepted) {
                // what ends a step has its record below, lifted
                while (accepted && is_due(std::nextafter(theta + size, 0.0)))
                    record([&, fraction = (times_[next_] - theta) / size](int i) {
                        return dormand_prince_5::interpolated(before, after, rates, size, fraction, i);
                    });
            });
            while (is_due(trajectory->theta)) record([&](int i) { return trajectory->state.at(i); });
        }
        return end == ended_at_horizon ? Status::at_horizon : end == runs_on ? Status::given_up : Status::out_of_steps;
    }

    Status descend(AnyState& y) {
        using Normals = LaneNormals<double, Random123Words>;
        const Payload& problem = *task_.problem;
        const std::uint64_t id = task_.first + index_;
        const Normals normals(Random123Words{}, task_.seed, &id);
        if (problem.dynamics == Dynamics::sgd)
            return steps(y, ReducedSampler<double, Shape, Normals, Random123Words>(problem, normals, Random123Words{},
                                                                                   task_.seed, &id));
        std::vector<double> memory(full_vectors(problem) * static_cast<std::size_t>(problem.dimension));
        FullSampler<double, Shape, Normals> sampler(problem, normals, memory.data());
        sampler.start(y);
        return steps(y, sampler);
    }

    // Step k leads to theta_of_step(k + 1): a time is read at the last step that does not pass it.
    template <class Sampler>
    Status steps(AnyState& y, Sampler sampler) {
        const Payload& problem = *task_.problem;
        StopCheck given_up(task_.stop, 1 << 14);
        for (std::uint64_t step = 0; step < problem.steps; ++step) {
            const double reach = theta_of_step(problem, step + 1) * (1.0 - 1e-12);
            while (next_ < times_.size() && times_[next_] < reach) record([&](int i) { return y.at(i); });
            sampler(y, step, given_up);
            if (given_up.given_up()) return Status::given_up;
        }
        while (next_ < times_.size()) record([&](int i) { return y.at(i); });
        return Status::at_horizon;
    }

    const Task& task_;
    const std::vector<double>& times_;
    std::uint64_t index_;
    double* states_;
    std::size_t size_ = 0, next_ = 0;
};

}  // namespace

void follow(const Task& task, const std::vector<double>& times, double* states, Status* status, int threads) {
    const std::uint64_t row = times.size() * static_cast<std::uint64_t>(size_of_state(*task.problem));
    parallel_for(task.count, threads,
                 [&](std::uint64_t i) { status[i] = Follower(task, times, i, states + i * row).run(); });
}

}  // namespace modecollapse::linear_vae
