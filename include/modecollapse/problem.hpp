// The problem: a bimodal target and a two-component family (PHYSICS section 1), in the user's terms.
//
//   target  p(x) = w* N(x; mu*, I_d) + (1 - w*) N(x; -mu*, I_d),  |mu*| = R
//   family  q(x) = w1 N(x; mu1, I_d) + (1 - w1) N(x; mu2, I_d),   |mu1| = |mu2| = R
//
// All values are dimensionless. Validated once, by require_valid; everything downstream may rely on it.
#pragma once

#include "modecollapse/annealing.hpp"
#include "modecollapse/require.hpp"
#include "modecollapse/target.hpp"
#include "modecollapse/weight_dynamics.hpp"

namespace modecollapse {

struct Problem {
    double radius = 1.5;         // R
    double target_weight = 0.5;  // w*
    double weight = 0.5;         // w1: fixed, or where a trainable one starts
    double beta = 1.0;           // inverse temperature of the target, constant unless there is a schedule
    WeightGeometry weights = WeightGeometry::fixed;
    Annealing annealing = {};
};

inline constexpr double smallest_radius = 1e-3;
inline constexpr double largest_radius = 10.0;   // the fast expectations are proven up to here
inline constexpr double smallest_weight = 1e-4;  // of the target and of fixed weights: below, one component is all there is
inline constexpr double smallest_trainable_weight = 1e-8;
inline constexpr double highest_temperature = 1e12;
inline constexpr double longest_annealing_time = 1e9;

// Where the weight starts unless told otherwise: fixed weights are the target's.
inline double default_weight(const Problem& problem) { return problem.weights == WeightGeometry::fixed ? problem.target_weight : 0.5; }

// Throws std::domain_error naming the quantity, its value and the allowed range.
inline void require_valid(const Problem& problem) {
    require(problem.radius >= smallest_radius && problem.radius <= largest_radius, "radius", problem.radius, "0.001 to 10");
    require(problem.target_weight >= smallest_weight && problem.target_weight <= 1.0 - smallest_weight, "target-weight",
            problem.target_weight, "0.0001 to 0.9999");
    if (problem.weights == WeightGeometry::fixed)
        require(problem.weight >= smallest_weight && problem.weight <= 1.0 - smallest_weight, "weight", problem.weight, "0.0001 to 0.9999");
    else
        require(problem.weight >= smallest_trainable_weight && problem.weight <= 1.0 - smallest_trainable_weight, "weight", problem.weight,
                "1e-8 to 1 - 1e-8 with trainable weights");
    const Annealing& annealing = problem.annealing;
    require(annealing.initial_temperature >= 1.0 && annealing.initial_temperature <= highest_temperature, "initial-temperature",
            annealing.initial_temperature, "1 to 1e12");
    require(annealing.time > 0.0 && annealing.time <= longest_annealing_time, "annealing-time", annealing.time, "above 0, up to 1e9");
    require(problem.beta > 0.0 && problem.beta <= 1.0, "beta", problem.beta, "above 0, up to 1");
}

}  // namespace modecollapse
