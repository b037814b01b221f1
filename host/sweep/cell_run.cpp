#include "host/sweep/cell_run.hpp"

#include "host/families/common_schema.hpp"
#include "host/run/watch.hpp"

namespace modecollapse {

std::vector<Tally> run_pieces(const SweepPlan& plan, const Cell& cell, const std::vector<std::uint64_t>& boundaries,
                              const Backend& backend) {
    const Schema schema = cell.schema();
    std::vector<Tally> pieces;
    try {
        for (const Tally& tally : cell.ensemble().run({cell.seed(), boundaries}, backend, {}))
            pieces.push_back(laid_out(tally, schema, plan.schema));
    } catch (const Interrupted&) {  // not even the first
    }
    return pieces;
}

}  // namespace modecollapse
