#include "host/cli/sweep_precision.hpp"

#include <fmt/format.h>

namespace modecollapse {
namespace {

bool fits(const OptionRow& option, double x) { return x >= option.single_low && x <= option.single_high; }

const Axis* axis_of(const std::vector<AxisGroup>& groups, const std::string& name) {
    for (const AxisGroup& group : groups)
        for (const Axis& axis : group.axes)
            if (axis.name == name) return &axis;
    return nullptr;
}

}  // namespace

bool is_left_to_precision(const Configuration& base, const std::string& name) {
    const OptionRow& option = *find_option(name, base.command(), base.family());
    return !option.single_range.empty() && !base.given(name) && !fits(option, base.number(name));
}

void refuse_for_single(const Configuration& base, const std::vector<AxisGroup>& groups, const std::string& path) {
    for (const OptionRow* option : base.rows()) {
        if (option->single_range.empty()) continue;
        std::vector<double> values;
        if (const Axis* axis = axis_of(groups, option->name))
            values = axis->numbers;
        else if (base.given(option->name))
            values = {base.number(option->name)};
        for (const double x : values)
            if (!fits(*option, x))
                throw UsageError(fmt::format("{}: {} = {} does not go with single precision (allowed: {})", path,
                                             option->name, x, option->single_range));
    }
}

}  // namespace modecollapse
