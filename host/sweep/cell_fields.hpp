// Fields that cells have whatever they hold: each over the grid's dimensions, in the order of the cells.
#pragma once

#include "host/report/result.hpp"
#include "host/sweep/sweep_plan.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {

// A quantity of every cell; NaN where there is none.
std::vector<double> values_of(const SweepPlan& plan, const SweepState& state, std::size_t quantity);

// The same of a quantity of whole numbers; `none` where there is none.
template <class Whole>
std::vector<Whole> whole_values(const std::vector<double>& values, Whole none) {
    std::vector<Whole> whole;
    for (const double x : values) whole.push_back(x == x ? static_cast<Whole>(x) : none);
    return whole;
}

Field status_field(const Names& grid, const SweepState& state);

// counts: (cells, classes of outcomes). members: "trajectories".
Field counts_field(const Names& grid, const std::string& members, std::vector<std::int64_t> counts);
Field members_field(const Names& grid, const std::string& members, std::vector<std::int64_t> made);
Field failed_field(const Names& grid, std::vector<std::int64_t> failed);

// P(collapse) with the ends of its interval.
struct CellShares {
    std::vector<double> p, low, high;
};
std::vector<Field> share_fields(const Names& grid, CellShares shares);

}  // namespace modecollapse
