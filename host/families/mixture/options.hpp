// The options of the mixture of two Gaussians (--family mixture), and the settings that they fill.
#pragma once

#include <optional>

#include "host/families/target_options.hpp"
#include "host/mixture/setup.hpp"
#include "host/options/settings.hpp"

namespace modecollapse {

struct MixtureRun {
    Problem target = {};  // and the mixture itself: its weights
    Tempering tempering = {};
    std::optional<double> weight;  // as given
    MixtureSettings settings = {};
    double dimension = 100.0;
};

const OptionRows& mixture_options();

// The settings as the engine takes them: schedule, weight, horizon and tolerance resolved.
MixtureRun mixture_run(const Settings& settings);

// What `name` resolved to, where the option has no default of its own to record; empty: nothing.
std::string resolved_text(const Settings& settings, const std::string& name);

}  // namespace modecollapse
