// The critical radii R_c(d; level) for a list of dimensions and levels: the experiment of `threshold`, of any family.
#pragma once

#include <optional>

#include "host/realnvp/training.hpp"
#include "host/threshold/critical_radius.hpp"
#include "host/threshold/folds.hpp"

namespace modecollapse {

// Radii that need no sampling.
struct SpecialRadii {
    SpecialRadius fold_plus, fold_minus, infinite;
};

// `problem.radius` is ignored; of the settings the rule and the horizon count.
SpecialRadii find_special_radii(const Problem& problem, const MixtureSettings& settings);

struct ThresholdRequest {
    std::vector<double> dimensions, levels;
    ThresholdSearch search;
    // told of each dimension's index how many radii were evaluated, in parts too
    std::function<void(std::size_t dimension, double evaluations)> progress = {};
};

struct CriticalRadii {
    std::vector<double> dimensions, levels;
    std::vector<std::vector<CriticalRadius>> critical;  // (dimension, level)
    std::vector<std::map<double, Evaluation>> curves;   // (dimension): every radius evaluated
    std::size_t asked = 0;                              // dimensions; more than these if the run was given up
};

// The curve of a dimension, by its index. beyond: radii at which every curve is evaluated too, for how sharply it jumps.
using CurveOf = std::function<CollapseCurve(std::size_t dimension)>;
CriticalRadii critical_radii(const ThresholdRequest& request, const CurveOf& curve_of,
                             const std::vector<double>& beyond = {});

// Of mixtures, and either side of the folds. ensemble.dimension is ignored.
CriticalRadii mixture_critical_radii(const ThresholdRequest& request, const Problem& problem,
                                     const MixtureSettings& settings, const EnsembleRequest& ensemble,
                                     const SamplingPlan& plan, const SpecialRadii& special, const Backend& backend);

// Of flows. trainings: one a dimension. Every radius costs an ensemble of trainings, all from the same starts and with the
// same batches (common random numbers): so a coarser first pass, and a bisection that ends earlier.
inline constexpr double realnvp_coarse_step = 0.25, realnvp_resolution = 0.02;
CriticalRadii realnvp_critical_radii(const ThresholdRequest& request, const Problem& target,
                                     const std::vector<Training>& trainings, const TrainingRequest& members,
                                     const Backend& backend);

std::vector<double> sorted_without_repeats(std::vector<double> values);

}  // namespace modecollapse
