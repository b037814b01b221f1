#include "host/cli/parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "host/io/names.hpp"
#include "host/options/number_list.hpp"
#include "host/options/option_table.hpp"
#include "host/options/physics_options.hpp"

namespace modecollapse {
namespace {

// Lists and texts of the physics are, such as the weights of the modes or their file: they have a member.
bool is_parameter(const OptionRow& option) {
    const bool list_or_text = option.kind == Kind::number_list || option.kind == Kind::text;
    return option.kind != Kind::flag && option.kind != Kind::integer_list &&
           (!list_or_text || option.member.owner != typeid(void)) && !option.only_how && option.name != "grid" &&
           option.name != "over-scale";  // told by the result itself
}

VariableData data_of(const OptionRow& option, const std::string* text) {
    if (option.kind == Kind::seed && text) {
        const std::uint64_t seed = std::stoull(*text);
        if (seed <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return std::vector<std::int64_t>{static_cast<std::int64_t>(seed)};
    }
    if (option.kind == Kind::choice || option.kind == Kind::seed || option.kind == Kind::text)
        return std::vector<std::string>{text ? *text : std::string("none")};
    if (option.kind == Kind::number_list || (text && is_list(option, *text)))
        return std::vector<std::string>{text ? fmt::format("{}", fmt::join(parse_list(*text), ",")) : "none"};
    if (!text) return std::vector<double>{std::numeric_limits<double>::quiet_NaN()};
    const double number = parse_number(*text);
    if (option.kind == Kind::integer) return std::vector<std::int64_t>{static_cast<std::int64_t>(number)};
    return std::vector<double>{number};
}

// Bitwise for numbers, so that a NaN equals itself.
bool equal(const Variable& a, const Variable& b) {
    const auto* x = std::get_if<std::vector<double>>(&a.data);
    const auto* y = std::get_if<std::vector<double>>(&b.data);
    if (x && y && x->front() != x->front() && y->front() != y->front()) return true;
    return a.data == b.data;
}

// Of an option that is used and records its default nowhere else; empty: none.
std::string default_that_holds(const Configuration& options, const OptionRow& option) {
    if (option.record != Record::if_given || !options.uses(option.name)) return {};
    return default_of(option, options.command(), options.family(),
                      [&options](const std::string& name) { return options.values_of(name); });
}

template <class Condition>
void drop(std::vector<Variable>& variables, Condition condition) {
    variables.erase(std::remove_if(variables.begin(), variables.end(), condition), variables.end());
}

void keep_common(std::vector<Variable>& parameters, const std::vector<Variable>& others) {
    drop(parameters, [&others](const Variable& mine) {
        return std::none_of(others.begin(), others.end(),
                            [&](const Variable& other) { return other.name == mine.name && equal(mine, other); });
    });
}

}  // namespace

Attributes option_attributes(const OptionRow& option) {
    Attributes attributes = {{"units", option.unit}, {"long_name", long_name_of(option)}};
    if (!option.symbol.empty()) attributes.emplace_back("symbol", option.symbol);
    return attributes;
}

std::vector<Variable> fixed_parameters(const Configuration& options) {
    const std::map<std::string, std::string> resolved = resolved_values(options);
    std::vector<Variable> parameters;
    for (const OptionRow* row : options.rows()) {
        const OptionRow& option = *row;
        const std::string& name = option.name;
        if (!is_parameter(option) || name == options.searched()) continue;
        const auto value = resolved.find(name);
        const std::string fallback = default_that_holds(options, option);
        const std::string* text = options.has(name)         ? &options.text(name)
                                  : value != resolved.end() ? &value->second
                                  : !fallback.empty()       ? &fallback
                                                            : nullptr;
        parameters.push_back({variable_name(name), {}, data_of(option, text), option_attributes(option)});
    }
    return parameters;
}

std::vector<Variable> parameters_of_all_cells(const std::vector<AxisGroup>& groups, unsigned command,
                                              const std::string& command_name,
                                              const std::map<std::string, GivenValue>& corner) {
    std::vector<Variable> common = fixed_parameters(Configuration(command, command_name, corner));
    for (const AxisGroup& group : groups)
        for (const Axis& axis : group.axes) {
            std::map<std::string, GivenValue> values = corner;
            const std::size_t last = axis.texts.size() - 1, step = axis.numbers.empty() || last < 2 ? 1 : last / 2;
            for (std::size_t i = 0; i <= last; i = i < last ? std::min(i + step, last) : last + 1) {
                values[axis.name].text = axis.texts[i];
                keep_common(common, fixed_parameters(Configuration(command, command_name, values)));
            }
        }
    for (const AxisGroup& group : groups)
        for (const Axis& axis : group.axes)
            drop(common, [&](const Variable& parameter) { return parameter.name == variable_name(axis.name); });
    return common;
}

void add_parameters(Dataset& dataset, const std::vector<Variable>& parameters) {
    std::set<std::string> taken;
    for (const auto& [name, size] : dataset.dimensions) taken.insert(name);
    std::set<std::string> coordinates = taken;  // and what the data names as such already
    for (const Variable& variable : dataset.variables) {
        taken.insert(variable.name);
        for (const auto& [name, value] : variable.attributes)
            if (name == "coordinates")
                for (const std::string& other : split(std::get<std::string>(value), ' ')) coordinates.insert(other);
    }
    std::string names;
    for (const Variable& parameter : parameters) {
        if (!taken.insert(parameter.name).second) continue;
        dataset.variables.push_back(parameter);
        names += (names.empty() ? "" : " ") + parameter.name;
        coordinates.insert(parameter.name);
    }
    if (names.empty()) return;
    for (Variable& variable : dataset.variables) {
        if (coordinates.count(variable.name)) continue;
        const auto given = std::find_if(variable.attributes.begin(), variable.attributes.end(),
                                        [](const auto& attribute) { return attribute.first == "coordinates"; });
        if (given == variable.attributes.end())
            variable.attributes.emplace_back("coordinates", names);
        else
            given->second = std::get<std::string>(given->second) + ' ' + names;
    }
}

}  // namespace modecollapse
