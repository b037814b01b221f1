#include "host/cli/sweep_axes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "host/cli/parameters.hpp"
#include "host/options/configuration.hpp"
#include "host/options/list_option.hpp"
#include "host/options/number_list.hpp"
#include "host/options/option_table.hpp"
#include "host/options/toml_file.hpp"

namespace modecollapse {
namespace {

std::string quoted(const std::string& text) {
    return text.find_first_of("\"\\") == std::string::npos ? '"' + text + '"' : toml_string(text);
}

}  // namespace

std::vector<std::string> axis_names(unsigned command) {
    std::set<std::string> names;
    for (const OptionRow* row : all_option_rows(command))
        if (row->may_be_axis || row->kind == Kind::integer_list) names.insert(row->name);
    return {names.begin(), names.end()};
}

Axis read_axis(const std::string& name, const toml::node& node, const toml::source_region& key, const std::string& path,
               unsigned command, const std::map<std::string, GivenValue>& fixed) {
    Axis axis;
    axis.name = name;
    const auto family = fixed.find("family");
    if (family != fixed.end()) Configuration::check(*find_option("family", command), family->second);
    const std::string own_family = family == fixed.end() ? default_family() : family->second.text;
    const OptionRow* own = find_option(name, command, own_family);
    const OptionRow& option = own ? *own : *find_option(name, command);
    axis.attributes = option_attributes(option);
    // lists of dimensions and levels are of several cells
    const OptionRow* of_a_member = find_option(name, probability_command, own_family);
    const bool holds_list = of_a_member && takes_list(*of_a_member);
    std::vector<std::string> lists = holds_list ? lists_within(node) : std::vector<std::string>{};
    GivenValue given = lists.empty() ? given_value(name, node, key, path)
                                     : GivenValue{{}, fmt::format("{} ({})", name, place_of(key, path))};
    try {
        bool several = false;
        for (std::string& list : lists) {
            const std::vector<double> numbers = parse_list(list);
            several = several || numbers.size() > 1;
            list = fmt::format("{}", fmt::join(numbers, ","));
        }
        if (!lists.empty() && !several) given.text = fmt::format("{}", fmt::join(lists, ","));  // [[1], [2]] is [1, 2]
        if (several) {
            axis.texts = lists;
        } else if (option.kind == Kind::choice) {
            axis.texts = texts_within(node);  // names of files may have commas
            if (axis.texts.empty()) axis.texts = split(given.text, ',');
        } else if (option.kind == Kind::seed) {
            for (const std::uint64_t seed : parse_seed_list(given.text)) axis.texts.push_back(fmt::format("{}", seed));
        } else {
            axis.whole = option.kind == Kind::integer || option.kind == Kind::integer_list;
            axis.numbers = axis.whole ? parse_whole_list(given.text) : parse_list(given.text);
            for (const double x : axis.numbers) axis.texts.push_back(fmt::format("{}", x));
        }
    } catch (const std::invalid_argument& error) {
        throw UsageError(fmt::format("{}: {}", given.origin, error.what()));
    }
    if (axis.texts.empty()) throw UsageError(fmt::format("{}: an axis needs at least one value", given.origin));
    const std::string place = given.origin.substr(given.origin.rfind(" ("));
    for (const std::string& text : axis.texts)
        Configuration::check(option, {text, fmt::format("{} = {}{}", name, text, place)});
    return axis;
}

std::map<std::string, std::vector<std::string>> read_zip(const toml::node* node,
                                                         const std::map<std::string, Axis>& axes,
                                                         const std::string& path) {
    std::map<std::string, std::vector<std::string>> result;
    if (!node) return result;
    const auto fail = [&](const std::string& reason) {
        throw UsageError(fmt::format("{}: zip {}", place_of(node->source(), path), reason));
    };
    const toml::array* groups = node->as_array();
    if (!groups) fail("is not a list of lists of axes, such as [[\"radius\", \"dimension\"]]");
    for (const toml::node& element : *groups) {
        const toml::array* group = element.as_array();
        if (!group || group->size() < 2) fail("is not a list of lists of at least two axes");
        std::vector<std::string> members;
        for (const toml::node& member : *group) {
            const auto name = member.value<std::string>();
            if (!name || !axes.count(*name))
                fail(fmt::format("names {}, which is not an axis", name ? *name : "something"));
            if (result.count(*name) || std::find(members.begin(), members.end(), *name) != members.end())
                fail(fmt::format("names {} twice", *name));
            if (axes.at(*name).texts.size() != axes.at(members.empty() ? *name : members.front()).texts.size())
                fail(fmt::format("joins {} and {}, which have {} and {} values", members.front(), *name,
                                 axes.at(members.front()).texts.size(), axes.at(*name).texts.size()));
            members.push_back(*name);
        }
        for (const std::string& member : members) result[member] = members;
    }
    return result;
}

void require_distinct(const AxisGroup& group, const std::string& place) {
    std::set<std::vector<std::string>> seen;
    for (std::size_t i = 0; i < group.size(); ++i) {
        std::vector<std::string> values;
        for (const Axis& axis : group.axes) values.push_back(axis.texts[i]);
        if (!seen.insert(values).second)
            throw UsageError(fmt::format("{} ({}): {} stands twice ({})", group.axes.front().name, place,
                                         values.size() > 1 ? "a combination of zipped values" : "a value",
                                         fmt::join(values, ", ")));
    }
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
