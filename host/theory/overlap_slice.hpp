// All starts with one overlap s(0): the average over r and theta of the outcomes, for collapse_theory.hpp.
#pragma once

#include <array>

#include "host/theory/adaptive_simpson.hpp"
#include "host/theory/linear_regime.hpp"
#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

class OverlapSlice {
public:
    // problem: must outlive this. overlap: s(0), strictly inside -1 to 1.
    OverlapSlice(const GradientFlowPayload& problem, double dimension, double overlap, double matching_size);

    // Integrals over the law of r: the share of each outcome, then the unresolved share of the angles, then the
    // matching time.
    static constexpr std::size_t unresolved = outcome_count, matching_time = outcome_count + 1,
                                 size = outcome_count + 2;
    using Averages = std::array<double, size>;

    struct Result {
        Averages average;
        double error;  // of the quadrature over r
        bool converged;
        std::int64_t trajectories;
        std::int64_t circles;
    };
    Result integrate(double accuracy) const;

private:
    struct Circle {
        Averages average;
        std::int64_t trajectories;
    };
    Circle circle(double radius, double accuracy) const;
    // rest: the problem from the matching time on.
    std::vector<Outcome> outcomes(const GradientFlowPayload& rest, const LinearizedState& match, double radius,
                                  const std::vector<double>& angles) const;

    const GradientFlowPayload& problem_;
    double dimension_, overlap_, matching_size_;
    LinearRegime linear_;
    double slow_;  // angle of the starts that are stretched least
    std::vector<double> scan_;
};

}  // namespace modecollapse
