#include "host/sweep/sweep_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/io/names.hpp"
#include "host/statistics/moments.hpp"
#include "host/sweep/cell_estimate.hpp"

namespace modecollapse {
namespace {

// Over the trainings of a cell that did not fail.
MeanOfSums projected_variance_of(const CellCounts& counts) {
    const auto n = static_cast<double>(total_of(counts) - failed_of(counts, FamilyId::realnvp));
    return mean_of_sums(n, counts.variance_sum, counts.variance_squares);
}

// Of a seed, as text without leading zeros.
bool fits_int64(const std::string& text) {
    const std::string largest = std::to_string(std::numeric_limits<std::int64_t>::max());
    return text.size() < largest.size() || (text.size() == largest.size() && text <= largest);
}

// Seeds are numbers where all of an axis fit; else, as choices, text.
Variable coordinate(const Axis& axis, const std::string& dimension) {
    const auto integral = [](double x) { return x == std::floor(x) && std::fabs(x) < 9e15; };
    if (axis.name == "seed" && std::all_of(axis.texts.begin(), axis.texts.end(), fits_int64)) {
        std::vector<std::int64_t> seeds;
        for (const std::string& text : axis.texts) seeds.push_back(std::stoll(text));
        return {variable_name(axis.name), {dimension}, seeds, axis.attributes};
    }
    if (axis.numbers.empty()) return {variable_name(axis.name), {dimension}, axis.texts, axis.attributes};
    if ((axis.name == "dimension" || axis.name == "trajectories") &&
        std::all_of(axis.numbers.begin(), axis.numbers.end(), integral))
        return {variable_name(axis.name),
                {dimension},
                std::vector<std::int64_t>(axis.numbers.begin(), axis.numbers.end()),
                axis.attributes};
    return {variable_name(axis.name), {dimension}, axis.numbers, axis.attributes};
}

}  // namespace

Dataset sweep_dataset(const SweepPlan& plan, const SweepState& state) {
    Dataset dataset;
    std::vector<std::string> grid;
    for (const AxisGroup& group : plan.groups) {
        const std::string dimension = variable_name(group.axes.front().name);
        grid.push_back(dimension);
        dataset.dimensions.emplace_back(dimension, group.size());
        for (const Axis& axis : group.axes) dataset.variables.push_back(coordinate(axis, dimension));
    }
    const std::uint64_t cells = state.cells();
    const FamilyId family = plan.base.family;
    const OutcomeClasses classes = outcome_classes(family);
    CellEstimator estimate_of(plan);
    std::vector<std::int64_t> counts, trajectories, failed, look, looks;
    std::vector<double> p, low, high, variance, variance_error;
    std::vector<std::int8_t> status, method;
    counts.reserve(cells * static_cast<std::uint64_t>(classes.count));
    for (std::uint64_t i = 0; i < cells; ++i) {
        const CellState& cell = state.at(i);
        const CellEstimate estimate = estimate_of(plan.cell(i), cell.counts);
        counts.insert(counts.end(), cell.counts.count, cell.counts.count + classes.count);
        trajectories.push_back(total_of(cell.counts));
        failed.push_back(failed_of(cell.counts, family));
        p.push_back(estimate.p);
        low.push_back(estimate.interval.low);
        high.push_back(estimate.interval.high);
        status.push_back(static_cast<std::int8_t>(cell.status));
        method.push_back(static_cast<std::int8_t>(estimate.method));
        look.push_back(static_cast<std::int64_t>(estimate.look));
        looks.push_back(static_cast<std::int64_t>(estimate.looks));
        const MeanOfSums projected = projected_variance_of(cell.counts);
        variance.push_back(projected.mean);
        variance_error.push_back(projected.standard_error);
    }
    std::vector<std::string> counts_grid = grid;
    counts_grid.emplace_back("outcome");
    dataset.dimensions.emplace_back("outcome", classes.count);
    std::string
        // coordinates that are not named like their dimension have to be named by the variables (CF conventions)
        zipped;
    for (const AxisGroup& group : plan.groups)
        for (std::size_t i = 1; i < group.axes.size(); ++i)
            zipped += (zipped.empty() ? "" : " ") + variable_name(group.axes[i].name);
    const auto described = [](const std::string& name) { return Attributes{{"units", "1"}, {"long_name", name}}; };
    Attributes flags = described("status of the cell");
    flags.push_back({"flag_values", std::vector<std::int8_t>{0, 1, 2}});
    flags.push_back({"flag_meanings", "complete pending failed"});
    dataset.variables.push_back({"outcome",
                                 {"outcome"},
                                 std::vector<std::string>(classes.names, classes.names + classes.count),
                                 described(fmt::format("outcome of a {}", classes.of))});
    const std::size_t first_on_grid = dataset.variables.size();
    dataset.variables.push_back({"counts", counts_grid, std::move(counts), described("number of trajectories")});
    dataset.variables.push_back(
        {"trajectories_run", grid, std::move(trajectories), described("number of trajectories run")});
    dataset.variables.push_back({"failed", grid, std::move(failed), described("number of these that failed")});
    dataset.variables.push_back({"p_collapse", grid, std::move(p), described("probability of mode collapse")});
    dataset.variables.push_back({"ci_low", grid, std::move(low), described("lower end of the 95 % interval")});
    dataset.variables.push_back({"ci_high", grid, std::move(high), described("upper end of the 95 % interval")});
    dataset.variables.push_back({"status", grid, std::move(status), std::move(flags)});
    Attributes methods = described("kind of the interval");
    methods.push_back({"flag_values", std::vector<std::int8_t>{0, 1}});
    methods.push_back({"flag_meanings", fmt::format("{}", fmt::join(interval_method_names, " "))});
    dataset.variables.push_back({"ci_method", grid, std::move(method), std::move(methods)});
    dataset.variables.push_back({"look", grid, std::move(look), described("looks at the interval made")});
    dataset.variables.push_back(
        {"looks", grid, std::move(looks), described("looks among which the interval's error of 5 % is shared")});
    if (family == FamilyId::realnvp) {
        dataset.variables.push_back(
            {"projected_variance", grid, std::move(variance), described("mean variance of samples along mu*/R")});
        dataset.variables.push_back(
            {"projected_variance_error", grid, std::move(variance_error), described("its standard error")});
    }
    for (std::size_t i = first_on_grid; !zipped.empty() && i < dataset.variables.size(); ++i)
        dataset.variables[i].attributes.push_back({"coordinates", zipped});
    return dataset;
}

Table sweep_table(const SweepPlan& plan, const SweepState& state) {
    Table table;
    for (const AxisGroup& group : plan.groups)
        for (const Axis& axis : group.axes) table.columns.push_back(variable_name(axis.name));
    const FamilyId family = plan.base.family;
    const OutcomeClasses classes = outcome_classes(family);
    for (int i = 0; i < classes.count; ++i) table.columns.emplace_back(classes.names[i]);
    for (const char* name : {"p_collapse", "ci_low", "ci_high", "status", "ci_method", "look", "looks"})
        table.columns.emplace_back(name);
    if (family == FamilyId::realnvp)
        for (const char* name : {"projected_variance", "projected_variance_error"}) table.columns.emplace_back(name);
    CellEstimator estimate_of(plan);
    for (std::uint64_t i = 0; i < state.cells(); ++i) {
        const CellState& cell = state.at(i);
        const CellEstimate estimate = estimate_of(plan.cell(i), cell.counts);
        const std::vector<std::size_t> at = plan.coordinates(i);
        std::vector<std::string> row;
        for (std::size_t g = 0; g < plan.groups.size(); ++g)
            for (const Axis& axis : plan.groups[g].axes)
                row.push_back(axis.numbers.empty() ? axis.texts[at[g]] : cell_text(axis.numbers[at[g]]));
        for (int c = 0; c < classes.count; ++c) row.push_back(fmt::format("{}", cell.counts.count[c]));
        for (const double x : {estimate.p, estimate.interval.low, estimate.interval.high}) row.push_back(cell_text(x));
        row.emplace_back(cell_status_names[static_cast<int>(cell.status)]);
        row.emplace_back(interval_method_names[static_cast<int>(estimate.method)]);
        for (const std::uint64_t x : {estimate.look, estimate.looks}) row.push_back(fmt::format("{}", x));
        const MeanOfSums projected = projected_variance_of(cell.counts);
        if (family == FamilyId::realnvp)
            row.insert(row.end(), {cell_text(projected.mean), cell_text(projected.standard_error)});
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace modecollapse
