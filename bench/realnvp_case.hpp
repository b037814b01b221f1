// The trainings of RealNVP flows that benchmarks measure: B = 256, R = 2.5, w* = 1/3; small: d = 2, 6 layers, width 32;
// large: d = 128, 8 layers, width 256.
#pragma once

#include "host/realnvp/training.hpp"

namespace modecollapse::bench {

inline RealnvpProblem realnvp_problem_of(bool large, Estimator estimator) {
    Training training;
    training.shape = large ? RealnvpShape{128, 8, 256, 2} : RealnvpShape{2, 6, 32, 2};
    training.estimator = estimator;
    Problem target;
    target.radius = 2.5;
    target.target_weight = 1.0 / 3.0;
    return realnvp_problem(target, training);
}

// Multiply-adds of the products of one step: forward, reverse and gradient; the path estimator takes the reverse
// products twice.
inline double multiply_adds(const RealnvpProblem& problem) {
    double sum = 0.0;
    for (std::uint32_t i = 0; i <= problem.shape.depth; ++i)
        sum += static_cast<double>(matrix_outputs(problem.shape, i)) * matrix_inputs(problem.shape, i);
    return sum * problem.shape.layers * static_cast<double>(problem.batch) *
           (problem.estimator == Estimator::pathwise ? 4.0 : 3.0);
}

}  // namespace modecollapse::bench
