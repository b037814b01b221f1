// How noisy each gradient estimator is at a state: the experiment of `variance`.
#pragma once

#include <vector>

#include "host/mixture/estimator_variance.hpp"

namespace modecollapse {

struct VarianceRequest {
    Problem problem;
    OrderParameters<double> state;
    double dimension;
    std::uint64_t batch_size, batches;  // batches: 2 or more
    std::uint64_t seed;
};

struct NoiseOfEstimator {
    Estimator estimator;
    Baseline baseline;
    EstimatorVariance variance;
};

struct EstimatorNoise {
    std::vector<NoiseOfEstimator> estimators;
    bool given_up = false;  // then only the first ones
};

// Every estimator that has an exact reduced sampler at this temperature and batch size. Throws std::domain_error,
// Interrupted.
EstimatorNoise estimator_noise(const VarianceRequest& request);

}  // namespace modecollapse
