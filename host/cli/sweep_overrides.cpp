#include "host/cli/sweep_overrides.hpp"

#include <fmt/format.h>

#include "host/options/number_list.hpp"

namespace modecollapse {

std::map<std::string, std::string> overrides_from(const Configuration& options) {
    std::map<std::string, std::string> overrides;
    if (!options.has(override_option)) return overrides;
    for (const std::string& one : split(options.text(override_option), between_overrides)) {
        const std::size_t equals = one.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == one.size())
            throw UsageError(fmt::format("--set {} is not of the form NAME=VALUE (such as --set radius=1:2:0.1)", one));
        if (!overrides.emplace(one.substr(0, equals), one.substr(equals + 1)).second)
            throw UsageError(fmt::format("--set {}: {} is set twice", one, one.substr(0, equals)));
    }
    return overrides;
}

toml::table with_values(toml::table document, const std::map<std::string, std::string>& overrides) {
    for (const auto& [name, text] : overrides) {
        if (name == "quantity") {
            document.insert_or_assign(name, text);
            continue;
        }
        toml::table* section = nullptr;
        for (const char* one : {"axes", "fixed", "adaptive"}) {
            toml::table* table = document[one].as_table();
            if (table && table->contains(name)) section = table;
        }
        if (!section) section = document.insert("fixed", toml::table()).first->second.as_table();
        if (section) section->insert_or_assign(name, text);  // else it is refused: fixed is no section
    }
    return document;
}

}  // namespace modecollapse
