#include "host/sweep/sweep_result.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/io/names.hpp"
#include "host/report/estimate.hpp"
#include "host/report/members.hpp"
#include "host/report/tally.hpp"
#include "host/sweep/cell_estimate.hpp"

namespace modecollapse {
namespace {

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

// The numbers of all cells, in their order.
struct Columns {
    std::vector<std::int64_t> counts, trajectories, failed, look, looks;
    std::vector<double> p, low, high, error;
    std::vector<std::int8_t> status, method;
};

Columns columns_of(const SweepPlan& plan, const SweepState& state, TallyFields& tallies) {
    CellEstimator estimate_of(plan);
    Columns c;
    const std::size_t classes = plan.schema.classes.size();
    c.counts.reserve(state.cells() * classes);
    for (std::uint64_t i = 0; i < state.cells(); ++i) {
        const Tally tally = state.tally(i);
        const Cell cell = plan.cell(i);
        const CellEstimate estimate = estimate_of(cell, tally);
        const TrialCounts trials = trials_of(plan.schema, tally);
        c.counts.insert(c.counts.end(), tally.counts.begin(),
                        tally.counts.begin() + static_cast<std::ptrdiff_t>(classes));
        c.trajectories.push_back(trials.trials);
        c.failed.push_back(trials.failed);
        c.p.push_back(estimate.p);
        c.low.push_back(estimate.interval.low);
        c.high.push_back(estimate.interval.high);
        c.error.push_back(estimate.standard_error);
        c.status.push_back(static_cast<std::int8_t>(state.at(i).status));
        c.method.push_back(static_cast<std::int8_t>(estimate.method));
        c.look.push_back(static_cast<std::int64_t>(estimate.look));
        c.looks.push_back(static_cast<std::int64_t>(estimate.looks));
        tallies.add(tally, cell.schema());
    }
    return c;
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
    const Family& family = plan.family();
    const std::string members = family.members, zipped = zipped_names(plan);
    Result result;
    Names grid;
    for (const AxisGroup& group : plan.groups) {
        grid.push_back(variable_name(group.axes.front().name));
        result.dimensions.emplace_back(grid.back(), group.size());
        for (const Axis& axis : group.axes)
            result.add(Field{coordinate(axis, grid.back()), FieldKind::coordinate, "rows"});
    }
    add_outcomes(result, classes_of(family, plan.schema));
    result.lists = {{"rows", grid, List::keys}};
    result.rows = grid;
    const auto add = [&](Field one) {
        if (!zipped.empty()) one = std::move(one).attribute("coordinates", zipped);
        result.add(std::move(one).in("rows"));
    };
    Names counts_grid = grid;
    counts_grid.emplace_back("outcome");
    TallyFields tallies(plan.schema, members);
    Columns c = columns_of(plan, state, tallies);
    add(field("counts", counts_grid, "number of " + members, std::move(c.counts)));
    add(field("p_collapse", grid, "probability of mode collapse", std::move(c.p)));
    add(field("ci_low", grid, "lower end of the 95 % interval", std::move(c.low)));
    add(field("ci_high", grid, "upper end of the 95 % interval", std::move(c.high)));
    add(flags("status", grid, "status of the cell", {"complete", "pending", "failed"}, std::move(c.status)));
    add(flags("ci_method", grid, "kind of the interval", words_of(interval_method_names, 2), std::move(c.method)));
    add(field("look", grid, "looks at the interval made", std::move(c.look)));
    add(field("looks", grid, "looks among which the interval's error of 5 % is shared", std::move(c.looks)));
    add(field("standard_error", grid, "standard error of p_collapse; none of an adaptive cell", std::move(c.error)));
    add(field("trajectories_run", grid, "number of " + members + " run", std::move(c.trajectories)));
    add(field("failed", grid, "number of these that failed", std::move(c.failed)));
    for (Field& one : tallies.fields(grid, result)) add(std::move(one));
    return result;
}

}  // namespace modecollapse
