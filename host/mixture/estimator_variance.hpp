// How noisy a stochastic gradient is at a state: the trace of its covariance, by estimator.
#pragma once

#include "host/mixture/sgd_setup.hpp"
#include "host/statistics/binomial.hpp"

namespace modecollapse {

// With fewer batches the interval would not cover: at 10 of one sample 84 % of 100 seeds, at 2 none.
inline constexpr std::uint64_t fewest_for_interval = 100;

struct EstimatorVariance {
    double trace;         // of the covariance of (g_1, g_2), projected on the tangent spaces: 2 (d - 1) dimensional
    Interval interval;    // 95 %, normal approximation; NaN of fewer batches than make that one
    double in_span;       // share of the trace along span(mu1, mu2, mu*)
    double mean_squared;  // |E g|^2, estimated without bias; may be slightly negative
    double weight;        // variance of D_hat, the derivative along w1
};

// Monte Carlo over `batches` independent batches of `problem.batch` samples a component; batches >= 2. The reduced
// sampler draws them, so the cost does not depend on d. `problem` as for the reduced sampler, its weights not fixed: with
// fixed ones D_hat is not sampled.
EstimatorVariance estimator_variance(const SgdPayload& problem, const OrderParameters<double>& state,
                                     std::uint64_t batches, std::uint64_t seed);

}  // namespace modecollapse
