// RealNVP members for tests: problems, parameters that are far from the identity, base samples.
#pragma once

#include <random>
#include <vector>

#include "host/realnvp/training.hpp"
#include "kernels/realnvp/ensemble.hpp"
#include "kernels/realnvp/memory.hpp"
#include "tests/support/aligned_storage.hpp"

namespace modecollapse::support {

inline Problem flow_target(double radius, double target_weight) {
    Problem problem;
    problem.radius = radius;
    problem.target_weight = target_weight;
    return problem;
}

inline RealnvpProblem small_flow(std::uint32_t dimension, std::uint32_t layers, std::uint32_t width,
                                 std::uint32_t depth, CouplingMask mask = CouplingMask::halves) {
    Training training;
    training.shape = {dimension, layers, width, depth, mask};
    return realnvp_problem(flow_target(1.7, 1.0 / 3.0), training);
}

// A short training in which everything happens: two tiles, the second not whole, clipping, a learning rate that falls,
// annealing that ends.
inline RealnvpProblem eventful_flow(Estimator estimator, CouplingMask mask) {
    Training training;
    training.shape = {6, 3, 13, 2, mask};
    training.batch = 300;
    training.steps = 7;
    training.evaluation_samples = 500;
    training.estimator = estimator;
    training.optimizer.gradient_clip = 0.5;
    training.optimizer.schedule = RateSchedule::cosine;
    Problem target = flow_target(2.0, 0.4);
    target.annealing.schedule = Schedule::exponential_temperature;
    target.annealing.initial_temperature = 3.0;
    target.annealing.time = 4.0;
    return realnvp_problem(target, training);
}

// Normal parameters of standard deviation `size` / sqrt(inputs): a flow far from the identity.
inline std::vector<double> random_parameters(const RealnvpShape& shape, double size, unsigned seed) {
    std::vector<double> parameters(parameter_count(shape));
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer)
        for (std::uint32_t i = 0; i <= shape.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape, layer, i);
            const double scale = size / std::sqrt(static_cast<double>(matrix.inputs));
            for (std::uint64_t k = matrix.weights; k < matrix.biases + matrix.outputs; ++k)
                parameters[k] = scale * normal(generator);
        }
    return parameters;
}

inline std::vector<double> normal_samples(std::size_t numbers, unsigned seed) {
    std::vector<double> z(numbers);
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    for (double& x : z) x = normal(generator);
    return z;
}

}  // namespace modecollapse::support
