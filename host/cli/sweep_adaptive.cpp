#include "host/cli/sweep_adaptive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "host/options/number_list.hpp"
#include "host/options/toml_file.hpp"

namespace modecollapse {

AdaptiveRule read_adaptive(const toml::table& section, const std::string& path) {
    const std::vector<std::string> names = {"interval-width", "level", "near-width", "max-trajectories"};
    std::map<std::string, std::vector<double>> given;
    for (auto&& [key, node] : section) {
        const std::string name(key.str());
        if (std::find(names.begin(), names.end(), name) == names.end())
            refuse_key(name, key.source(), path, "in [adaptive]", names);
        const GivenValue value = given_value(name, node, key.source(), path);
        try {
            given[name] = parse_list(value.text);
        } catch (const std::invalid_argument& error) {
            throw UsageError(fmt::format("{}: {}", value.origin, error.what()));
        }
        const bool count = name == "max-trajectories";
        for (const double x : given[name])
            if (count ? !(x >= 1.0 && x <= 1e15) : !(x > 0.0 && x < 1.0))
                throw UsageError(fmt::format("{}: {} is out of range (allowed: {})", value.origin, x,
                                             count ? "1 to 1e15" : "above 0, below 1"));
        if (name != "level" && given[name].size() != 1)
            throw UsageError(fmt::format("{}: takes one number", value.origin));
    }
    for (const char* name : {"interval-width", "max-trajectories"})
        if (!given.count(name)) throw UsageError(fmt::format("{}: [adaptive] needs {}", path, name));
    AdaptiveRule rule;
    rule.stop.width = given["interval-width"][0];
    rule.stop.levels = given["level"];
    rule.stop.near_width = given.count("near-width") ? given["near-width"][0] : rule.stop.width;
    rule.most = static_cast<std::uint64_t>(given["max-trajectories"][0]);
    return rule;
}

std::string adaptive_toml(const AdaptiveRule& rule) {
    std::string text = fmt::format("\n[adaptive]\ninterval-width = {}\n", rule.stop.width);
    if (!rule.stop.levels.empty()) text += fmt::format("level = [{}]\n", fmt::join(rule.stop.levels, ", "));
    return text + fmt::format("near-width = {}\nmax-trajectories = {}\n", rule.stop.near_width, rule.most);
}

}  // namespace modecollapse
