// P(collapse) in every cell from scrambled Sobol points in the initial law (sampling = "sobol"), of a family that has one.
// The interval is of the replicates together, so a cell is one member, whose numbers are the quantities of its tally.
#include <cmath>
#include <cstring>

#include "host/families/capabilities.hpp"
#include "host/options/threshold_options.hpp"
#include "host/report/members.hpp"
#include "host/sweep/cell_fields.hpp"
#include "host/sweep/sweep_quantity.hpp"

namespace modecollapse {
namespace {

// The first quantities; after them those of the family's classes, then of its events: counts.
constexpr Quantity estimates[] = {{"p_collapse", "1", "probability of mode collapse"},
                                  {"ci_low", "1", "lower end of the 95 % interval"},
                                  {"ci_high", "1", "upper end of the 95 % interval"},
                                  {"standard_error", "1", "standard error of p_collapse"},
                                  {"by_replicates", "1", "whether the interval is of the replicates"}};
constexpr std::size_t first_class = std::size(estimates), by_replicates = 4;

class SobolCell : public Ensemble {
public:
    SobolCell(const Family& family, const Schema& schema, const Settings& settings)
        : family_(family), schema_(schema), settings_(settings), members_(family.make(settings)) {
        usable_ =
            usable_trajectories(sampling_plan(settings), static_cast<std::uint64_t>(settings.number("trajectories")));
    }

    std::vector<Tally> run(const Ids&, const Backend& backend, const RunControl& control) const override {
        const std::uint64_t seed = std::stoull(settings_.text("seed"));
        const LawEstimate found =
            family_.law->by_sobol(settings_, seed, usable_, sampling_plan(settings_), backend, control);
        const CollapseEstimate& e = found.estimate;
        const Schema counted = family_.schema(settings_);
        MemberEnd end = {std::isnan(e.p) ? 1 : 0, {}, {}, {e.p, e.interval.low, e.interval.high, e.standard_error}};
        end.quantities.push_back(std::strcmp(e.ci_method, estimate_methods[1]) == 0 ? 1.0 : 0.0);
        for (std::size_t c = 0; c < counted.classes.size(); ++c)
            end.quantities.push_back(static_cast<double>(found.tally.counts[c]));
        for (std::size_t k = 0; k < counted.events.size(); ++k)
            end.quantities.push_back(counted.events[k].of_a_member == Events::none
                                         ? std::nan("")
                                         : static_cast<double>(found.tally.counts[event_at(counted, k)]));
        TallyOfMembers member(schema_, 0);
        member.add(end);
        return {member.result()};
    }
    double work_of_a_member() const override { return members_->work_of_a_member() * static_cast<double>(usable_); }
    double bytes_of_a_thread() const override { return members_->bytes_of_a_thread(); }
    double predicted_seconds(std::uint64_t, const Backend& backend) const override {
        return members_->predicted_seconds(usable_, backend);
    }

private:
    const Family& family_;
    Schema schema_;
    Settings settings_;
    std::shared_ptr<const Ensemble> members_;
    std::uint64_t usable_;
};

class SobolQuantity : public SweepQuantity {
public:
    const char* name() const override { return "probability"; }
    unsigned command() const override { return probability_command; }
    const char* title() const override { return "Phase diagram of mode collapse"; }
    bool counts_members() const override { return false; }
    bool is_sampled() const override { return true; }

    Schema schema(const Family& family, const Settings& settings) const override {
        const Schema counted = family.schema(settings);
        Schema schema = {{{"computed", OutcomeClass::other}, {"unknown", OutcomeClass::failure}}};
        schema.quantities.assign(std::begin(estimates), std::end(estimates));
        for (const OutcomeClass& one : counted.classes) schema.quantities.push_back({one.name, "1", one.name});
        for (const Events& one : counted.events) schema.quantities.push_back({one.name, "1", one.long_name});
        return schema;
    }
    std::shared_ptr<const Ensemble> make(const Family& family, const Settings& settings) const override {
        return std::make_shared<SobolCell>(family, schema(family, settings), settings);
    }
    void check(const Family& family, const Configuration& options) const override {
        if (!family.law) options.refuse("sampling", "needs a family with an initial law (allowed: monte-carlo)");
        if (options.flag("rare")) options.refuse("rare", "is not available in a phase diagram (allowed: false)");
    }
    FailedShare failed_share(const SweepPlan& plan, const Tally& tally) const override {
        const Schema counted = plan.family().schema(plan.base);
        double failed = 0.0, all = 0.0;
        for (std::size_t c = 0; c < counted.classes.size(); ++c) {
            const double count = mean_of(plan.schema, tally, first_class + c).mean;
            all += count;
            if (counted.classes[c].role == OutcomeClass::failure) failed += count;
        }
        return {failed, all, failed / all, is_known(trials_of(plan.schema, tally))};
    }
    std::vector<Field> fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                              Result& result) const override;
};

std::vector<Field> SobolQuantity::fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                                         Result& result) const {
    const Family& family = plan.family();
    const Schema counted = family.schema(plan.base);
    const std::string members = family.members;
    add_outcomes(result, classes_of(family, counted));
    const std::size_t classes = counted.classes.size();
    std::vector<std::int64_t> by_cell(state.cells() * classes), run(state.cells()), failed(state.cells());
    for (std::size_t c = 0; c < classes; ++c) {
        const std::vector<std::int64_t> counts = whole_values<std::int64_t>(values_of(plan, state, first_class + c), 0);
        for (std::uint64_t i = 0; i < state.cells(); ++i) {
            by_cell[i * classes + c] = counts[i];
            run[i] += counts[i];
            if (counted.classes[c].role == OutcomeClass::failure) failed[i] += counts[i];
        }
    }
    const std::vector<double> replicated = values_of(plan, state, by_replicates);
    std::vector<Field> fields = {counts_field(grid, members, std::move(by_cell))};
    for (Field& one :
         share_fields(grid, {values_of(plan, state, 0), values_of(plan, state, 1), values_of(plan, state, 2)}))
        fields.push_back(std::move(one));
    fields.push_back(status_field(grid, state));
    fields.push_back(flags("ci_method", grid, "kind of the interval", words_of(estimate_methods, 2),
                           whole_values<std::int8_t>(replicated, 0)));
    fields.push_back(field(estimates[3].name, grid, estimates[3].long_name, values_of(plan, state, 3)));
    fields.push_back(members_field(grid, members, std::move(run)));
    fields.push_back(failed_field(grid, std::move(failed)));
    for (std::size_t k = 0; k < counted.events.size(); ++k)
        fields.push_back(field(counted.events[k].name, grid, counted.events[k].long_name,
                               whole_values<std::int64_t>(values_of(plan, state, first_class + classes + k), -1))
                             .missing_is(-1));
    return fields;
}

}  // namespace

const SweepQuantity& sobol_quantity() {
    static const SobolQuantity quantity;
    return quantity;
}

}  // namespace modecollapse
