#include "host/options/option_uses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/io/names.hpp"
#include "host/mixture/sgd_setup.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

constexpr unsigned everywhere = every_command;

// "b|c" of {"a", "b", "c"}: all but the default.
template <std::size_t n>
std::string beyond_first(const char* const (&names)[n]) {
    const std::string all = joined(names);
    return all.substr(all.find('|') + 1);
}

// What an option is where a command has no such option: its default.
std::vector<std::string> values_or_default(const std::string& option, unsigned command, const ValuesOf& values_of) {
    if (find_option(option, command)) return values_of(option);
    const OptionSpec* other = find_option(option, every_command);
    return other && other->fallback ? std::vector<std::string>{other->fallback} : std::vector<std::string>{};
}

bool holds(const Need& need, unsigned command, const ValuesOf& values_of) {
    const std::vector<std::string> values = values_or_default(need.option, command, values_of);
    if (need.values.empty()) return values.empty();
    const std::vector<std::string> wanted = split(need.values, '|');
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
        return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    });
}

const OptionUse* use_of(const std::string& option, unsigned command) {
    for (const OptionUse& use : option_uses())
        if (option == use.option && (use.commands & command)) return &use;
    return nullptr;
}

// "--dynamics sgd|sde", "--resume", "no --resume"; values: empty without the option.
std::string words_of(const std::string& option, const std::string& values) {
    const OptionSpec* known = find_option(option, everywhere);
    const bool flag = known && known->kind == Kind::flag;
    if (values.empty() || (flag && values == "false")) return "no --" + option;
    return flag ? "--" + option : fmt::format("--{} {}", option, values);
}

std::string words_of(const Needs& needs) {
    std::vector<std::string> words;
    for (const Need& need : needs) words.push_back(words_of(need.option, std::string(need.values)));
    return fmt::format("{}", fmt::join(words, " and "));
}

std::string words_of(const std::vector<Needs>& alternatives) {
    std::vector<std::string> words;
    for (const Needs& needs : alternatives) words.push_back(words_of(needs));
    return fmt::format("{}", fmt::join(words, ", or "));
}

}  // namespace

const std::vector<OptionUse>& option_uses() {
    static const std::string sgd_dynamics = beyond_first(dynamics_names),
                             trainable = beyond_first(weight_geometry_names);
    static const std::string schedules = beyond_first(schedule_names), tempering = schedules + "|constant";
    static const Need of_mixture = {"family", "mixture"}, of_flow = {"dynamics", "flow"};
    static const Need of_sgd = {"dynamics", sgd_dynamics.c_str()}, at_random = {"rare", "false"};
    static const Needs computed = {{"dry-run", "false"}};
    static const Needs mixture = {of_mixture}, realnvp = {{"family", "realnvp"}};
    static const Needs flow = {of_mixture, of_flow}, sgd = {of_mixture, of_sgd};
    static const std::vector<OptionUse> table = {
        {"weight", everywhere, {mixture}},
        {"weights", everywhere, {mixture}},
        {"dynamics", everywhere, {mixture}},
        {"alignment-threshold", everywhere, {mixture}},
        {"weight-floor", everywhere, {mixture}},
        {"learning-rate", everywhere, {sgd, realnvp}},
        {"batch-size", everywhere & ~variance_command, {sgd, realnvp}},
        {"estimator", everywhere, {sgd, realnvp}},
        {"baseline", everywhere, {{of_mixture, of_sgd, {"estimator", "score"}}}},
        {"initial-temperature", everywhere, {{{"annealing", tempering.c_str()}}}},
        {"annealing-time", everywhere, {{{"annealing", schedules.c_str()}}}},
        {"target-ess", everywhere, {{{"annealing", "adaptive"}}}},
        {"tolerance", everywhere, {flow}},
        {"maximum-steps", everywhere, {flow}},
        {"quasi-share", everywhere, {{of_mixture, {"weights", trainable.c_str()}, at_random}}},
        {"sampling", everywhere, {{of_mixture, of_flow, at_random}}},
        {"replicates", everywhere, {{{"sampling", "sobol"}}}},
        {"rare", everywhere, {flow}},
        {"relative-error", everywhere, {{{"rare", "true"}}}},
        {"layers", everywhere, {realnvp}},
        {"width", everywhere, {realnvp}},
        {"depth", everywhere, {realnvp}},
        {"mask", everywhere, {realnvp}},
        {"optimizer", everywhere, {realnvp}},
        {"learning-rate-schedule", everywhere, {realnvp}},
        {"gradient-clip", everywhere, {realnvp}},
        {"evaluation-samples", everywhere, {realnvp}},
        {"mode-mass-floor", everywhere, {realnvp}},
        {"save-flows", everywhere, {realnvp}},
        {"continue-flows", everywhere, {realnvp}},
        {"start", trajectory_command, {mixture}},
        {"samples", everywhere, {{{"points", ""}}}},
        {"skip", everywhere, {{{"points", ""}}}},
        {"resume", phase_diagram_command, {computed}},
        {"max-time", phase_diagram_command, {computed}},
        {"on-error", phase_diagram_command, {computed}},
        {"failed-limit", phase_diagram_command, {computed}},
        {"retry-failed", phase_diagram_command, {{{"dry-run", "false"}, {"resume", "true"}}}},
        {"device", trajectory_command, {{{"backend", "cuda"}}}},
        {"device",
         everywhere & ~trajectory_command,
         {{{"backend", "cuda"}}, {{"backend", "auto"}, {"family", "mixture"}}}},
    };
    return table;
}

