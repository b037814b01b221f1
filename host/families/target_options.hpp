// Options of the bimodal target and of its tempering, for every family that is fitted to it. Run: a settings struct with
// members `target` (Problem) and `tempering` (Tempering).
#pragma once

#include "host/options/option_row.hpp"
#include "modecollapse/mixture/problem.hpp"

namespace modecollapse {

inline constexpr const char* constant_temperature = "constant";  // Problem::beta instead of a schedule

inline std::string tempering_choices() { return joined(schedule_names) + "|" + constant_temperature; }

std::string schedules_in_time();  // without the adaptive one, which asks for samples of a mixture

// The schedule by name: one of schedule_names, or constant.
struct Tempering {
    std::string schedule = schedule_names[0];
};

inline const char* annealing_name(const Problem& target) {  // as on the command line
    if (target.beta < 1.0) return constant_temperature;
    return schedule_names[static_cast<int>(target.annealing.schedule)];
}

// Puts the schedule asked for into the target.
inline void resolve_tempering(Problem& target, const Tempering& tempering) {
    if (tempering.schedule == constant_temperature) {
        target.beta = 1.0 / target.annealing.initial_temperature;
        target.annealing = {};
    } else {
        target.annealing.schedule = named<Schedule>(schedule_names, tempering.schedule);
        if (target.annealing.schedule == Schedule::none) target.annealing = {};
    }
}

template <class Run>
OptionRow radius_row(unsigned commands) {
    return number_row("radius", smallest_radius, largest_radius, "distance R of the target's modes from the origin",
                      &Run::target, &Problem::radius)
        .in(Group::physics)
        .of(commands)
        .called("R", "radius R of the target's modes")
        .searched_in("0.5:3");
}

template <class Run>
OptionRow target_weight_row(unsigned commands) {
    return number_row("target-weight", smallest_weight, 1.0 - smallest_weight, "weight w* of the target's mode at +mu*",
                      &Run::target, &Problem::target_weight)
        .in(Group::physics)
        .of(commands)
        .by_default("0.6666666666666666")
        .called("w*", "weight w* of the target's mode at +mu*");
}

template <class Run>
OptionRow annealing_row(unsigned commands, const std::string& choices) {
    OptionRow row = plain_row(Kind::choice, "annealing", choices, "tempering schedule");
    return member_row(row, settings_member(&Run::tempering, &Tempering::schedule))
        .in(Group::dynamics)
        .of(commands)
        .by_default("constant", variance_command, {{"initial-temperature", any_value}})
        .by_default("exponential-temperature", every_command, {{"initial-temperature", any_value}});
}

template <class Run>
OptionRow initial_temperature_row(unsigned commands) {
    const std::string choices = tempering_choices();
    return number_row("initial-temperature", 1, highest_temperature, "temperature T0 of the target at the start",
                      &Run::target, &Problem::annealing, &Annealing::initial_temperature)
        .in(Group::dynamics)
        .of(commands)
        .allowed("1 to 1e12")
        .without_default()
        .called("T0")
        .used_with({{"annealing", choices.substr(choices.find('|') + 1)}})
        .searched_in("log:1:1000");
}

template <class Run>
OptionRow annealing_time_row(unsigned commands, const std::string& help) {
    const std::string choices = joined(schedule_names);
    return number_row("annealing-time", 0, longest_annealing_time, help, &Run::target, &Problem::annealing,
                      &Annealing::time)
        .in(Group::dynamics)
        .of(commands)
        .allowed("above 0, up to 1e9")
        .without_default()
        .called("t0")
        .used_with({{"annealing", choices.substr(choices.find('|') + 1)}})
        .searched_in("log:0.1:1000");
}

}  // namespace modecollapse
