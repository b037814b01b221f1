// A critical value in every cell: R_c, or that of the option that `over` names (quantity = "threshold"). A cell takes the
// options of `threshold` with one level and one dimension; it is one member, whose numbers are the quantities of its tally.
#include <fmt/format.h>

#include "host/experiments/family_threshold.hpp"
#include "host/families/words.hpp"
#include "host/options/number_list.hpp"
#include "host/options/threshold_options.hpp"
#include "host/report/threshold.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/cell_fields.hpp"
#include "host/sweep/sweep_quantity.hpp"

namespace modecollapse {
namespace {

enum Number { status, direction, value, ci_low, ci_high, resolution, evaluations, members, failed, method };
constexpr const char* method_names[] = {estimate_methods[0], estimate_methods[1], spent_interval_name,
                                        "several"};  // of the values of a curve
constexpr std::int8_t several = 3;
constexpr Quantity numbers[] = {{"status", "1", "status"},           {"direction", "1", "direction"},
                                {"value", "1", "critical value"},    {"ci_low", "1", "lower end"},
                                {"ci_high", "1", "upper end"},       {"resolution", "1", "width of the bracket"},
                                {"evaluations", "1", "evaluations"}, {"members", "1", "members"},
                                {"failed", "1", "failed"},           {"method", "1", "kind of the intervals"}};

bool is_list(const Settings& settings, const char* name) {
    return settings.has(name) && settings.text(name).find_first_of(",:") != std::string::npos;
}

// A cell takes one of what `threshold` takes a list of.
void require_one(const Settings& settings, const char* name) {
    if (is_list(settings, name))
        throw std::domain_error(fmt::format("{} = {} is a list (allowed: one value in [fixed], or an axis of them)",
                                            name, settings.text(name)));
}

std::int8_t kind_of_intervals(const std::map<double, Evaluation>& curve) {
    const std::string all = interval_methods(curve);
    for (std::int8_t kind = 0; kind < several; ++kind)
        if (all == method_names[kind]) return kind;
    return several;
}

class ThresholdCell : public Ensemble {
public:
    ThresholdCell(const Family& family, const Schema& schema, const Settings& settings)
        : schema_(schema), settings_(settings), over_(searched_option(settings, family.name)) {
        require_one(settings, "level");
        request_.search = search_of(over_, family);
        request_.levels = {parse_number(settings.text("level"))};
        request_.dimensions = {0.0};
        request_.dimensions_are_listed = false;
        const SamplingPlan plan = sampling_plan(settings);
        search_.family = &family;
        search_.members = {std::stoull(settings.text("seed")),
                           usable_trajectories(plan, static_cast<std::uint64_t>(settings.number("trajectories"))),
                           plan};
        const OptionRow* row = find_option("dimension", threshold_command, family.name);
        const bool listed = row && row->kind == Kind::integer_list;
        if (listed) require_one(settings, "dimension");
        const std::string dimension = listed ? settings.text("dimension") : "";
        const SearchedOption over = over_;
        search_.settings = [settings, over, dimension, &family](std::size_t, double x) {
            return settings_at(settings, family, over, dimension, x);
        };
        for (const double end : {over.low, over.high}) at_the_ends_.push_back(family.make(search_.settings(0, end)));
    }

    std::vector<Tally> run(const Ids&, const Backend& backend, const RunControl&) const override {
        const CriticalValues found = family_critical_values(request_, search_, backend);
        const CriticalValue& c = found.critical.front().front();
        MemberEnd end = {c.status == ThresholdStatus::unsettled && c.failed > 0 ? 1 : 0};
        end.quantities = {static_cast<double>(c.status),
                          static_cast<double>(found.directions.front()),
                          c.value,
                          c.ci_low,
                          c.ci_high,
                          c.resolution,
                          static_cast<double>(c.evaluations),
                          static_cast<double>(c.members),
                          static_cast<double>(c.failed)};
        end.quantities.push_back(kind_of_intervals(found.curves.front()));
        TallyOfMembers member(schema_, 0);
        member.add(end);
        return {member.result()};
    }

