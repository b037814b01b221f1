#include "host/linear_vae/warm_up.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include "host/run/watch.hpp"
#include "kernels/run/parallel.hpp"
#include "modecollapse/linear_vae/initial_law.hpp"
#include "modecollapse/linear_vae/outcome.hpp"
#include "modecollapse/linear_vae/trajectory.hpp"
#include "modecollapse/numbers/require.hpp"
#include "modecollapse/random/random123_words.hpp"

namespace modecollapse::linear_vae {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();
constexpr int grid = 17;
constexpr double over_at = 0.99;  // of its end: the warm-up is over

double recovery_time(const Payload& problem, std::uint64_t seed, std::uint64_t id) {
    using Shape = AnyState::Shape;
    const TrajectoryStepper<double, Shape> stepper(problem);
    const auto trajectory = std::make_unique<Trajectory<double, Shape>>();
    InitialLaw<double, Shape, Random123Words>(problem, Random123Words{}, seed)(&id, trajectory->state);
    stepper.begin(*trajectory);
    const auto recovered = [&, wanted = std::min(problem.latent, problem.signal)] {
        return problem.kl_weight.at(trajectory->theta) >= over_at * problem.kl_weight.end &&
               ending_of(problem, trajectory->state).captured == wanted;
    };
    double end = runs_on;
    while (end == runs_on) {
        if (recovered()) return trajectory->theta;
        end = stepper.advance(*trajectory);
    }
    return end == ended_at_horizon && recovered() ? trajectory->theta : never;
}

}  // namespace

double median_recovery_time(const Payload& problem, std::uint64_t seed, int starts, int threads) {
    require(is_flow(problem.dynamics),
            std::string("warm-up with dynamics = ") + dynamics_names[static_cast<int>(problem.dynamics)],
            "flow, flow-noise");
    require(starts >= 1, "starts", starts, "1 or more");
    std::vector<double> time(static_cast<std::size_t>(starts));
    parallel_for(time.size(), threads, [&](std::uint64_t i) { time[i] = recovery_time(problem, seed, i); });
    throw_if_given_up();
    const auto middle = time.begin() + static_cast<std::ptrdiff_t>(time.size() / 2);
    std::nth_element(time.begin(), middle, time.end());
    return *middle;
}

BestWarmUp best_warm_up(Payload problem, double shortest, double longest, std::uint64_t seed, int starts, int threads) {
    require(shortest > 0.0 && shortest < longest, "shortest warm-up", shortest, "above 0, below the longest");
    BestWarmUp result = {};
    result.starts = starts;
    problem.kl_weight.annealing = Annealing::constant;
    result.without = median_recovery_time(problem, seed, starts, threads);
    problem.kl_weight.annealing = Annealing::tanh;
    const auto try_time = [&](double time) {
        problem.kl_weight.time = time;
        result.tried.push_back({time, median_recovery_time(problem, seed, starts, threads)});
    };
    const auto better = [](const WarmUp& a, const WarmUp& b) { return a.median_time < b.median_time; };
    const auto by_time = [](const WarmUp& a, const WarmUp& b) { return a.time < b.time; };
    for (int i = 0; i < grid; ++i) try_time(shortest * std::pow(longest / shortest, i / (grid - 1.0)));
    for (int refinement = 0; refinement < 5; ++refinement) {
        std::sort(result.tried.begin(), result.tried.end(), by_time);
        const auto best = std::min_element(result.tried.begin(), result.tried.end(), better);
        if (best->median_time == never || best == result.tried.begin() || best + 1 == result.tried.end()) break;
        const double left = std::sqrt(best[-1].time * best->time), right = std::sqrt(best[1].time * best->time);
        try_time(left);
        try_time(right);
    }
    std::sort(result.tried.begin(), result.tried.end(), by_time);
    const auto best = std::min_element(result.tried.begin(), result.tried.end(), better);
    result.best = *best;
    result.status = best->median_time == never                                       ? BestWarmUp::Status::never
                    : best == result.tried.begin() || best + 1 == result.tried.end() ? BestWarmUp::Status::at_the_edge
                                                                                     : BestWarmUp::Status::found;
    if (result.status == BestWarmUp::Status::never) result.best.time = std::numeric_limits<double>::quiet_NaN();
    return result;
}

}  // namespace modecollapse::linear_vae
