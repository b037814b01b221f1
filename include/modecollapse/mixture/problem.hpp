// The problem: a bimodal target and a two-component family (PHYSICS section 1), in the user's terms.
//
//   target  p(x) = w* N(x; mu*, I_d) + (1 - w*) N(x; -mu*, I_d),  |mu*| = R
//   family  q(x) = w1 N(x; mu1, I_d) + (1 - w1) N(x; mu2, I_d),   |mu1| = |mu2| = R
//
// All values are dimensionless. Validated once, by require_valid; everything downstream may rely on it.
#pragma once

#include "modecollapse/mixture/weights.hpp"
#include "modecollapse/numbers/require.hpp"
#include "modecollapse/target/half_log_odds.hpp"
#include "modecollapse/target/tempering.hpp"

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
inline constexpr double largest_radius = 10.0;  // the fast expectations are proven up to here
inline constexpr double smallest_weight =
    1e-4;  // of the target and of fixed weights: below, one component is all there is
inline constexpr double smallest_trainable_weight = 1e-8;
inline constexpr double highest_temperature = 1e12;
inline constexpr double longest_annealing_time = 1e9;
inline constexpr double smallest_target_ess = 0.001;
inline constexpr double largest_target_ess = 0.999;

// Where the weight starts unless told otherwise: fixed weights are the target's.
inline double default_weight(const Problem& problem) {
    return problem.weights == WeightGeometry::fixed ? problem.target_weight : 0.5;
}

// Most raises of beta that the adaptive schedule can need. A raise by x costs log(1/ESS) <= x^2 times the largest
// variance of log cosh under q cosh^a, a <= 2x. log cosh(<mu*, x> + h*) has no slope above 1 in the modulus of its
// argument, whose law there is a mixture of two of variance R^2 at most, centred between 0 and (1 + 2x) R^2 + |h*|.
// About twice what trajectories use (tests/unit/adaptive_annealing_test).
inline double most_raises(const Problem& problem) {
    const double square = problem.radius * problem.radius, room = 1.0 - 1.0 / problem.annealing.initial_temperature;
    const auto cost = [&](double x) {
        const double farthest = (1.0 + 2.0 * x) * square + std::fabs(half_log_odds(problem.target_weight));
        return x * x * (square + 0.25 * farthest * farthest);
    };
    double low = 0.0, high = room;
    for (int i = 0; i < 50; ++i) {
        const double middle = 0.5 * (low + high);
        (cost(middle) < -std::log(problem.annealing.target_ess) ? low : high) = middle;
    }
    return std::ceil(room / high);
}

// Time from which on beta is 1: zero without tempering; for the adaptive schedule the latest that it can be.
inline double annealing_end(const Problem& problem) {
    if (!is_adaptive(problem.annealing)) return annealing_end(problem.annealing);
    return most_raises(problem) * problem.annealing.time;
}

// Throws std::domain_error naming the quantity, its value and the allowed range.
inline void require_valid(const Problem& problem) {
    require(problem.radius >= smallest_radius && problem.radius <= largest_radius, "radius", problem.radius,
            "0.001 to 10");
    require(problem.target_weight >= smallest_weight && problem.target_weight <= 1.0 - smallest_weight, "target-weight",
            problem.target_weight, "0.0001 to 0.9999");
    if (problem.weights == WeightGeometry::fixed)
        require(problem.weight >= smallest_weight && problem.weight <= 1.0 - smallest_weight, "weight", problem.weight,
                "0.0001 to 0.9999");
    else
        require(problem.weight >= smallest_trainable_weight && problem.weight <= 1.0 - smallest_trainable_weight,
                "weight", problem.weight, "1e-8 to 1 - 1e-8 with trainable weights");
    const Annealing& annealing = problem.annealing;
    require(annealing.initial_temperature >= 1.0 && annealing.initial_temperature <= highest_temperature,
            "initial-temperature", annealing.initial_temperature, "1 to 1e12");
    require(annealing.time > 0.0 && annealing.time <= longest_annealing_time, "annealing-time", annealing.time,
            "above 0, up to 1e9");
    require(annealing.target_ess >= smallest_target_ess && annealing.target_ess <= largest_target_ess, "target-ess",
            annealing.target_ess, "0.001 to 0.999");
    require(problem.beta > 0.0 && problem.beta <= 1.0, "beta", problem.beta, "above 0, up to 1");
}

}  // namespace modecollapse
