// The problem that every benchmark measures unless its name says otherwise: w = w* = 2/3, R = 1.5, d = 100, relative
// tolerance 1e-6, run until trapped. All quantities are dimensionless.
#pragma once

#include "host/mixture/setup.hpp"

namespace modecollapse::bench {

struct Case {
    double radius = 1.5;
    double dimension = 100.0;
    double tolerance = default_tolerance;
    Precision precision = Precision::double_precision;
    WeightGeometry weights = WeightGeometry::fixed;
    std::optional<double> horizon = {};  // time units
};

inline constexpr std::uint64_t benchmark_seed = 7;
inline constexpr double single_tolerance = smallest_single_tolerance;

// Trainable weights start at 1/2.
inline Problem problem_of(const Case& which) {
    Problem problem;
    problem.radius = which.radius;
    problem.target_weight = 2.0 / 3.0;
    problem.weights = which.weights;
    problem.weight = which.weights == WeightGeometry::fixed ? problem.target_weight : 0.5;
    return problem;
}

inline MixtureSetup mixture_setup_of(const Case& which) {
    MixtureSettings settings;
    settings.tolerance = which.tolerance;
    settings.precision = which.precision;
    settings.horizon = which.horizon;
    return {problem_of(which), settings};
}

// Fixed weights only: others point into the setup.
inline GradientFlowPayload gradient_flow_payload_of(const Case& which) {
    return mixture_setup_of(which).for_dimension(which.dimension);
}

// Trajectories first .. first + count - 1 of the initial law.
inline TrajectoryTask task_of(const Case& which, const GradientFlowPayload& problem, std::uint64_t first,
                              std::uint64_t count) {
    return {&problem, which.precision, benchmark_seed, which.dimension, first, count, nullptr, {}};
}

}  // namespace modecollapse::bench
