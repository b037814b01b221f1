// One option, in one row: what it is called, what it may be, its default, what it is in the field's words, when it is
// used, and the member of a settings struct that its value goes to. From the row follow the flag, the key of a file, the
// axis of a sweep, the line of --help with the default that holds, every check of a value, the resolved TOML and JSON, and
// the key of what is cached.
//
//     number_row("kl-weight", 1e-6, 1e6, "weight of the KL term", &MySettings::kl_weight).called("beta", "KL weight beta")
//
// makes an option whose default is that of a default-constructed MySettings. A family lists its rows (families/family.hpp).
#pragma once

#include <string>
#include <vector>

#include "host/options/settings_member.hpp"

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
inline constexpr unsigned member_commands = ensemble_commands | trajectory_command;  // that any family may have
inline constexpr unsigned physics_commands = member_commands | basin_command | theory_command;
inline constexpr unsigned sweep_commands = phase_diagram_command | status_command | merge_command;
inline constexpr unsigned state_commands = physics_commands | folds_command | variance_command;  // that take a target
inline constexpr unsigned report_commands = state_commands | sample_command;
inline constexpr unsigned every_command = report_commands | info_command | sweep_commands;

// Headings of --help, in their order; the resolved options are written in it too.
enum class Group { physics, dynamics, family, of_the_family, outcome, command, run, output };

// Another option has one of the values "a|b|c", or any, or is not given.
struct Need {
    std::string option;
    std::string values;
};
inline constexpr const char* not_given = "";
inline constexpr const char* any_value = "*";
using Needs = std::vector<Need>;  // that hold together

// A default that holds for some commands, or with some values of other options, instead of the row's own.
struct OtherDefault {
    std::string value;
    unsigned commands;
    Needs needs;
};

// How the default of an option that is not given is recorded: as it stands in the row; as what the family's settings
// resolve to; or not at all.
enum class Record { as_written, resolved, if_given };

struct OptionRow {
    std::string name;         // without the dashes
    std::string letter = {};  // "o" of -o
    Kind kind;
    double low = 0.0, high = 0.0;  // allowed range of each number
    std::string range;             // the same in words, or the choices "a|b|c"
    std::string help;              // without the default
    Group group = Group::of_the_family;
    unsigned commands = member_commands;
    std::string fallback = {};  // the default as text; empty: none
    std::vector<OtherDefault> others = {};
    Record record = Record::as_written;
    std::string symbol = {};  // of the quantity, as in the documents
    std::string words = {};   // what it is, symbol included; default: the name and the symbol
    std::string unit = "1";
    std::vector<Needs> uses = {};  // alternatives; none: always used
    SettingsMember member = {};
    std::string with_row = {};  // a common row: only of families that have an option of this name
    std::string search = {};    // range of threshold --over: "A:B" or "log:A:B"; empty: must be given
    bool may_be_axis = false;
    bool may_be_list = false;  // a number, or several between commas, each within the range
    bool only_how = false;     // says where or how to compute, or where the result goes: no part of what is computed
    double single_low = 0.0, single_high = 0.0;  // with single precision, if the text is not empty
    std::string single_range = {};

    // Each returns the row, changed.
    OptionRow or_letter(const std::string& short_name) const;
    OptionRow in(Group heading) const;
    OptionRow of(unsigned which_commands) const;
    OptionRow allowed(const std::string& words_for_range) const;
    OptionRow called(const std::string& symbol_of_it, const std::string& words_for_it = {}) const;
    OptionRow measured_in(const std::string& unit_of_it) const;
    OptionRow by_default(const std::string& value) const;
    OptionRow without_default() const;
    OptionRow by_default(const std::string& value, unsigned which_commands, const Needs& needs = {}) const;
    OptionRow used_with(const Needs& needs) const;  // once more: an alternative
    OptionRow searched_in(const std::string& default_range) const;
    OptionRow beside(const std::string& option_of_the_family) const;
    OptionRow along_axes(bool may) const;
    OptionRow whole() const;
    OptionRow or_list() const;
    OptionRow recorded(Record how) const;
    OptionRow says_only_how() const;
    OptionRow allowed_in_single(double from, double to, const std::string& words_for_range) const;
};
using OptionRows = std::vector<OptionRow>;

// Rows without a member: their values are read by name. Ranges include their ends.
OptionRow plain_row(Kind kind, const std::string& name, const std::string& range, const std::string& help);
OptionRow plain_row(Kind kind, const std::string& name, double low, double high, const std::string& help);
// A row whose value goes to a member, with that member's own default; it may be an axis.
OptionRow member_row(OptionRow row, const SettingsMember& member);

// A number, whole if the member is.
template <class... Path>
OptionRow number_row(const std::string& name, double low, double high, const std::string& help, Path... path) {
    const SettingsMember member = settings_member(path...);
    return member_row(plain_row(member.whole ? Kind::integer : Kind::number, name, low, high, help), member);
}
// One of the names that stand beside an enumeration.
template <std::size_t count, class... Path>
OptionRow choice_row(const std::string& name, const char* const (&names)[count], const std::string& help,
                     Path... path) {
    return member_row(plain_row(Kind::choice, name, joined(names), help), named_member(names, path...));
}

// Is the value several numbers, of an option that may be one?
bool is_list(const OptionRow& option, const std::string& text);

// What an option is, in its own words: "annealing time t0".
std::string long_name_of(const OptionRow& option);

}  // namespace modecollapse
