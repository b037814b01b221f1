#include "host/cli/sweep_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/options/option_table.hpp"

namespace modecollapse {
namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

std::vector<std::string> axis_names(unsigned command) {
    std::set<std::string> names;
    for (const OptionRow* row : all_option_rows(command))
        if (row->may_be_axis || row->kind == Kind::integer_list) names.insert(row->name);
    return {names.begin(), names.end()};
}

std::string corner_of(const Axis& axis) {
    if (axis.name != "annealing") return axis.texts.front();
    const auto schedule = [](const std::string& text) { return text != "none" && text != "constant"; };
    const auto found = std::find_if(axis.texts.begin(), axis.texts.end(), schedule);
    return found != axis.texts.end() ? *found : *std::min_element(axis.texts.begin(), axis.texts.end());
}

std::string axes_toml(const std::vector<AxisGroup>& groups) {
    std::string text = "[axes]\n";
    std::vector<std::string> zips;
    for (const AxisGroup& group : groups) {
        std::vector<std::string> members;
        for (const Axis& axis : group.axes) {
            std::vector<std::string> values;
            for (const std::string& value : axis.texts) values.push_back(axis.numbers.empty() ? quoted(value) : value);
            text += fmt::format("{} = [{}]\n", axis.name, fmt::join(values, ", "));
            members.push_back(quoted(axis.name));
        }
        if (members.size() > 1) zips.push_back(fmt::format("[{}]", fmt::join(members, ", ")));
    }
    return zips.empty() ? text : text + fmt::format("zip = [{}]\n", fmt::join(zips, ", "));
}

}  // namespace modecollapse
