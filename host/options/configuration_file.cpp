// A configuration as TOML: read from --config, written by --dump-config and into files of results.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/options/configuration.hpp"
#include "host/options/list_option.hpp"
#include "host/options/number_list.hpp"
#include "host/options/option_uses.hpp"
#include "host/options/toml_file.hpp"

namespace modecollapse {
namespace {

// A value as TOML writes it. Numbers go through a number: ".5" is one here but not there.
std::string toml_text(const OptionRow& option, const std::string& value) {
    const bool list = is_one_list(option, value);
    const bool quoted = option.kind == Kind::choice || option.kind == Kind::text ||
                        (list && value.find(':') != std::string::npos) ||
                        (option.kind == Kind::seed && value.size() > 18);
    if (quoted) return toml_string(value);
    if (option.kind == Kind::flag || option.kind == Kind::seed) return value;
    return list ? fmt::format("[{}]", fmt::join(parse_list(value), ", ")) : fmt::format("{}", parse_number(value));
}

}  // namespace

void Configuration::read_file(const std::string& path, std::map<std::string, GivenValue>& given) const {
    for (auto&& [key, node] : read_toml(path, fmt::format("--config {}", path))) {
        const std::string name(key.str());
        if (!find_option(name, command_) || name == "config" || name == "dump-config")
            refuse_key(name, key.source(), path, fmt::format("for {}", command_name_), option_names(command_));
        given[name] = given_value(name, node, key.source(), path);
        given[name].in_config_file = true;
    }
}

std::vector<TomlEntry> Configuration::toml_entries(bool physics_only,
                                                   const std::map<std::string, std::string>& resolved) const {
    std::vector<TomlEntry> entries;
    for (const OptionRow* option : rows()) {
        const std::string& name = option->name;
        if (name == "config" || name == "dump-config" || (physics_only && option->only_how)) continue;
        if ((!has(name) && !resolved.count(name)) || !uses(name)) continue;
        entries.push_back({name, toml_text(*option, has(name) ? text(name) : resolved.at(name))});
    }
    return entries;
}

std::string Configuration::to_toml(bool physics_only, const std::map<std::string, std::string>& resolved) const {
    std::string result = fmt::format("# modecollapse {}\n", command_name_);
    for (const TomlEntry& entry : toml_entries(physics_only, resolved))
        result += fmt::format("{} = {}\n", entry.name, entry.text);
    return result;
}

}  // namespace modecollapse
