// Every option of the command line, once: name, kind, default, allowed range, help, and the commands that take it.
//
// The same table serves the flags, the keys of a configuration file, --help, --dump-config and the checks, so they
// cannot disagree.
#pragma once

#include <string>
#include <vector>

namespace modecollapse {

enum class Kind { number, integer, seed, number_list, integer_list, choice, text, flag };

enum Command : unsigned {
    probability_command = 1u << 0,
    threshold_command = 1u << 1,
    trajectory_command = 1u << 2,
    basin_command = 1u << 3,
    info_command = 1u << 4,
    phase_diagram_command = 1u << 5,
    status_command = 1u << 6,
    merge_command = 1u << 7,
    theory_command = 1u << 8,
    variance_command = 1u << 9,
    folds_command = 1u << 10,
    sample_command = 1u << 11,
};
inline constexpr unsigned ensemble_commands = probability_command | threshold_command;
inline constexpr unsigned realnvp_commands =
    probability_command | threshold_command | trajectory_command;  // of normalizing flows
inline constexpr unsigned physics_commands = ensemble_commands | trajectory_command | basin_command | theory_command;
inline constexpr unsigned sgd_commands = ensemble_commands | trajectory_command;  // with every dynamics
inline constexpr unsigned sweep_commands = phase_diagram_command | status_command | merge_command;
inline constexpr unsigned state_commands = physics_commands | folds_command | variance_command;  // that take a target
inline constexpr unsigned report_commands = state_commands | sample_command;
inline constexpr unsigned every_command = report_commands | info_command | sweep_commands;

struct OptionSpec {
    const char* name;  // without the dashes
    Kind kind;
    const char* fallback;  // default value as text; null: none
    double low, high;      // allowed range of each number
    const char* range;     // the same in words, or the choices "a|b|c"
    const char* group;     // heading in --help
    const char* help;
    unsigned commands;
    const char* symbol = "";  // of the quantity, as in PHYSICS.md
    const char* words = "";   // what it is, symbol included; default: the name and the symbol
};

// What an option is, in its own words: "annealing time t0".
std::string long_name_of(const OptionSpec& option);

const std::vector<OptionSpec>& option_table();

// The option of that name which `command` takes, or null.
const OptionSpec* find_option(const std::string& name, unsigned command);

// The names of the options that `command` takes.
std::vector<std::string> option_names(unsigned command);

// Default of an option for a command: a few differ (number of trajectories, dimensions).
std::string fallback_of(const OptionSpec& option, unsigned command);

// The name in `names` with the smallest edit distance to `name`; one that `name` begins counts as near.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);

}  // namespace modecollapse
