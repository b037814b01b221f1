// The options of a linear VAE (--family linear-vae), and the settings that they fill.
#pragma once

#include <optional>

#include "host/options/settings.hpp"
#include "modecollapse/linear_vae/problem.hpp"
#include "modecollapse/linear_vae/shape.hpp"

namespace modecollapse {

class Configuration;

struct LinearVaeRun {
    linear_vae::Payload problem = {};
    std::optional<double> annealing_time, cycle_time;  // t0; the length of a cycle
};

const OptionRows& linear_vae_options();

// Checked. Throws std::domain_error: option, value, allowed range.
linear_vae::Payload linear_vae_payload(const Settings& settings);

// Refuses an annealing without its time. Throws UsageError.
void check_linear_vae(const Configuration& options);

}  // namespace modecollapse
