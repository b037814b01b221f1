// Trajectories of the mixture over time.
#include <fmt/format.h>

#include "host/families/mixture/ensemble.hpp"
#include "host/mixture/series.hpp"

namespace modecollapse {
namespace {

// The step of an SGD that a time is at must be one that can be counted to.
void require_reachable(const std::vector<double>& times, double learning_rate) {
    for (const double time : times)
        if (time / learning_rate > 1e9)
            throw std::domain_error(fmt::format(
                "--times {:g}: is more than 1e9 steps away (allowed: earlier times, or a larger learning rate)", time));
}

}  // namespace

Series MixtureMembers::follow(const SeriesRequest& request, const Backend& backend) const {
    std::shared_ptr<const MixtureSetup> setup = this->setup();
    TrajectoryRequest asked = {run_.dimension, request.seed, {}, {}, request.times};
    if (request.start.empty()) {
        asked.ids.assign(request.ids.begin(), request.ids.end());
        asked.starts = drawn_starts(run_.target, run_.dimension, request.seed, asked.ids);
    } else {  // m1, m2, s and perhaps w1
        Problem target = run_.target;
        if (request.start.size() == 4) {
            target.weight = request.start[3];
            setup = std::make_shared<const MixtureSetup>(target, run_.settings);
        }
        asked.ids = {-1};
        asked.starts = {{request.start[0], request.start[1], 1.0 - request.start[2], start_coordinate(target)}};
    }
    if (is_sgd()) require_reachable(asked.times, setup->settings().sampled.learning_rate);
    Series series;
    series.monitors = {{"m1", "1", "alignment of the first mean with the mode at +mu*", "m1", "m1", "{:.6f}"},
                       {"m2", "1", "alignment of the second mean", "m2", "m2", "{:.6f}"},
                       {"s", "1", "overlap of the two means", "s", "s", "{:.6f}"},
                       {"w1", "1", "weight of the first component", "w1", "w1", "{:.4f}"},
                       {"beta", "1", "inverse temperature of the target", "beta", "beta", "{:.4f}"}};
    series.of_member = {{"decided_at", "1", "time at which the outcome became certain", "", "decided at t", "{:.3f}"}};
    series.is_random = request.start.empty() || is_sgd();
    for (const TrajectorySeries& one : trajectory_series(*setup, asked, backend)) {
        series.outcomes.push_back(static_cast<std::uint8_t>(one.outcome));
        series.member_values.push_back(one.decided_at);
        for (std::size_t k = 0; k < one.states.size(); ++k) {
            const OrderParameters<double>& y = one.states[k];
            for (const double value : {y.m1, y.m2, 1.0 - y.u, one.weights[k], one.betas[k]})
                series.values.push_back(value);
        }
    }
    return series;
}

}  // namespace modecollapse
