#include "host/options/option_uses.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "host/options/file_choice.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

const std::pair<const char*, unsigned> command_names[] = {{"probability", probability_command},
                                                          {"threshold", threshold_command},
                                                          {"trajectory", trajectory_command},
                                                          {"basin", basin_command},
                                                          {"theory", theory_command},
                                                          {"folds", folds_command},
                                                          {"variance", variance_command},
                                                          {"sample", sample_command},
                                                          {"encode", encode_command},
                                                          {"reconstruct", reconstruct_command},
                                                          {"phase-diagram", phase_diagram_command}};

// What an option is where a command has no such option: its default.
std::vector<std::string> values_or_default(const std::string& option, unsigned command, const std::string& family,
                                           const ValuesOf& values_of) {
    if (find_option(option, command, family)) return values_of(option);
    const OptionRow* other = find_option(option, every_command, family);
    return other && !other->fallback.empty() ? std::vector<std::string>{other->fallback} : std::vector<std::string>{};
}

// The row that a need is about: of the family, or of whoever has it.
const OptionRow* row_of(const Need& need, unsigned command, const std::string& family) {
    const OptionRow* own = find_option(need.option, command, family);
    return own ? own : find_option(need.option, every_command);
}

// Of a number always the same: "0.0" is 0.
std::string canonical(const std::string& value, const OptionRow* option) {
    const bool number = option && (option->kind == Kind::number || option->kind == Kind::integer);
    if (!number || is_list(*option, value) || value.find(':') != std::string::npos) return value;
    return fmt::format("{}", parse_number(value));
}

bool holds(const Need& need, unsigned command, const std::string& family, const ValuesOf& values_of) {
    const std::vector<std::string> values = values_or_default(need.option, command, family, values_of);
    if (need.values == not_given) return values.empty();
    if (need.values == any_value) return !values.empty();
    const bool others = need.values.rfind(none_of, 0) == 0;
    const std::vector<std::string> named = split(need.values.substr(others ? 1 : 0), '|');
    const OptionRow* row = row_of(need, command, family);
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
        return (std::find(named.begin(), named.end(), canonical(value, row)) == named.end()) == others;
    });
}

// Those of the values that the family's option can have in the command: rows of several families share their needs.
std::string possible(const std::string& values, const OptionRow* option) {
    if (!option || option->kind != Kind::choice) return values;
    const std::vector<std::string> known = split(option->range, '|');
    std::vector<std::string> possible;
    for (const std::string& value : split(values, '|'))
        if (std::find(known.begin(), known.end(), value) != known.end()) possible.push_back(value);
    return possible.empty() ? values : fmt::format("{}", fmt::join(possible, "|"));
}

// "--dynamics sgd|sde", "--resume", "no --resume"; values: empty without the option.
std::string words_of(const std::string& option, const std::string& values, const OptionRow* known) {
    const bool flag = known && known->kind == Kind::flag;
    if (values == not_given || (flag && values == "false")) return "no --" + option;
    if (values.rfind(none_of, 0) == 0)
        return known && known->kind != Kind::choice ? fmt::format("--{} other than {}", option, values.substr(1))
                                                    : fmt::format("--{} {}", option, any_file);
    return flag ? "--" + option : fmt::format("--{} {}", option, possible(values, known));
}

std::string words_of(const Needs& needs, unsigned command, const std::string& family) {
    std::vector<std::string> words;
    for (const Need& need : needs) words.push_back(words_of(need.option, need.values, row_of(need, command, family)));
    return fmt::format("{}", fmt::join(words, " and "));
}

// Under which options a family's row is used; by_name: with the family too.
void add_alternatives(std::vector<std::string>& words, const OptionRow& option, unsigned command,
                      const std::string& family, bool by_name) {
    const std::string of_family = by_name ? "--family " + family : std::string();
    if (option.uses.empty() && by_name) words.push_back(of_family);
    for (const Needs& needs : option.uses)
        words.push_back((by_name ? of_family + " and " : of_family) + words_of(needs, command, family));
}

}  // namespace

bool all_hold(const Needs& needs, unsigned command, const std::string& family, const ValuesOf& values_of) {
    return std::all_of(needs.begin(), needs.end(),
                       [&](const Need& need) { return holds(need, command, family, values_of); });
}

bool is_used(const OptionRow& option, unsigned command, const std::string& family, const ValuesOf& values_of) {
    return option.uses.empty() || std::any_of(option.uses.begin(), option.uses.end(), [&](const Needs& needs) {
               return all_hold(needs, command, family, values_of);
           });
}

std::string unused_reason(const std::string& name, const OptionRow* option, unsigned command, const std::string& family,
                          const ValuesOf& values_of) {
    std::string with;
    std::vector<std::string> allowed = {"leave it out"};
    if (option) {
        for (const Need& need : option->uses.front()) {
            if (holds(need, command, family, values_of)) continue;
            const std::vector<std::string> values = values_or_default(need.option, command, family, values_of);
            with += (with.empty() ? " " : " and ") +
                    words_of(need.option, values.empty() ? not_given : values.front(), row_of(need, command, family));
        }
        add_alternatives(allowed, *option, command, family, false);
    } else {
        with = " --family " + family;
    }
    for (const std::string& other : families_of(command)) {
        const OptionRow* row = other == family ? nullptr : find_option(name, command, other);
        if (row && row != option) add_alternatives(allowed, *row, command, other, true);
    }
    return fmt::format("is not used with{} (allowed: {})", with, fmt::join(allowed, ", or "));
}

bool names_files(const OptionRow& option) {
    const std::string end = std::string("|") + any_file;
    if (option.kind == Kind::text) return option.group == Group::physics;
    return option.kind == Kind::choice && option.range.size() > end.size() &&
           option.range.compare(option.range.size() - end.size(), end.size(), end) == 0;
}

std::string commands_text(unsigned commands) {
    std::vector<std::string> names;
    for (const auto& [name, bit] : command_names)
        if (commands & bit) names.emplace_back(name);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string used_elsewhere(const std::string& option) {
    unsigned all = 0, one = 0;
    for (const auto& [name, bit] : command_names)
        if (find_option(option, bit)) all |= one = bit;
    if (all == 0) return "";
    std::vector<std::string> uses;
    for (const std::string& family : families_of(one))
        if (const OptionRow* row = find_option(option, one, family))
            add_alternatives(uses, *row, one, family, family != default_family());
    return fmt::format("{}{}", commands_text(all),
                       uses.empty() ? "" : fmt::format(" with {}", fmt::join(uses, ", or ")));
}

}  // namespace modecollapse
