// The options of a RealNVP flow (--family realnvp), and the settings that they fill.
#pragma once

#include <memory>

#include "host/families/mode_options.hpp"
#include "host/options/settings.hpp"
#include "host/realnvp/training.hpp"

namespace modecollapse {

struct RealnvpRun {
    components::Modes modes = {components::Layout::antipodal, 2};
    Problem target = {};  // of other layouts its radius and tempering count
    Tempering tempering = {};
    std::string means;          // file
    std::string target_weight;  // a number or a list
    Training training = {};
    Precision precision = Precision::double_precision;

    bool has_modes() const { return modes.layout != components::Layout::antipodal; }  // other than the two
};

const OptionRows& realnvp_options();
RealnvpRun realnvp_run(const Settings& settings);

// The modes in R^d, of a layout other than the antipodal one; or null. Throws std::domain_error.
std::shared_ptr<const PlacedModes> modes_of(const RealnvpRun& run);

// Refuses what does not go together. Throws UsageError.
void check_realnvp(const Configuration& options);

}  // namespace modecollapse
