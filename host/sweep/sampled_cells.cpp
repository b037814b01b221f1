// P(collapse) in every cell, of an ensemble of the family.
#include "host/options/start_options.hpp"
#include "host/report/members.hpp"
#include "host/report/tally.hpp"
#include "host/sweep/cell_estimate.hpp"
#include "host/sweep/cell_fields.hpp"
#include "host/sweep/sweep_quantity.hpp"

namespace modecollapse {
namespace {

// The numbers of all cells, in their order.
struct Columns {
    std::vector<std::int64_t> counts, trajectories, failed, look, looks;
    CellShares shares;
    std::vector<double> error;
    std::vector<std::int8_t> method;
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
        c.shares.p.push_back(estimate.p);
        c.shares.low.push_back(estimate.interval.low);
        c.shares.high.push_back(estimate.interval.high);
        c.error.push_back(estimate.standard_error);
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
    TallyFields tallies(plan.schema, members);
    Columns c = columns_of(plan, state, tallies);
    add(counts_field(grid, members, std::move(c.counts)));
    for (Field& one : share_fields(grid, std::move(c.shares))) add(std::move(one));
    add(status_field(grid, state));
    add(flags("ci_method", grid, "kind of the interval", words_of(interval_method_names, 2), std::move(c.method)));
    add(field("look", grid, "looks at the interval made", std::move(c.look)));
    add(field("looks", grid, "looks among which the interval's error of 5 % is shared", std::move(c.looks)));
    add(field("standard_error", grid, "standard error of p_collapse; none of an adaptive cell", std::move(c.error)));
    add(members_field(grid, members, std::move(c.trajectories)));
    add(failed_field(grid, std::move(c.failed)));
    for (Field& one : tallies.fields(grid, result)) add(std::move(one));
    return fields;
}

}  // namespace

const SweepQuantity& sampled_quantity() {
    static const SampledQuantity quantity;
    return quantity;
}

}  // namespace modecollapse
