// Outcome of a trajectory: PHYSICS section 7. Every trajectory is in exactly one class, and `undecided` is a class of
// its own.
#pragma once

#include <cstdint>

#include "modecollapse/mixture/order_parameters.hpp"

namespace modecollapse {

enum class Outcome : std::uint8_t {
    aligned_plus = 0,   // both means on the +mu* mode: collapse
    aligned_minus = 1,  // both on the -mu* mode: collapse
    vanished = 2,       // the lighter component lost its weight while the heavier one sits on a mode: collapse
    matched = 3,        // mean 1 on +mu*, mean 2 on -mu*
    swapped = 4,        // mean 1 on -mu*, mean 2 on +mu*
    undecided = 5,      // anything else
    failed = 6,         // non-finite, or the integrator's steps used up before the time cap
};

inline constexpr int outcome_count = 7;
inline constexpr const char* outcome_names[outcome_count] = {"aligned_plus", "aligned_minus", "vanished", "matched",
                                                             "swapped",      "undecided",     "failed"};

MC_HOST_DEVICE bool is_collapse(Outcome outcome) {
    return static_cast<int>(outcome) <= static_cast<int>(Outcome::vanished);
}

MC_HOST_DEVICE bool covers_both_modes(Outcome outcome) {
    return outcome == Outcome::matched || outcome == Outcome::swapped;
}

// Trainable weights: both modes covered at the end, after longer than `threshold` time units with both means on one
// mode.
MC_HOST_DEVICE bool is_quasi_collapse(Outcome outcome, double aligned_time, double threshold) {
    return covers_both_modes(outcome) && aligned_time > threshold;
}

// The rule that turns a state into a class. Both numbers are options and are recorded with the result.
struct OutcomeRule {
    double alignment_threshold;  // theta: a mean is on a mode if |m| > theta
    double weight_floor;         // a component has vanished below this weight

    // Are both means on one mode?
    template <class Real>
    MC_HOST_DEVICE MaskOf<Real> is_aligned(const OrderParameters<Real>& y) const {
        const Real theta = Real(alignment_threshold);
        return ((y.m1 > theta) & (y.m2 > theta)) | ((y.m1 < -theta) & (y.m2 < -theta));
    }

    // Time spent with both means on one mode, by the trapezoidal rule, in one step of size `step`.
    template <class Real>
    MC_HOST_DEVICE Real aligned_share(const OrderParameters<Real>& before, const OrderParameters<Real>& after,
                                      Real step) const {
        const Real half = Real(0.5) * step;
        return select(is_aligned(before), half, Real(0.0)) + select(is_aligned(after), half, Real(0.0));
    }

    // Class of a finite state with weights w1 and 1 - w1, in the order in which PHYSICS lists the tests.
    MC_HOST_DEVICE Outcome operator()(const OrderParameters<double>& y, double weight1) const {
        const double theta = alignment_threshold;
        if (!(abs(y.m1) < 2.0 && abs(y.m2) < 2.0 && y.u > -1.0 && y.u < 3.0))
            return Outcome::failed;  // also catches NaN
        if (y.m1 > theta && y.m2 > theta) return Outcome::aligned_plus;
        if (y.m1 < -theta && y.m2 < -theta) return Outcome::aligned_minus;
        const double weight2 = 1.0 - weight1;
        const double heavier_alignment = weight1 >= weight2 ? y.m1 : y.m2;
        if (min(weight1, weight2) < weight_floor && abs(heavier_alignment) > theta) return Outcome::vanished;
        if (y.m1 > theta && y.m2 < -theta) return Outcome::matched;
        if (y.m1 < -theta && y.m2 > theta) return Outcome::swapped;
        return Outcome::undecided;
    }
};

}  // namespace modecollapse
