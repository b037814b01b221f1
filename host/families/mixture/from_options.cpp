#include "host/families/mixture/from_options.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <cmath>

namespace modecollapse {

Problem problem_from(const Configuration& options) { return mixture_run(options.settings()).target; }
MixtureSettings settings_from(const Configuration& options) { return mixture_run(options.settings()).settings; }

namespace {

constexpr double rounding = 1e-9;  // of overlaps as they are typed: below it three vectors lie in a plane

// Two means and the mode in a plane: s is the cosine of the sum or the difference of their angles.
void require_plane(const Configuration& options, const std::vector<double>& start, double smallest) {
    if (!options.has("dimension") || options.number("dimension") >= 3.0 || smallest <= rounding) return;
    const double along = start[0] * start[1];
    const double across = std::sqrt((1.0 - start[0] * start[0]) * (1.0 - start[1] * start[1]));
    options.refuse("start", fmt::format("needs 3 dimensions: three vectors with these overlaps lie in no plane "
                                        "(allowed: --dimension 3 or more, or s = {} or {})",
                                        along + across, along - across));
}

}  // namespace

std::vector<OrderParameters<double>> given_start(const Configuration& options, Problem& problem) {
    const std::vector<double> start = options.numbers("start");
    if (options.has("id") && options.given("id")) options.refuse("start", "excludes --id (allowed: one of the two)");
    if (start.size() != 3 && start.size() != 4)
        options.refuse("start", fmt::format("has {} numbers (allowed: m1,m2,s[,w1])", start.size()));
    Eigen::Matrix3d gram;
    gram << 1.0, start[0], start[1], start[0], 1.0, start[2], start[1], start[2], 1.0;
    const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(gram).eigenvalues()[0];
    if (smallest < -1e-12)
        options.refuse("start", fmt::format("no three vectors have these overlaps: the Gram matrix has the eigenvalue "
                                            "{:.3g} (allowed: none below 0)",
                                            smallest));
    require_plane(options, start, smallest);
    if (start.size() == 4) {
        if (options.given("weight"))
            options.refuse("start", "has a weight, and --weight is given too (allowed: one of the two)");
        problem.weight = start[3];
        const bool fixed = problem.weights == WeightGeometry::fixed;
        const double least = fixed ? smallest_weight : smallest_trainable_weight;
        if (!(start[3] >= least && start[3] <= 1.0 - least))
            options.refuse("start", fmt::format("weight w1 is out of range (allowed: {})",
                                                fixed ? "0.0001 to 0.9999" : "1e-8 to 1 - 1e-8"));
    }
    return {{start[0], start[1], 1.0 - start[2], start_coordinate(problem)}};
}

}  // namespace modecollapse
