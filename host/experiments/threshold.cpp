#include "host/experiments/threshold.hpp"

#include <algorithm>

#include "host/run/watch.hpp"

namespace modecollapse {

SpecialRadii find_special_radii(const Problem& problem, const MixtureSettings& settings) {
    SpecialRadii radii;
    radii.fold_plus = find_fold(problem, Mode::plus);
    radii.fold_minus = find_fold(problem, Mode::minus);
    radii.infinite = find_infinite_dimension_radius(problem, settings);
    return radii;
}

std::vector<double> sorted_without_repeats(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

CriticalRadii critical_radii(const ThresholdRequest& request, const CurveOf& curve_of,
                             const std::vector<double>& beyond) {
    CriticalRadii result;
    result.dimensions = request.dimensions;
    result.levels = request.levels;
    result.asked = request.dimensions.size();
    const std::size_t found = as_far_as_possible(request.dimensions.size(), [&](std::size_t i) {
        CollapseCurve curve = curve_of(i);
        std::vector<CriticalRadius> rows;
        for (const double level : request.levels) rows.push_back(curve.find(level, request.search));
        for (const double radius : beyond) curve.at(radius);
        result.critical.push_back(rows);
        result.curves.push_back(curve.evaluations());
    });
    result.dimensions.resize(found);
    return result;
}

CriticalRadii mixture_critical_radii(const ThresholdRequest& request, const Problem& problem,
                                     const MixtureSettings& settings, const EnsembleRequest& ensemble,
                                     const SamplingPlan& plan, const SpecialRadii& special, const Backend& backend) {
    const ThresholdSearch& search = request.search;
    // either side of a fold, so that the jump of P is known as sharply where no level is crossed
    std::vector<double> beside;
    for (const SpecialRadius& fold : {special.fold_plus, special.fold_minus})
        for (const double radius : {fold.value - search.resolution, fold.value + search.resolution})
            if (fold.status == RadiusStatus::found && radius > search.radius_low && radius < search.radius_high)
                beside.push_back(radius);
    SetupCache setups(problem, settings);
    const auto curve_of = [&](std::size_t i) {
        EnsembleRequest of_dimension = ensemble;
        of_dimension.dimension = request.dimensions[i];
        RunControl control;
        control.progress = [&request, i](std::uint64_t evaluations) {
            if (request.progress) request.progress(i, static_cast<double>(evaluations));
        };
        return CollapseCurve(setups, of_dimension, backend, control, plan);
    };
    return critical_radii(request, curve_of, beside);
}

CriticalRadii realnvp_critical_radii(const ThresholdRequest& request, const Problem& target,
                                     const std::vector<Training>& trainings, const TrainingRequest& members,
                                     const Backend& backend) {
    const auto curve_of = [&](std::size_t i) {
        double done = 0.0;
        const auto evaluate = [&, i, done](double radius) mutable -> Evaluation {
            Problem at_radius = target;
            at_radius.radius = radius;
            TrainingControl control;
            control.progress = [&](double fraction) {
                if (request.progress) request.progress(i, done + fraction);
            };
            const RealnvpCounts counts =
                train_members(realnvp_problem(at_radius, trainings[i]), members, backend, control);
            done += 1.0;
            return {estimate_collapse(counts), radius, {counts.count, counts.count + realnvp_outcome_count}};
        };
        return CollapseCurve(evaluate, {});
    };
    return critical_radii(request, curve_of);
}

}  // namespace modecollapse
