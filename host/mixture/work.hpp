// How much work a trajectory is, counted from the settings alone: chunks, pieces of a sweep and predictions go by it.
#pragma once

#include "host/mixture/setup.hpp"

namespace modecollapse {

SgdSampler sampler_of(const MixtureSettings& settings);

// Normals that a trajectory of SGD draws; of the diffusion approximation, what its quadratures take as long as.
double normals_of_a_trajectory(const Problem& problem, const MixtureSettings& settings, double dimension);
inline double normals_of_a_trajectory(const MixtureSetup& setup, double dimension) {
    return normals_of_a_trajectory(setup.problem(), setup.settings(), dimension);
}

// Multiplications, of any dynamics. Of the gradient flow, whose steps are not known before, those of an ordinary trajectory.
double work_of_a_trajectory(const Problem& problem, const MixtureSettings& settings, double dimension);

// Memory that the trajectories of a thread take, in bytes; none to speak of but for SGD in d dimensions.
double memory_of_a_thread(const Problem& problem, const MixtureSettings& settings, double dimension);

}  // namespace modecollapse
