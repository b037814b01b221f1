#include "host/sweep/schema_of_cells.hpp"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "host/families/common_schema.hpp"
#include "host/options/option_table.hpp"

namespace modecollapse {
namespace {

bool may_shape(const SweepPlan& plan, const Axis& axis) {
    const unsigned command = plan.quantity->command();
    const OptionRow* own = find_option(axis.name, command, plan.family().name);
    const OptionRow* row = own ? own : find_option(axis.name, command);
    return !row || (row->kind != Kind::number && row->kind != Kind::number_list && row->kind != Kind::seed);
}

// The first index along a group of each combination of values that may shape a schema.
std::vector<std::uint64_t> representatives(const SweepPlan& plan, const AxisGroup& group) {
    std::vector<const Axis*> shaping;
    for (const Axis& axis : group.axes)
        if (may_shape(plan, axis)) shaping.push_back(&axis);
    std::vector<std::uint64_t> result;
    std::set<std::vector<std::string>> seen;
    for (std::size_t i = 0; i < group.size(); ++i) {
        std::vector<std::string> values;
        for (const Axis* axis : shaping) values.push_back(axis->texts[i]);
        if (seen.insert(std::move(values)).second) result.push_back(i);
    }
    return result;
}

}  // namespace

Schema schema_of_cells(const SweepPlan& plan) {
    std::vector<std::uint64_t> cells = {0};
    for (const AxisGroup& group : plan.groups) {
        std::vector<std::uint64_t> next;
        for (const std::uint64_t cell : cells)
            for (const std::uint64_t at : representatives(plan, group)) next.push_back(cell * group.size() + at);
        cells = std::move(next);
    }
    Schema schema = plan.cell(cells.front()).schema();
    for (const std::uint64_t cell : cells) try {
            schema = common_schema(schema, plan.cell(cell).schema());
        } catch (const std::domain_error& error) {
            throw std::domain_error(fmt::format("cell {} ({}): {}", cell, place_of(plan, cell), error.what()));
        }
    return schema;
}

}  // namespace modecollapse
