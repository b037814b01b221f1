#include "host/experiments/threshold.hpp"

#include <algorithm>
#include <memory>

#include "host/run/watch.hpp"

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
        for (const double level : request.levels) rows.push_back(curve.find(level, request.search));
        for (const double value : beyond) curve.at(value);
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

CriticalValues mixture_critical_values(const ThresholdRequest& request, const Problem& problem,
                                       const MixtureSettings& settings, const EnsembleRequest& ensemble,
                                       const SamplingPlan& plan, const SpecialRadii& special, const Backend& backend) {
    std::map<double, std::unique_ptr<MixtureSetup>> setups;  // by radius: they do not depend on d
    const auto curve_of = [&](std::size_t i) {
        EnsembleRequest of_dimension = ensemble;
        of_dimension.dimension = request.dimensions[i];
        RunControl control;
        control.progress = [&request, i](std::uint64_t evaluations) {
            if (request.progress) request.progress(i, static_cast<double>(evaluations));
        };
        const auto evaluate = [&, of_dimension](double radius) -> Evaluation {
            std::unique_ptr<MixtureSetup>& setup = setups[radius];
            Problem at_radius = problem;
            at_radius.radius = radius;
            if (!setup) setup = std::make_unique<MixtureSetup>(at_radius, settings);
            const EnsembleEstimate estimate = estimate_collapse(*setup, of_dimension, plan, backend);
            return {estimate, radius, {estimate.counts.count, estimate.counts.count + outcome_count}};
        };
        return CollapseCurve(evaluate, control);
    };
    return critical_values(request, curve_of, beside({special.fold_plus, special.fold_minus}, request.search));
}

}  // namespace modecollapse
