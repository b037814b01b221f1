// The options of a RealNVP flow (--family realnvp), and the settings that they fill.
#pragma once

#include "host/families/target_options.hpp"
#include "host/options/settings.hpp"
#include "host/realnvp/training.hpp"

namespace modecollapse {

struct RealnvpRun {
    Problem target = {};
    Tempering tempering = {};
    Training training = {};
    Precision precision = Precision::double_precision;
};

const OptionRows& realnvp_options();
RealnvpRun realnvp_run(const Settings& settings);

}  // namespace modecollapse
