// States of K components on the way to their horizon: one member at a time by the plain scalar functions, which give the
// bits of the lanes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/components/ensemble.hpp"
#include "kernels/run/parallel.hpp"
#include "modecollapse/components/initial_law.hpp"
#include "modecollapse/components/sampler.hpp"
#include "modecollapse/components/trajectory.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::components {
namespace {

// One member: its number in the task, where its states go, and how many are due.
class Follower {
    using Law = InitialLaw<double, Random123Words>;

public:
    Follower(const Task& task, const std::vector<double>& times, std::uint64_t index, double* states)
        : task_(task),
          problem_(*task.problem),
          times_(times),
          index_(index),
          id_(task.first + index),
          states_(states),
          size_(static_cast<std::size_t>(size_of_state(problem_))),
          law_memory_(Law::words(problem_)) {
        std::fill_n(states_, times_.size() * size_, std::numeric_limits<double>::quiet_NaN());
    }

    Status run() { return problem_.dynamics == Dynamics::flow ? flow() : descend(); }

private:
    bool is_due(double time) const { return next_ < times_.size() && times_[next_] <= time; }
    template <class Value>
    void record(const Value& value) {
        for (std::size_t i = 0; i < size_; ++i) states_[next_ * size_ + i] = value(static_cast<int>(i));
        ++next_;
    }

    Status flow() {
        std::vector<double> memory(2 * size_ + TrajectoryStepper<double>::words(problem_));
        Pieces<double> pieces(memory.data());
        Trajectory<double> trajectory = trajectory_in<double>(problem_, pieces);
        TrajectoryStepper<double> stepper(problem_, memory.data() + 2 * size_);
        const State<double>& y = trajectory.state;
        Law(problem_, Random123Words{}, task_.seed)(&id_, y, law_memory_.data());
        if (task_.starts) std::copy_n(task_.starts + index_ * size_, size_, y.value);
        StopCheck given_up(task_.stop);
        stepper.begin(trajectory, given_up);
        while (is_due(0.0)) record([&](int i) { return y.at(i); });
        double end = runs_on;
        while (end == runs_on && !given_up.given_up()) {
            const double time = trajectory.time;
            end = stepper.advance(trajectory, given_up,
                                  [&](const State<double>& before, const State<double>& after,
                                      const States<double>& rates, double size, bool accepted) {
                                      if (given_up.given_up()) return;
                                      // what ends a step has its record below
                                      while (accepted && is_due(std::nextafter(time + size, 0.0)))
                                          record([&, fraction = (times_[next_] - time) / size](int i) {
                                              return dormand_prince_5::interpolated(before, after, rates, size,
                                                                                    fraction, i);
                                          });
                                  });
            if (given_up.given_up()) break;
            while (is_due(trajectory.time)) record([&](int i) { return y.at(i); });
        }
        if (given_up.given_up()) return Status::given_up;
        return end == ended_at_horizon ? Status::at_horizon : Status::out_of_steps;
    }

    // Step k leads to time (k + 1) eta: a time is read at the last step that does not pass it.
    Status descend() {
        using Normals = LaneNormals<double, Random123Words>;
        const Normals normals(Random123Words{}, task_.seed, &id_);
        std::vector<double> memory(SamplerMemory<double>::words(problem_)), end(size_);
        Sampler<double, Normals, Random123Words> sampler(problem_, normals, Random123Words{}, task_.seed, &id_,
                                                         memory.data());
        const State<double> y = state_in(problem_, end.data());
        const Law law(problem_, Random123Words{}, task_.seed);
        law.draw(&id_, sampler.means(), law_memory_.data());
        law.set_weights(y);
        const auto read = [&] {
            order_parameters_of(problem_, sampler.means(), y);
            record([&](int i) { return y.at(i); });
        };
        StopCheck given_up(task_.stop, 1 << 14);
        for (std::uint64_t step = 0; step < problem_.steps; ++step) {
            const double reach = static_cast<double>(step + 1) * problem_.learning_rate * (1.0 - 1e-12);
            while (next_ < times_.size() && times_[next_] < reach) read();
            sampler(y, step, given_up);
            if (given_up.given_up()) return Status::given_up;
        }
        while (next_ < times_.size()) read();
        return Status::at_horizon;
    }

    const Task& task_;
    const Payload& problem_;
    const std::vector<double>& times_;
    std::uint64_t index_, id_;
    double* states_;
    std::size_t size_, next_ = 0;
    std::vector<double> law_memory_;
};

}  // namespace

void follow(const Task& task, const std::vector<double>& times, double* states, Status* status, int threads) {
    const std::uint64_t row = times.size() * static_cast<std::uint64_t>(size_of_state(*task.problem));
    parallel_for(task.count, threads,
                 [&](std::uint64_t i) { status[i] = Follower(task, times, i, states + i * row).run(); });
}

}  // namespace modecollapse::components
