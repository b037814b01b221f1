#include "host/theory/collapse_theory.hpp"

#include <algorithm>
#include <cmath>

#include "host/run/watch.hpp"
#include "host/statistics/trial_counts.hpp"
#include "host/theory/overlap_slice.hpp"
#include "host/theory/piecewise_quadrature.hpp"
#include "host/theory/start_law.hpp"
#include "kernels/run/parallel.hpp"

namespace modecollapse {
namespace {

constexpr double largest_tolerance = 1e-8;  // of the full flow: a narrow sector needs more digits than a single
                                            // trajectory's outcome
constexpr double floor_share = 1e-2;  // of 1/sqrt(d): the floor of the alignments' error control, for the same reason
constexpr double radial_share = 0.3;  // of the accuracy: for the averages over r and theta, the rest for that over s
constexpr double smallest_weight = 0.1;  // a slice of less weight is not averaged less accurately
constexpr double coarsest = 0.1;
constexpr int most_slices = 250;

using Slice = OverlapSlice::Result;
using SliceRequests = std::vector<SampleRequest<Slice>>;

// An outcome's arc narrower than this is seen or missed by chance; its cube, by which it counts, is below the accuracy.
double narrowest_arc(double accuracy) { return 0.5 * std::cbrt(accuracy); }

// The slices that a quadrature over v = P(s' < s) asks for. A slice of little weight needs less accuracy.
std::vector<Slice> slices(const GradientFlowPayload& problem, double dimension, const SliceRequests& requests,
                          const TheoryOptions& options) {
    std::vector<Slice> results(requests.size());
    parallel_for(requests.size(), options.threads, [&, watch = current_watch()](std::uint64_t i) {
        const WatchScope scope(watch);
        const auto& [v, weight, left, right] = requests[i];
        const double accuracy = radial_share * options.accuracy / std::fmax(weight, smallest_weight);
        const SliceRequest request = {std::fmin(accuracy, coarsest), options.matching_size,
                                      narrowest_arc(options.accuracy)};
        results[i] = OverlapSlice(problem, dimension, overlap_of(dimension, v), request).integrate(left, right);
    });
    return results;
}

void require_valid(const MixtureSetup& setup, double dimension, const TheoryOptions& options) {
    const auto require_that = [](bool holds, const char* message) {
        if (!holds) throw std::domain_error(message);
    };
    require_that(!setup.is_sgd(), "the theory is for the gradient flow, not for sampled dynamics (allowed: flow)");
    require_that(setup.base().flow.geometry == WeightGeometry::fixed,
                 "the theory is for fixed weights (allowed: fixed)");
    require_that(!is_adaptive(setup.base().annealing),
                 "the theory knows no adaptive schedule (allowed: another schedule)");
    require_that(setup.precision() == Precision::double_precision,
                 "the theory locates separatrices in double precision only (allowed: double)");
    require(dimension >= 2.0 && std::isfinite(dimension), "dimension", dimension, "2 or more");
    require(options.accuracy >= 1e-6 && options.accuracy <= 0.1, "accuracy", options.accuracy, "1e-6 to 0.1");
    require(options.matching_size > 0.0 && options.matching_size <= 0.5, "matching size", options.matching_size,
            "above 0, up to 0.5");
    require(options.threads >= 1, "threads", options.threads, "1 or more");
}

}  // namespace

CollapseTheory collapse_theory(const MixtureSetup& setup, double dimension, const TheoryOptions& options) {
    require_valid(setup, dimension, options);
    GradientFlowPayload problem = setup.for_dimension(dimension);
    problem.integrator.tolerance = std::fmin(problem.integrator.tolerance, largest_tolerance);
    problem.integrator.alignment_floor *= floor_share;
    const auto evaluate = [&](const SliceRequests& requests) { return slices(problem, dimension, requests, options); };
    PiecewiseQuadrature<Slice, judged_count, decltype(evaluate)> average(
        evaluate, (1.0 - radial_share) * options.accuracy, most_slices);
    const auto overlaps = average();

    CollapseTheory result = {};
    double total = 0.0;  // 1 up to rounding
    for (int k = 0; k < outcome_count; ++k) total += overlaps.value[k];
    for (int k = 0; k < outcome_count; ++k) result.share[k] = overlaps.value[k] / total;
    const double collapsed = overlaps.value[collapse] / total;
    const double failed = result.share[static_cast<int>(Outcome::failed)];
    // half of every open gap was given to either side
    const double numerical = overlaps.error + overlaps.value[radial_error] + 0.5 * overlaps.value[unresolved];
    result.p_collapse = share_of(collapsed, failed);
    result.p_low = std::fmax(collapsed - numerical, 0.0);
    result.p_high = std::fmin(collapsed + failed + numerical, 1.0);
    result.error = numerical + failed;
    result.converged = result.error <= options.accuracy;
    result.matching_time = overlaps.value[matching_time];
    for (const auto& [v, slice] : average.samples()) {
        result.trajectories += slice.trajectories;
        result.circles += static_cast<std::int64_t>(slice.circles.size());
        if (v == 0.5)  // s(0) = 0, in the first batch
            result.p_leading_order = share_of(slice.value[collapse], slice.value[static_cast<int>(Outcome::failed)]);
    }
    return result;
}

}  // namespace modecollapse
