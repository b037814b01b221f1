#include "host/families/checks.hpp"
#include "host/families/target_options.hpp"
#include "host/options/configuration.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {

std::string schedules_in_time() {
    std::string choices;
    for (const std::string& name : split(tempering_choices(), '|'))
        if (name != schedule_names[static_cast<int>(Schedule::adaptive)])
            choices += (choices.empty() ? "" : "|") + name;
    return choices;
}

void check_tempering(const Configuration& options) {
    const std::string name = options.has("annealing") ? options.text("annealing") : schedule_names[0];
    if (name == schedule_names[0]) return;
    if (!options.has("initial-temperature"))
        options.refuse("annealing",
                       "needs an initial temperature (allowed: give --initial-temperature T0 too, 1 or more)");
    if (name == constant_temperature) {
        if (options.has("dynamics") && options.text("dynamics") == "flow" && !options.has("horizon") &&
            options.text("weights") == "fixed" && options.number("initial-temperature") > 1.0)
            options.refuse("annealing", "a constant temperature needs an end (allowed: give --horizon T too)");
    } else if (!options.has("annealing-time")) {
        options.refuse(options.given("annealing") ? "annealing" : "initial-temperature",
                       "needs the time over which to anneal (allowed: give --annealing-time t0 too, above 0)");
    }
}

}  // namespace modecollapse
