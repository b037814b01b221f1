// P(collapse) in every cell, of an ensemble of the family.
#include "host/options/start_options.hpp"
#include "host/report/members.hpp"
#include "host/report/tally.hpp"
#include "host/sweep/cell_estimate.hpp"
#include "host/sweep/sweep_quantity.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {
namespace {

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

class SampledQuantity : public SweepQuantity {
public:
    const char* name() const override { return "probability"; }
    unsigned command() const override { return probability_command; }
    const char* title() const override { return "Phase diagram of mode collapse"; }
    bool counts_members() const override { return true; }

    Schema schema(const Family& family, const Settings& settings) const override { return family.schema(settings); }
    std::shared_ptr<const Ensemble> make(const Family& family, const Settings& settings) const override {
        return family.make(settings);
    }
    void check(const Family&, const Configuration& options) const override {
        require_random_starts(options, "a phase diagram");
    }
    FailedShare failed_share(const SweepPlan& plan, const Tally& tally) const override {
        const TrialCounts trials = trials_of(plan.schema, tally);
        return {static_cast<double>(trials.failed), static_cast<double>(trials.trials),
                modecollapse::failed_share(trials), is_known(trials)};
    }
    std::vector<Field> fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                              Result& result) const override;
};

std::vector<Field> SampledQuantity::fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                                           Result& result) const {
    const Family& family = plan.family();
    const std::string members = family.members;
    add_outcomes(result, classes_of(family, plan.schema));
    std::vector<Field> fields;
    const auto add = [&](Field one) { fields.push_back(std::move(one)); };
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
    return fields;
}

}  // namespace

const SweepQuantity& sampled_quantity() {
    static const SampledQuantity quantity;
    return quantity;
}

}  // namespace modecollapse
