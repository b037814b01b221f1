// The options of a linear VAE (--family linear-vae), and the settings that they fill.
#pragma once

#include "host/families/kl_annealing.hpp"
#include "host/options/settings.hpp"
#include "modecollapse/linear_vae/problem.hpp"
#include "modecollapse/linear_vae/shape.hpp"

namespace modecollapse {

class Configuration;

// What counts as a collapse: no active latent direction, or no captured signal direction.
enum class LinearVaeReading { collapse, signal_lost };
inline constexpr const char* linear_vae_reading_names[] = {"collapse", "signal-lost"};

struct LinearVaeRun {
    linear_vae::Payload problem = {};
    KlTimes times = {};
    LinearVaeReading of = LinearVaeReading::collapse;
};

const OptionRows& linear_vae_options();

// Checked. Throws std::domain_error: option, value, allowed range.
linear_vae::Payload linear_vae_payload(const Settings& settings);

// Refuses an annealing without its time. Throws UsageError.
void check_linear_vae(const Configuration& options);

}  // namespace modecollapse
