#include "host/sweep/sweep_result.hpp"

#include <algorithm>
#include <limits>

#include "host/io/names.hpp"

namespace modecollapse {
namespace {

// Of a seed, as text without leading zeros.
bool fits_int64(const std::string& text) {
    const std::string largest = std::to_string(std::numeric_limits<std::int64_t>::max());
    return text.size() < largest.size() || (text.size() == largest.size() && text <= largest);
}

// Seeds are numbers where all of an axis fit; else, as choices, text.
Variable coordinate(const Axis& axis, const std::string& dimension) {
    if (axis.name == "seed" && std::all_of(axis.texts.begin(), axis.texts.end(), fits_int64)) {
        std::vector<std::int64_t> seeds;
        for (const std::string& text : axis.texts) seeds.push_back(std::stoll(text));
        return {variable_name(axis.name), {dimension}, seeds, axis.attributes};
    }
    if (axis.numbers.empty()) return {variable_name(axis.name), {dimension}, axis.texts, axis.attributes};
    if (axis.whole)
        return {variable_name(axis.name),
                {dimension},
                std::vector<std::int64_t>(axis.numbers.begin(), axis.numbers.end()),
                axis.attributes};
    return {variable_name(axis.name), {dimension}, axis.numbers, axis.attributes};
}

// Coordinates that are not named like their dimension have to be named by the variables (CF conventions).
std::string zipped_names(const SweepPlan& plan) {
    std::string names;
    for (const AxisGroup& group : plan.groups)
        for (std::size_t i = 1; i < group.axes.size(); ++i)
            names += (names.empty() ? "" : " ") + variable_name(group.axes[i].name);
    return names;
}

}  // namespace

Result sweep_result(const SweepPlan& plan, const SweepState& state) {
    const std::string zipped = zipped_names(plan);
    Result result;
    Names grid;
    for (const AxisGroup& group : plan.groups) {
        grid.push_back(variable_name(group.axes.front().name));
        result.dimensions.emplace_back(grid.back(), group.size());
        for (const Axis& axis : group.axes)
            result.add(Field{coordinate(axis, grid.back()), FieldKind::coordinate, "rows"});
    }
    result.lists = {{"rows", grid, List::keys}};
    result.rows = grid;
    const auto add = [&](Field one) {
        if (!zipped.empty()) one = std::move(one).attribute("coordinates", zipped);
        result.add(std::move(one).in("rows"));
    };
    for (Field& one : plan.quantity->fields(plan, state, grid, result)) add(std::move(one));
    result.rows = grid;
    return result;
}

}  // namespace modecollapse
