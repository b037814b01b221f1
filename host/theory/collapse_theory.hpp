// P(collapse), and the probability of every outcome, from the theory of docs/theory.md instead of by sampling:
//
//   P = E_s E_r [ share of the angles theta whose trajectory collapses ]
//
// over the product law of start_law.hpp. A circle of starts of radius r is carried to the matching time by the linear
// regime, where it is an ellipse of size `matching_size`; from there the full flow decides, and the angles at which its
// outcome changes are searched. The leading order for d -> infinity takes s(0) = 0 only.
#pragma once

#include "host/mixture/setup.hpp"

namespace modecollapse {

struct TheoryOptions {
    double accuracy = default_accuracy;       // of every probability, absolute
    double matching_size = default_matching;  // the linear regime lasts while the ellipse is smaller; neglects about
                                              // its square
    int threads = 1;

    static constexpr double default_accuracy = 5e-4;
    static constexpr double default_matching = 1e-3;
};

// What failed is no good outcome: with C and F the shares of the starts that collapsed and that failed,
// p_collapse = C / (1 - F), NaN if F > 1/2, and the true probability is between p_low = C and p_high = C + F, both
// moved outwards by the numerical error.
struct CollapseTheory {
    double share[outcome_count];  // sums to 1
    double p_collapse;
    double p_low, p_high;
    double p_leading_order;     // with s(0) = 0
    double error;               // bound on the error of every probability: both quadratures, angles left open, failures
    bool converged;             // error <= accuracy
    std::int64_t trajectories;  // of the full flow
    std::int64_t circles;
    double matching_time;  // mean over the starts; 0: the full flow from the start
};

// d >= 2; the gradient flow with fixed weights, in double precision. Throws std::domain_error for anything else or an
// option out of range, std::runtime_error if the linear regime cannot be followed, Interrupted when asked to stop. The
// result does not depend on the number of threads.
CollapseTheory collapse_theory(const MixtureSetup& setup, double dimension, const TheoryOptions& options = {});

}  // namespace modecollapse
