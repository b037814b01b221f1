#include "host/mixture/work.hpp"

#include <algorithm>

#include "kernels/sgd/lanes.hpp"
#include "modecollapse/sgd/diffusion_sampler.hpp"
#include "modecollapse/sgd/full_sampler.hpp"

namespace modecollapse {
namespace {

constexpr double multiplications_of_a_normal =
    40.0;  // Philox, the transform to a normal, and what a sample does with it
constexpr double multiplications_of_an_attempt = 600.0;  // six evaluations of the field
constexpr double attempts_until_trapped = 55.0;          // bench/operation_count: the mean over starts is 30 to 80
constexpr double of_the_general_program = 4.0;  // weights that are trained, schedules: more terms, and finer steps

}  // namespace

SgdSampler sampler_of(const MixtureSettings& settings) {
    const Dynamics dynamics = settings.sampled.dynamics;
    return dynamics == Dynamics::sgd_full ? SgdSampler::full
           : dynamics == Dynamics::sde    ? SgdSampler::diffusion
                                          : SgdSampler::reduced;
}

double normals_of_a_trajectory(const Problem& problem, const MixtureSettings& settings, double dimension) {
    const SgdSampler sampler = sampler_of(settings);
    const double horizon = effective_horizon(problem, settings).value_or(default_trainable_horizon);
    const auto steps = static_cast<double>(steps_to(horizon, settings.sampled.learning_rate));
    if (sampler == SgdSampler::diffusion)
        return steps * static_cast<double>(normals_of_a_quadrature) * std::max(1.0, problem.radius);
    const double of_a_sample = sampler == SgdSampler::full ? dimension : std::min(dimension, 3.0);
    return steps * 2.0 * static_cast<double>(settings.sampled.batch_size) * of_a_sample;
}

double work_of_a_trajectory(const Problem& problem, const MixtureSettings& settings, double dimension) {
    if (settings.sampled.dynamics != Dynamics::flow)
        return multiplications_of_a_normal * normals_of_a_trajectory(problem, settings, dimension);
    const bool general = problem.weights != WeightGeometry::fixed || problem.annealing.schedule != Schedule::none;
    // towards a horizon the last steps are as long as stability allows: about one a time unit
    const double attempts = attempts_until_trapped + effective_horizon(problem, settings).value_or(0.0);
    return (general ? of_the_general_program : 1.0) * multiplications_of_an_attempt * attempts;
}

double memory_of_a_thread(const Problem& problem, const MixtureSettings& settings, double dimension) {
    if (settings.sampled.dynamics != Dynamics::sgd_full) return 0.0;
    const SgdPayload payload = sgd_payload(problem, settings, dimension);
    return static_cast<double>(full_vectors(payload)) * dimension * most_sgd_lanes * sizeof(double);
}

}  // namespace modecollapse
