// A RealNVP flow trained on the bimodal target, or on one of K* modes: everything that the members of one ensemble share, by value to a
// kernel. Built and validated by host/realnvp/training.
//
//   objective at step n:  F = E_q[ log q - beta_n log p ],  by a batch of B base samples z ~ N(0, I_d), x = f(z)
//   total gradient:       d/dtheta of the batch mean of  log N(z) - log det J_f(z) - beta_n log p(f(z))
//   path gradient [R17]:  the parameters inside log q held fixed:
//                         mean of  (grad_x log q - beta_n grad_x log p)(f(z)) df(z)/dtheta
//
// Time is counted in steps: beta_n = beta(t = n), and the horizon is a number of steps.
#pragma once

#include "modecollapse/realnvp/shape.hpp"
#include "modecollapse/target/modes_density.hpp"
#include "modecollapse/target/tempering.hpp"
#include "modecollapse/training/estimator.hpp"
#include "modecollapse/training/optimizer.hpp"

namespace modecollapse {

// Of the estimators those that a flow has: a sample's density is known along its path.
inline constexpr const char* realnvp_estimator_names[] = {estimator_names[0], estimator_names[1]};

struct RealnvpProblem {
    RealnvpShape shape;
    double radius;         // R
    double target_weight;  // w*
    double beta;           // inverse temperature where there is no schedule
    Annealing annealing;
    double annealing_end;  // step from which beta is 1; 0: no schedule
    OptimizerSettings optimizer;
    Estimator estimator;
    std::uint64_t batch;  // B
    std::uint64_t steps;  // the horizon
    double
        start_scale;  // half-width of the last layer's weights at the start times sqrt(inputs); 0: exactly the identity
    std::uint64_t evaluation_samples;
    double target_plus;      // the target's mass at <mu*, x> > 0
    double mode_mass_floor;  // a mode is lost when it holds less than this share of its target mass
    TargetModes modes =
        {};  // in the place of radius, weight and target_plus, if there are any; arrays where it is read
};

MC_HOST_DEVICE double beta_at_step(const RealnvpProblem& problem, std::uint64_t step) {
    return beta_at(problem, static_cast<double>(step));
}

// Coordinate of mu* along every axis: R / sqrt(d).
MC_HOST_DEVICE double mode_coordinate(const RealnvpProblem& problem) {
    return problem.radius / sqrt(static_cast<double>(problem.shape.dimension));
}

}  // namespace modecollapse