bool is_used(const std::string& option, unsigned command, const ValuesOf& values_of) {
    const OptionUse* use = use_of(option, command);
    if (!use) return true;
    return std::any_of(use->alternatives.begin(), use->alternatives.end(), [&](const Needs& needs) {
        return std::all_of(needs.begin(), needs.end(), [&](const Need& n) { return holds(n, command, values_of); });
    });
}

bool used_by_family(const std::string& option, unsigned command, const std::string& family) {
    const OptionUse* use = use_of(option, command);
    if (!use) return true;
    const ValuesOf only_family = [&](const std::string&) { return std::vector<std::string>{family}; };
    const auto possible = [&](const Need& need) {
        if (std::string(need.option) == "family") return holds(need, command, only_family);
        return need.values.empty() || used_by_family(need.option, command, family);
    };
    return std::any_of(use->alternatives.begin(), use->alternatives.end(),
                       [&](const Needs& needs) { return std::all_of(needs.begin(), needs.end(), possible); });
}

std::string unused_reason(const std::string& option, unsigned command, const ValuesOf& values_of) {
    const OptionUse& use = *use_of(option, command);
    std::string with;
    for (const Need& need : use.alternatives.front()) {
        if (holds(need, command, values_of)) continue;
        const std::vector<std::string> values = values_or_default(need.option, command, values_of);
        with += (with.empty() ? " " : " and ") + words_of(need.option, values.empty() ? "" : values.front());
    }
    return fmt::format("is not used with{} (allowed: leave it out, or {})", with, words_of(use.alternatives));
}

std::string used_elsewhere(const std::string& option) {
    static const std::pair<const char*, unsigned> commands[] = {{"probability", probability_command},
                                                                {"threshold", threshold_command},
                                                                {"trajectory", trajectory_command},
                                                                {"basin", basin_command},
                                                                {"theory", theory_command},
                                                                {"folds", folds_command},
                                                                {"variance", variance_command},
                                                                {"sample", sample_command},
                                                                {"phase-diagram", phase_diagram_command}};
    std::vector<std::string> names;
    unsigned one = 0;
    for (const auto& [name, bit] : commands)
        if (find_option(option, bit)) {
            names.emplace_back(name);
            one = bit;
        }
    if (names.empty()) return "";
    const OptionUse* use = use_of(option, one);
    return fmt::format("{}{}", fmt::join(names, ", "), use ? " with " + words_of(use->alternatives) : "");
}

}  // namespace modecollapse
