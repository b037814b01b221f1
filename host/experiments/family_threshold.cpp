#include "host/experiments/family_threshold.hpp"

#include <memory>

namespace modecollapse {
namespace {

// The members of one value that were made so far.
struct MadeMembers {
    std::shared_ptr<const Ensemble> ensemble;
    Schema schema;
    Tally tally;
    std::uint64_t count = 0;
};

// P(value) of one dimension, from as many members as are asked for.
class SampledValues {
public:
    SampledValues(const ThresholdRequest& request, const FamilySearch& search, const Backend& backend,
                  std::size_t dimension)
        : request_(request), search_(search), backend_(backend), dimension_(dimension) {}

    Evaluation operator()(double value, std::uint64_t members) {
        return search_.members.plan.sampling == Sampling::sobol ? by_sobol(value) : by_members(value, members);
    }

private:
    RunControl told(std::uint64_t members) {
        RunControl control;
        control.progress = [this](std::uint64_t now) { tell(now); };
        if (members == 0) control.progress = {};
        return control;
    }
    void tell(std::uint64_t now) const {
        if (request_.progress)
            request_.progress(dimension_,
                              static_cast<double>(done_ + now) / static_cast<double>(search_.members.count));
    }

    Evaluation by_members(double value, std::uint64_t members) {
        MadeMembers& made = made_[value];
        if (!made.ensemble) {
            const Settings settings = search_.settings(dimension_, value);
            made.ensemble = search_.family->make(settings);
            made.schema = search_.family->schema(settings);
            made.tally = Tally(made.schema);
        }
        if (const std::uint64_t more = members - made.count; more > 0) {
            made.tally += run_members(*made.ensemble, made.schema, {search_.members.seed, {made.count, members}},
                                      backend_, told(more))
                              .tally;
            made.count = members;
            done_ += more;
        }
        return evaluation(value, estimate_collapse(trials_of(made.schema, made.tally)), made.schema, made.tally);
    }

    Evaluation by_sobol(double value) {
        const Settings settings = search_.settings(dimension_, value);
        const std::uint64_t members = search_.members.count;
        const FamilyProbability found =
            family_probability(*search_.family, settings, search_.members, backend_, told(members));
        done_ += members;
        return evaluation(value, found.estimate, search_.family->schema(settings), found.tally);
    }

    static Evaluation evaluation(double value, const CollapseEstimate& estimate, const Schema& schema,
                                 const Tally& tally) {
        const auto classes = static_cast<std::ptrdiff_t>(schema.classes.size());
        return {estimate, value, {tally.counts.begin(), tally.counts.begin() + classes}};
    }

    const ThresholdRequest& request_;
    const FamilySearch& search_;
    const Backend& backend_;
    std::size_t dimension_;
    std::map<double, MadeMembers> made_;
    std::uint64_t done_ = 0;
};

}  // namespace

CriticalValues family_critical_values(const ThresholdRequest& request, const FamilySearch& search,
                                      const Backend& backend) {
    const auto curve_of = [&](std::size_t i) {
        const auto values = std::make_shared<SampledValues>(request, search, backend, i);
        CollapseCurve::Guess guess;
        if (search.guess)
            guess = [&search, &backend, i](double value) { return search.guess(i, value, backend.threads); };
        return CollapseCurve([values](double value, std::uint64_t members) { return (*values)(value, members); },
                             looks_at(search.members.plan, search.members.count), guess);
    };
    return critical_values(request, curve_of, search.beyond);
}

}  // namespace modecollapse
