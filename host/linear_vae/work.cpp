#include "host/linear_vae/work.hpp"

#include <algorithm>

#include "kernels/linear_vae/lanes.hpp"
#include "modecollapse/linear_vae/full_sampler.hpp"

namespace modecollapse::linear_vae {
namespace {

constexpr double multiplications_of_a_normal = 40.0;  // Philox, and the transform to a normal
constexpr double stages = 6.0;

// Of an attempt of the integrator: matrix products of the field, and what the stages do to every number.
double work_of_an_attempt(const Payload& p) {
    const double m = p.latent, s = p.signal;
    const double field = 8.0 * m * m * m + 7.0 * m * m * s + 10.0 * m * m;
    const double projected = p.inverse_lipschitz > 0.0 ? 60.0 * m * m * m : 0.0;
    return stages * (field + projected + 6.0 * state_size(p.latent, p.signal)) + 100.0;
}

// The start takes some; later the steps are as long as stability allows, with rates of up to a (a + beta) and, of the
// encoder's variance, the ratio of the learning rates.
double attempts_of_a_flow(const Payload& p) {
    const double a = p.signal_variance + p.noise_variance, beta = p.kl_weight.end;
    const double fastest = a * (a + beta) + 1.0 + p.encoder_variance_rate;
    return std::min(60.0 + p.horizon * fastest / 3.0, p.maximum_steps);
}

}  // namespace

double work_of_a_member(const Payload& p) {
    if (is_flow(p.dynamics)) return attempts_of_a_flow(p) * work_of_an_attempt(p);
    const double m = p.latent, frame = frame_size(p.latent, p.signal);
    const auto steps = static_cast<double>(p.steps), batch = static_cast<double>(p.batch);
    if (p.dynamics == Dynamics::sgd_full)
        return steps * p.dimension * (batch * (multiplications_of_a_normal + p.signal + 6.0 * m) + 4.0 * m * m);
    const double of_a_step = multiplications_of_a_normal * (m * (2.0 * m - 1.0) + 6.0 * m) + frame * frame * frame;
    return steps * (batch * frame * (multiplications_of_a_normal + 4.0 * m) + of_a_step);
}

double memory_of_a_thread(const Payload& p) {
    if (p.dynamics != Dynamics::sgd_full) return 0.0;
    return static_cast<double>(full_vectors(p)) * p.dimension * most_linear_vae_lanes * sizeof(double);
}

Tally run_linear_vaes(const Task& task, const Records& records, const Backend& backend) {
    if (!backend.cuda) return run_on_cpu(task, records, {backend.threads, backend.isa.c_str()});
    try {
        return run_on_cuda(task, records, {backend.device_index}, backend.threads);
    } catch (const std::runtime_error& error) {
        throw DeviceError(error.what());
    }
}

}  // namespace modecollapse::linear_vae
