// RealNVP members for tests: problems, parameters that are far from the identity, base samples.
#pragma once

#include <random>
#include <vector>

#include "host/flows/flow_training.hpp"
#include "kernels/realnvp_ensemble.hpp"

namespace modecollapse::support {

inline Problem flow_target(double radius, double target_weight) {
    Problem problem;
    problem.radius = radius;
    problem.target_weight = target_weight;
    return problem;
}

inline RealnvpProblem small_flow(std::uint32_t dimension, std::uint32_t layers, std::uint32_t width, std::uint32_t depth,
                                 CouplingMask mask = CouplingMask::halves) {
    FlowTraining training;
    training.shape = {dimension, layers, width, depth, mask};
    return realnvp_problem(flow_target(1.7, 1.0 / 3.0), training);
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
            for (std::uint64_t k = matrix.weights; k < matrix.biases + matrix.outputs; ++k) parameters[k] = scale * normal(generator);
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
