// R_c(d; level): the first upward crossing of a collapse probability, as a function of the radius (PHYSICS section 8).
//
// The curve P(R) is estimated by Monte Carlo with the same initial draws at every radius (common random numbers), so
// that neighbouring radii differ only by the trajectories whose fate really changes. P may jump over the level at a
// fold, and falls again at large R.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "host/starts/collapse_estimate.hpp"

namespace modecollapse {

struct Evaluation : CollapseEstimate {
    double radius;
    std::vector<std::int64_t> counts;  // by class of outcome of the family
};

// At a searched radius P surely reaches the level if its lower bound does, and is surely below if its upper bound is.
//   found        from the first radius on, where P is surely below, to one where it surely reaches; R_c in between is
//                known to the resolution whatever the failed members would have been
//   below_range  P surely reaches the level at the first radius already
//   not_reached  P is surely below at every radius of the first pass
//   unsettled    none of these: more members could tell, or fewer failed ones
enum class ThresholdStatus { found, below_range, not_reached, unsettled };
inline constexpr const char* threshold_status_names[] = {"found", "below_range", "not_reached", "unsettled"};

// Missing values (no r_c, or no searched radius that qualifies for an end of the interval) are NaN.
struct CriticalRadius {
    double level;
    ThresholdStatus status;
    double r_c;           // crossing of the point estimate, interpolated inside the last bracket; NaN unless found
    double ci_low;        // largest searched R below r_c whose upper bound is below the level
    double ci_high;       // smallest searched R whose lower bound is at or above the level
    double resolution;    // width of the bracket of r_c
    int evaluations;      // radii evaluated for this dimension until this level was done
    std::int64_t failed;  // members of these that failed
};

struct ThresholdSearch {
    double radius_low = 0.5;
    double radius_high = 3.0;
    double coarse_step = 0.05;  // largest spacing of the first pass: a peak of P narrower than this can be missed
    double resolution = 5e-4;   // brackets are bisected down to this
};

// Setups by radius, shared by the dimensions of one run: they do not depend on d.
class SetupCache {
public:
    SetupCache(const Problem& problem, const MixtureSettings& settings) : problem_(problem), settings_(settings) {}
    const MixtureSetup& at(double radius);

private:
    Problem problem_;
    MixtureSettings settings_;
    std::map<double, std::unique_ptr<MixtureSetup>> setups_;
};

// P(R) at one dimension, evaluated where asked and remembered.
class CollapseCurve {
public:
    using Evaluate = std::function<Evaluation(double radius)>;

    // Of any family. control.progress is told the number of evaluations.
    CollapseCurve(Evaluate evaluate, const RunControl& control) : evaluate_(std::move(evaluate)), control_(control) {}

    // Of the mixture. setups must outlive the curve.
    CollapseCurve(SetupCache& setups, const EnsembleRequest& request, const Backend& backend, const RunControl& control,
                  const SamplingPlan& plan = {});

    const Evaluation& at(double radius);
    const std::map<double, Evaluation>& evaluations() const { return evaluations_; }

    // Evaluates the coarse grid on first use.
    CriticalRadius find(double level, const ThresholdSearch& search);

private:
    // Bisects between `no` and `yes` down to the resolution; `holds` is false at `no`, true at `yes`. Returns the last
    // pair.
    template <class Predicate>
    std::pair<double, double> bisect(double no, double yes, double resolution, const Predicate& holds);

    Evaluate evaluate_;
    RunControl control_;
    std::map<double, Evaluation> evaluations_;
};

// The radii of the first pass: evenly spaced, ends included, at most `coarse_step` apart.
std::vector<double> coarse_radii(const ThresholdSearch& search);

}  // namespace modecollapse
