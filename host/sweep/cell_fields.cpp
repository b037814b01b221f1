#include "host/sweep/cell_fields.hpp"

namespace modecollapse {

std::vector<double> values_of(const SweepPlan& plan, const SweepState& state, std::size_t quantity) {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < state.cells(); ++i)
        values.push_back(mean_of(plan.schema, state.tally(i), quantity).mean);
    return values;
}

Field status_field(const Names& grid, const SweepState& state) {
    std::vector<std::int8_t> status;
    for (std::uint64_t i = 0; i < state.cells(); ++i) status.push_back(static_cast<std::int8_t>(state.at(i).status));
    return flags("status", grid, "status of the cell", words_of(cell_status_names, 3), std::move(status));
}

Field counts_field(const Names& grid, const std::string& members, std::vector<std::int64_t> counts) {
    Names over = grid;
    over.emplace_back("outcome");
    return field("counts", over, "number of " + members, std::move(counts));
}
Field members_field(const Names& grid, const std::string& members, std::vector<std::int64_t> made) {
    return field("trajectories_run", grid, "number of " + members + " run", std::move(made));
}
Field failed_field(const Names& grid, std::vector<std::int64_t> failed) {
    return field("failed", grid, "number of these that failed", std::move(failed));
}

std::vector<Field> share_fields(const Names& grid, CellShares shares) {
    return {field("p_collapse", grid, "probability of mode collapse", std::move(shares.p)),
            field("ci_low", grid, "lower end of the 95 % interval", std::move(shares.low)),
            field("ci_high", grid, "upper end of the 95 % interval", std::move(shares.high))};
}

}  // namespace modecollapse
