// Exact numbers in every cell, by what the family knows at one point without sampling.
#include <fmt/format.h>

#include <cmath>

#include "host/families/theory.hpp"
#include "host/report/members.hpp"
#include "host/sweep/cell_fields.hpp"
#include "host/sweep/sweep_quantity.hpp"

namespace modecollapse {
namespace {

constexpr const char* failed = "failed";

// One member, whose quantities are the numbers; it fails where P(collapse) is unknown.
class ExactCell : public Ensemble {
public:
    ExactCell(const PointTheory& theory, const Schema& schema, const Settings& settings)
        : theory_(theory), schema_(schema), settings_(settings) {
        theory.require(settings);
    }

    std::vector<Tally> run(const Ids&, const Backend& backend, const RunControl&) const override {
        MemberEnd end = {0, {}, {}, theory_.at(settings_, backend.threads)};
        if (std::isnan(end.quantities.front())) end.outcome = 1;
        TallyOfMembers member(schema_, 0);
        member.add(end);
        return {member.result()};
    }
    double work_of_a_member() const override { return 0x1p30; }  // some tenths of a second

private:
    const PointTheory& theory_;
    Schema schema_;
    Settings settings_;
};

class ExactQuantity : public SweepQuantity {
public:
    const char* name() const override { return "theory"; }
    unsigned command() const override { return theory_command; }
    const char* title() const override { return "Phase diagram of mode collapse by theory"; }
    bool counts_members() const override { return false; }

    Schema schema(const Family& family, const Settings&) const override {
        Schema schema = {{{"computed", OutcomeClass::other}, {"unknown", OutcomeClass::failure}}};
        for (const ExactNumber& number : family.at_a_point->numbers()) schema.quantities.push_back(number.quantity);
        return schema;
    }
    std::shared_ptr<const Ensemble> make(const Family& family, const Settings& settings) const override {
        return std::make_shared<ExactCell>(*family.at_a_point, schema(family, settings), settings);
    }
    void check(const Family& family, const Configuration& options) const override {
        if (!family.at_a_point)
            options.refuse("family",
                           "knows no P(collapse) at one point without sampling (allowed: quantity = "
                           "\"probability\", or another family)");
    }
    FailedShare failed_share(const SweepPlan& plan, const Tally& tally) const override {
        const auto number = [&](const char* name) {
            for (std::size_t q = 0; q < plan.schema.quantities.size(); ++q)
                if (std::string(plan.schema.quantities[q].name) == name) return mean_of(plan.schema, tally, q).mean;
            return 0.0;
        };
        const double share = number(failed), members = number("trajectories");
        return {std::round(share * members), members, share, is_known(trials_of(plan.schema, tally))};
    }
    std::vector<Field> fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                              Result& result) const override;
};

// The numbers in their order, the status after the first three (P and its bounds), those of outcomes as one field.
std::vector<Field> ExactQuantity::fields(const SweepPlan& plan, const SweepState& state, const Names& grid,
                                         Result& result) const {
    const std::vector<ExactNumber> numbers = plan.family().at_a_point->numbers();
    std::vector<Field> fields;
    std::vector<std::vector<double>> shares;
    Names outcomes;
    for (std::size_t q = 0; q < numbers.size(); ++q) {
        const auto& [quantity, form] = numbers[q];
        std::vector<double> values = values_of(plan, state, q);
        if (form == ExactNumber::of_an_outcome) {
            outcomes.emplace_back(quantity.name);
            if (outcomes.back() == failed)
                fields.push_back(field(failed, grid, "probability of a start whose trajectory failed", values));
            shares.push_back(std::move(values));
        } else if (form == ExactNumber::yes_or_no) {
            fields.push_back(
                flags(quantity.name, grid, quantity.long_name, {"no", "yes"}, whole_values<std::int8_t>(values, -1))
                    .none_is(-1));
        } else if (form == ExactNumber::whole) {
            fields.push_back(
                field(quantity.name, grid, quantity.long_name, whole_values<std::int64_t>(values, -1)).missing_is(-1));
        } else {
            fields.push_back(field(quantity.name, grid, quantity.long_name, std::move(values))
                                 .attribute("units", std::string(quantity.unit)));
        }
    }
    fields.insert(fields.begin() + 3, status_field(grid, state));
    if (outcomes.empty()) return fields;
    MemberClasses classes;
    classes.names = outcomes;
    classes.of = plan.family().member;
    add_outcomes(result, classes);
    std::vector<double> by_cell;
    for (std::uint64_t i = 0; i < state.cells(); ++i)
        for (const std::vector<double>& share : shares) by_cell.push_back(share[i]);
    Names over = grid;
    over.emplace_back("outcome");
    fields.push_back(field("probability", over, "probability of each outcome by the theory", std::move(by_cell)));
    return fields;
}

}  // namespace

const SweepQuantity& exact_quantity() {
    static const ExactQuantity quantity;
    return quantity;
}

}  // namespace modecollapse
