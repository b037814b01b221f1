// The options of K components (--family components), and the settings that they fill.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/components/setup.hpp"
#include "host/families/target_options.hpp"
#include "host/options/settings.hpp"

namespace modecollapse {

class Configuration;

struct ComponentsRun {
    components::Modes modes = {};
    Problem target = {};  // of which radius and tempering count
    Tempering tempering = {};
    std::string means;                  // file
    std::string target_weight, weight;  // lists
    std::optional<double> start_radius;
    components::Payload problem = {};
    double sits_within = components::Request{}.sits_within;
    double expectation_error = components::Request{}.expectation_error;
};

const OptionRows& components_options();

// Checked, and made once for equal settings. Throws std::domain_error: option, value, allowed range.
std::shared_ptr<const components::Setup> components_setup(const Settings& settings);

// The request, with the modes of a file read. Throws std::domain_error.
components::Request components_request(const Settings& settings);

// Refuses what does not go together. Throws UsageError.
void check_components(const Configuration& options);

}  // namespace modecollapse
