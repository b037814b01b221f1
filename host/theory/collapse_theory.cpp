#include "host/theory/collapse_theory.hpp"

#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "host/theory/overlap_slice.hpp"
#include "host/theory/start_law.hpp"

namespace modecollapse {
namespace {

constexpr double largest_tolerance =
    1e-8;  // of the full flow: a narrow sector needs more digits than a single trajectory's outcome
constexpr double floor_share = 1e-2;  // of 1/sqrt(d): the floor of the alignments' error control, for the same reason
constexpr int overlap_rules[] = {1, 3, 7, 15, 31, 63};  // Gauss nodes in s, odd: s = 0 is one of them
// In the plane r = 1, so that nothing smooths the outcome as a function of s: two coarse rules may agree by chance.
constexpr int fewest_in_the_plane = 63;

// Results of the slices at the nodes. A node of little weight needs less accuracy.
std::vector<OverlapSlice::Result> slices(const GradientFlowPayload& problem, double dimension,
                                         const std::vector<QuadratureNode>& nodes, const TheoryOptions& options) {
    std::vector<OverlapSlice::Result> results(nodes.size());
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex mutex;
    const auto work = [&] {
        try {
            for (std::size_t i; (i = next.fetch_add(1)) < nodes.size();) {
                const double share = std::fmax(nodes[i].weight * static_cast<double>(nodes.size()), 0.05);
                results[i] = OverlapSlice(problem, dimension, nodes[i].at, options.matching_size)
                                 .integrate(std::fmin(options.accuracy / share, 0.1));
            }
        } catch (...) {
            const std::lock_guard<std::mutex> lock(mutex);
            failure = std::current_exception();
        }
    };
    std::vector<std::thread> workers;
    for (int i = 1; i < std::min(options.threads, static_cast<int>(nodes.size())); ++i) workers.emplace_back(work);
    work();
    for (std::thread& worker : workers) worker.join();
    if (failure) std::rethrow_exception(failure);
    return results;
}

double collapse_of(const OverlapSlice::Averages& average) {
    double sum = 0.0;
    for (int i = 0; i < outcome_count; ++i)
        if (is_collapse(static_cast<Outcome>(i))) sum += average[i];
    return sum;
}

void require_valid(double dimension, const TheoryOptions& options) {
    require(dimension >= 2.0 && std::isfinite(dimension), "dimension", dimension, "2 or more");
    require(options.accuracy >= 1e-6 && options.accuracy <= 0.1, "accuracy", options.accuracy, "1e-6 to 0.1");
    require(options.matching_size > 0.0 && options.matching_size <= 0.5, "matching size", options.matching_size,
            "above 0, up to 0.5");
}

}  // namespace

CollapseTheory collapse_theory(const MixtureSetup& setup, double dimension, const TheoryOptions& options) {
    require_valid(dimension, options);
    if (setup.base().flow.geometry != WeightGeometry::fixed) throw std::domain_error("the theory is for fixed weights");
    if (is_adaptive(setup.base().annealing))
        throw std::domain_error("the theory knows no adaptive schedule (allowed: another schedule)");
    GradientFlowPayload problem = setup.for_dimension(dimension);
    problem.integrator.tolerance = std::fmin(problem.integrator.tolerance, largest_tolerance);
    problem.integrator.alignment_floor *= floor_share;
    CollapseTheory result = {};
    OverlapSlice::Averages average = {};
    for (const int n : overlap_rules) {
        const OverlapSlice::Averages previous = average;
        const std::vector<QuadratureNode> nodes = overlap_nodes(dimension, n);
        const std::vector<OverlapSlice::Result> parts = slices(problem, dimension, nodes, options);
        average = {};
        double radial = 0.0, change = 0.0;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            for (std::size_t k = 0; k < average.size(); ++k) average[k] += nodes[i].weight * parts[i].average[k];
            radial += nodes[i].weight * parts[i].error;
            result.trajectories += parts[i].trajectories;
            result.circles += parts[i].circles;
        }
        for (int k = 0; k < outcome_count; ++k) change = std::fmax(change, std::fabs(average[k] - previous[k]));
        result.error = radial + change + average[OverlapSlice::unresolved];
        result.converged = change <= options.accuracy && radial <= 1.5 * options.accuracy;
        if (n == 1)
            result.p_leading_order = collapse_of(average);
        else if (change <= options.accuracy && (dimension > 2.0 || n >= fewest_in_the_plane))
            break;
    }
    double total = 0.0;
    for (int k = 0; k < outcome_count; ++k) total += average[k];
    for (int k = 0; k < outcome_count; ++k) result.share[k] = average[k] / total;  // 1 up to rounding
    result.p_collapse = collapse_of(average) / total;
    result.matching_time = average[OverlapSlice::matching_time];
    return result;
}

}  // namespace modecollapse
