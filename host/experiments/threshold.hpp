// Critical values for a list of dimensions and levels: what `threshold` does with P(value), whatever it is of.
#pragma once

#include <optional>

#include "host/run/watch.hpp"
#include "host/starts/collapse_estimate.hpp"
#include "host/threshold/critical_value.hpp"
#include "host/threshold/folds.hpp"

namespace modecollapse {

struct ThresholdRequest {
    std::vector<double> dimensions, levels;
    bool dimensions_are_listed = true;  // false: there is one curve, of what the settings say
    ThresholdSearch search;
    // told of each dimension's index how many members there were, in those of a value that has all
    std::function<void(std::size_t dimension, double evaluations)> progress = {};
};

struct CriticalValues {
    std::vector<double> dimensions, levels;
    bool dimensions_are_listed = true;
    std::vector<std::vector<CriticalValue>> critical;  // (dimension, level)
    std::vector<std::map<double, Evaluation>> curves;  // (dimension): every value evaluated
    std::vector<Direction> directions;                 // (dimension)
    std::size_t asked = 0;                             // dimensions; more than these if the run was given up
};

// Thrown by a search that is given up in its first dimension.
struct StoppedSearch : Interrupted {
    explicit StoppedSearch(std::map<double, Evaluation> looked_at) : curve(std::move(looked_at)) {}
    std::map<double, Evaluation> curve;
};

// When a value is looked at: of random starts, after ever more of the members; of Sobol points once, with all.
LookSchedule looks_at(const SamplingPlan& plan, std::uint64_t members);

// The curve of a dimension, by its index. beyond: values at which every curve is evaluated too.
// Throws Interrupted.
using CurveOf = std::function<CollapseCurve(std::size_t dimension)>;
CriticalValues critical_values(const ThresholdRequest& request, const CurveOf& curve_of,
                               const std::vector<double>& beyond = {});

// Of mixtures over their radius, and either side of the folds, for users of the C++ library; of any family and option:
// family_threshold.hpp. ensemble.dimension is ignored.
CriticalValues mixture_critical_values(const ThresholdRequest& request, const Problem& problem,
                                       const MixtureSettings& settings, const EnsembleRequest& ensemble,
                                       const SamplingPlan& plan, const SpecialRadii& special, const Backend& backend);

// Values on either side of the special ones inside the range, so that the jump of P is known as sharply where no level is
// crossed.
std::vector<double> beside(const std::vector<SpecialRadius>& special, const ThresholdSearch& search);

std::vector<double> sorted_without_repeats(std::vector<double> values);

}  // namespace modecollapse