    double work_of_a_member() const override {
        return at_the_ends_.back()->work_of_a_member() * members_at_all_values();
    }
    double bytes_of_a_thread() const override { return at_the_ends_.back()->bytes_of_a_thread(); }
    double predicted_seconds(std::uint64_t, const Backend& backend) const override {
        const auto trajectories = static_cast<std::uint64_t>(members_at_all_values());
        return 0.5 * (at_the_ends_.front()->predicted_seconds(trajectories, backend) +
                      at_the_ends_.back()->predicted_seconds(trajectories, backend));
    }

private:
    double members_at_all_values() const {
        return expected_evaluations(request_.search, looks_at(search_.members.plan, search_.members.count), 1) *
               static_cast<double>(search_.members.count);
    }

    Schema schema_;
    Settings settings_;
    SearchedOption over_;
    ThresholdRequest request_;
    FamilySearch search_;
    std::vector<std::shared_ptr<const Ensemble>> at_the_ends_;
};

class ThresholdQuantity : public SweepQuantity {
public:
    const char* name() const override { return "threshold"; }
    unsigned command() const override { return threshold_command; }
    const char* title() const override { return "Phase diagram of critical values of mode collapse"; }
    bool counts_members() const override { return false; }
    bool is_sampled() const override { return true; }

    Schema schema(const Family&, const Settings&) const override {
        Schema schema = {{{"computed", OutcomeClass::other}, {"unknown", OutcomeClass::failure}}};
        schema.quantities.assign(std::begin(numbers), std::end(numbers));
        return schema;
    }
    std::shared_ptr<const Ensemble> make(const Family& family, const Settings& settings) const override {
        return std::make_shared<ThresholdCell>(family, schema(family, settings), settings);
    }
    void check(const Family&, const Configuration&) const override {}
    FailedShare failed_share(const SweepPlan& plan, const Tally& tally) const override {
        const double all = mean_of(plan.schema, tally, members).mean, some = mean_of(plan.schema, tally, failed).mean;
        return {some, all, some / all, is_known(trials_of(plan.schema, tally))};
    }
    std::vector<Field> fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                              Result& result) const override;
};

std::vector<Field> ThresholdQuantity::fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                                             Result& result) const {
    const Family& family = plan.family();
    const SearchedOption over = searched_option(plan.base, family.name);
    const SearchWords words = search_words(*over.row, nullptr);
    add_search(result, search_of(over, family), words);
    if (!is_list(plan.base, "level"))
        result.add(number("level", "level of the probability of collapse", parse_number(plan.base.text("level")))
                       .of_kind(FieldKind::coordinate));
    CriticalColumns columns;
    columns.status = whole_values<std::int8_t>(values_of(plan, state, status), -1);
    columns.directions = whole_values<std::int8_t>(values_of(plan, state, direction), -1);
    columns.value = values_of(plan, state, value);
    columns.low = values_of(plan, state, ci_low);
    columns.high = values_of(plan, state, ci_high);
    columns.resolution = values_of(plan, state, resolution);
    columns.evaluations = whole_values<std::int64_t>(values_of(plan, state, evaluations), 0);
    columns.members = whole_values<std::int64_t>(values_of(plan, state, members), 0);
    columns.failed = whole_values<std::int64_t>(values_of(plan, state, failed), 0);
    std::vector<Field> fields =
        critical_fields(words, words.critical + "_status", grid, family.members, std::move(columns));
    fields.push_back(status_field(grid, state));
    fields.push_back(flags("ci_method", grid, "kind of the intervals at the values evaluated",
                           words_of(method_names, several + 1),
                           whole_values<std::int8_t>(values_of(plan, state, method), -1))
                         .none_is(-1));
    return fields;
}

}  // namespace

const SweepQuantity& threshold_quantity() {
    static const ThresholdQuantity quantity;
    return quantity;
}

}  // namespace modecollapse
