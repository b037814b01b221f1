// Everything that the trajectories of one ensemble of linear VAEs share, passed by value to a kernel. Built and
// validated by host/linear_vae.
//
// Data x = sqrt(rho/N) W* c + sqrt(eta) n; decoder W z / sqrt N; encoder N(V^T x / sqrt N, diag D): POSTERIOR part A.
#pragma once

#include <cstdint>

#include "modecollapse/training/kl_weight.hpp"

namespace modecollapse::linear_vae {

using Annealing = KlAnnealing;
using modecollapse::KlWeight;

// flow: gradient flow, learning rate to 0 at fixed theta; flow_noise: the closed equations at a finite learning rate, N
// to infinity; sgd: stochastic gradient descent, exactly in law at any N; sgd_full: the same in R^N.
enum class Dynamics { flow, flow_noise, sgd, sgd_full };
inline constexpr const char* dynamics_names[] = {"flow", "flow-noise", "sgd", "sgd-full"};

MC_HOST_DEVICE bool is_flow(Dynamics dynamics) {
    return dynamics == Dynamics::flow || dynamics == Dynamics::flow_noise;
}

// Where the flow ends, in closed form, at one KL weight: settled.hpp.
struct StableEnd {
    double near = 0.0;  // how near a state is at its end; 0: not known
    double kl_weight = 0.0;
    double signal = 0.0, gram = 0.0;  // tr m m^T and tr Q
    double loss = 0.0;
};

struct Payload {
    double signal_variance = 1.0;  // rho
    double noise_variance = 1.0;   // eta
    double dimension = 1000.0;     // N
    int latent = 1;                // M
    int signal = 1;                // M*
    KlWeight kl_weight = {};
    double weight_decay = 0.0;           // lambda
    double learning_rate = 0.1;          // tau; no part in the flow
    double encoder_variance_rate = 1.0;  // tau_D / tau
    std::uint64_t batch = 1;             // B
    double start_scale = 0.1;            // s0: standard deviation of the entries of W and V
    double horizon = 100.0;              // T, in theta
    double inverse_lipschitz = 0.0;      // L: singular values of W / sqrt N are at least this; 0: no constraint
    double activity_floor = 0.01;        // f
    double capture_share = 0.5;
    Dynamics dynamics = Dynamics::flow;
    double tolerance = 1e-7;     // flow: relative error a step
    double maximum_steps = 1e7;  // flow: attempts; used up before the horizon: failed
    std::uint64_t steps = 0;     // sgd: floor(T N / tau)
    StableEnd end = {};          // flow: where it is carried to the horizon at no cost
};

}  // namespace modecollapse::linear_vae
