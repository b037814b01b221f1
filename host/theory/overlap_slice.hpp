// All starts with one overlap s(0): the average over r and theta of the outcomes, for collapse_theory.hpp.
#pragma once

#include <map>

#include "host/theory/linear_regime.hpp"
#include "host/theory/signature.hpp"
#include "kernels/gradient_flow/ensemble.hpp"

namespace modecollapse {

// What the averages over r and theta are asked for.
struct SliceRequest {
    double accuracy;       // of each share, absolute
    double matching_size;  // of the linear regime
    double narrowest_arc;  // that counts in a signature, radians
};

class OverlapSlice {
public:
    // problem: must outlive this. overlap: s(0), strictly inside -1 to 1.
    OverlapSlice(const GradientFlowPayload& problem, double dimension, double overlap, const SliceRequest& request);

    struct Result : QuadratureSample<averaged_count> {
        std::map<double, Circle> circles;  // by v = P(r' < r)
        std::int64_t trajectories = 0;
    };
    // left, right: neighbouring slices, whose arcs are looked for here too; null for none.
    Result integrate(const Result* left, const Result* right) const;

private:
    using Circles = std::vector<const Circle*>;
    // neighbours: their arcs are looked for here too.
    Circle circle(double radius, const Circles& neighbours, std::int64_t& trajectories) const;
    // rest: the problem from the matching time on.
    std::vector<Outcome> outcomes(const GradientFlowPayload& rest, const LinearizedState& match, double radius,
                                  const std::vector<double>& angles) const;

    const GradientFlowPayload& problem_;
    double dimension_, overlap_;
    SliceRequest request_;
    LinearRegime linear_;
    double slow_;  // angle of the starts that are stretched least
    std::vector<double> scan_;
};

}  // namespace modecollapse
