#include "host/experiments/threshold.hpp"

#include <algorithm>
#include <memory>

namespace modecollapse {

std::vector<double> sorted_without_repeats(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

CriticalValues critical_values(const ThresholdRequest& request, const CurveOf& curve_of,
                               const std::vector<double>& beyond) {
    CriticalValues result;
    result.dimensions = request.dimensions;
    result.levels = request.levels;
    result.dimensions_are_listed = request.dimensions_are_listed;
    result.asked = request.dimensions.size();
    const std::size_t found = as_far_as_possible(request.dimensions.size(), [&](std::size_t i) {
        CollapseCurve curve = curve_of(i);
        std::vector<CriticalValue> rows;
        try {
            for (const double level : request.levels) rows.push_back(curve.find(level, request.search));
            for (const double value : beyond) curve.at(value);
        } catch (const Interrupted&) {
            throw StoppedSearch(curve.evaluations());
        }
        result.critical.push_back(rows);
        result.directions.push_back(curve.direction(request.search));
        result.curves.push_back(curve.evaluations());
    });
    result.dimensions.resize(found);
    return result;
}

std::vector<double> beside(const std::vector<SpecialRadius>& special, const ThresholdSearch& search) {
    std::vector<double> values;
    for (const SpecialRadius& fold : special)
        for (const double radius : {fold.value - search.resolution, fold.value + search.resolution})
            if (fold.status == RadiusStatus::found && radius > search.low && radius < search.high)
                values.push_back(radius);
    return values;
}

LookSchedule looks_at(const SamplingPlan& plan, std::uint64_t members) {
    return plan.sampling == Sampling::sobol ? LookSchedule{members, members} : threshold_looks(members);
}

CriticalValues mixture_critical_values(const ThresholdRequest& request, const Problem& problem,
                                       const MixtureSettings& settings, const EnsembleRequest& ensemble,
                                       const SamplingPlan& plan, const SpecialRadii& special, const Backend& backend) {
    std::map<double, std::unique_ptr<MixtureSetup>> setups;  // by radius: they do not depend on d
    const LookSchedule looks = looks_at(plan, ensemble.trajectories);
    const auto curve_of = [&](std::size_t i) {
        EnsembleRequest of_dimension = ensemble;
        of_dimension.dimension = request.dimensions[i];
        std::map<double, Evaluation> made;
        double done = 0.0;
        const auto sample = [&, i, of_dimension, made, done](double radius, std::uint64_t members) mutable {
            std::unique_ptr<MixtureSetup>& setup = setups[radius];
            Problem at_radius = problem;
            at_radius.radius = radius;
            if (!setup) setup = std::make_unique<MixtureSetup>(at_radius, settings);
            Evaluation& before = made.try_emplace(radius, Evaluation{{}, radius, {}}).first->second;
            const auto known = static_cast<std::uint64_t>(before.members.trials);
            EnsembleRequest more = of_dimension;
            more.first += known;
            more.trajectories = members - known;
            const EnsembleEstimate estimate = estimate_collapse(*setup, more, plan, backend);
            Evaluation all = {estimate, radius, {estimate.counts.count, estimate.counts.count + outcome_count}};
            if (known > 0) {
                for (std::size_t c = 0; c < all.counts.size(); ++c) all.counts[c] += before.counts[c];
                all.members.successes += before.members.successes;
                all.members.failed += before.members.failed;
                all.members.trials += before.members.trials;
                static_cast<CollapseEstimate&>(all) = estimate_collapse(all.members);
            }
            done += static_cast<double>(more.trajectories) / static_cast<double>(ensemble.trajectories);
            if (request.progress) request.progress(i, done);
            return before = all;
        };
        return CollapseCurve(sample, looks);
    };
    return critical_values(request, curve_of, beside({special.fold_plus, special.fold_minus}, request.search));
}

}  // namespace modecollapse
