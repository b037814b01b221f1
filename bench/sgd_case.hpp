// The sampled dynamics that benchmarks measure: w = w* = 2/3, R = 1.5, d = 1000, B = 1000, eta = 0.05, unless a case
// says otherwise.
#pragma once

#include "kernels/sgd/ensemble.hpp"

namespace modecollapse::bench {

inline constexpr std::uint64_t batch_size = 1000;

struct SgdCase {
    SgdSampler sampler;
    Estimator estimator;
    double dimension = 1000.0;
    double radius = 1.5;
    std::uint64_t batch = batch_size;
};

inline SgdPayload sgd_payload_of(const SgdCase& c, std::uint64_t steps) {
    SgdPayload p = {};
    p.radius = c.radius;
    p.target_weight = p.weight1 = 2.0 / 3.0;
    p.geometry = WeightGeometry::fixed;
    p.estimator = c.estimator;
    p.dimension = c.dimension;
    p.batch = c.batch;
    p.steps = steps;
    p.learning_rate = 0.05;
    p.beta = 1.0;
    p.rule = {0.5, 0.05};
    return p;
}

}  // namespace modecollapse::bench
