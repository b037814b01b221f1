// What every attempt of a trajectory reads, rounded on the host to the numbers it computes with and with polynomial lengths that
// the compiler knows: on a GPU each is then an operand in constant memory at a fixed address, neither converted nor looked up.
//
// The same bits as from the problem itself: Real(x) of a number that was rounded to Real before is that number, and coefficients
// of zero change nothing (mixture/expectation.hpp).
#pragma once

#include "modecollapse/gradient_flow/payload.hpp"
#include "modecollapse/integrate/dormand_prince_tableau.hpp"

namespace modecollapse {

// Lengths of the two polynomials of fixed weights; 0, 0: any.
template <int attraction_length, int overlap_length>
struct FitLengths {
    static constexpr int attraction = attraction_length, overlap = overlap_length;
    static bool hold(const FastExpectations& fast) {
        return attraction_length == 0 ||
               (fast.attraction_of_m.terms <= attraction_length && fast.overlap_of_distance.terms <= overlap_length);
    }
};

// Real: the number type of the trajectories.
template <class Real, class Lengths>
struct AttemptNumbers {
    struct Integrator {
        Real alignment_floor, overlap_floor, weight_floor, maximum_steps;
        Real inverse;
        MC_HOST_DEVICE Real inverse_tolerance() const { return inverse; }
    };
    FixedWeightsFlow<Real, Expectations<ParitySplit<Real, Lengths::attraction>, ParitySplit<Real, Lengths::overlap>>>
        flow;
    TrappingSetOf<Real, Real> traps;
    Integrator integrator;
    Real beta, end_time;
    dormand_prince_5::TableauOf<Real> tableau;
};

namespace attempt_numbers {

template <class To, class From, int count>
void round_each(const From (&from)[count], To (&to)[count]) {
    for (int i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
}

// Lengths::hold() the polynomial.
template <class Real, int length>
void round_each(const ParitySplitPolynomial& from, ParitySplit<Real, length>& to) {
    to = {};
    to.terms = from.terms;
    for (int i = 0; i < from.terms; ++i) {
        to.even[i] = static_cast<Real>(from.even[i]);
        to.odd[i] = static_cast<Real>(from.odd[i]);
    }
}

template <class Real>
TrappingSetOf<Real, Real> rounded(const TrappingSet& from) {
    TrappingSetOf<Real, Real> to = {};
    to.box_count = from.box_count;
    to.ellipsoid_count = from.ellipsoid_count;
    for (int i = 0; i < from.box_count; ++i) {
        const TrappingBox& box = from.boxes[i];
        to.boxes[i] = {static_cast<Real>(box.sign1),      static_cast<Real>(box.sign2),
                       static_cast<Real>(box.corner1),    static_cast<Real>(box.corner2),
                       static_cast<Real>(box.outcome),    static_cast<Real>(box.weight_low),
                       static_cast<Real>(box.weight_high)};
    }
    for (int i = 0; i < from.ellipsoid_count; ++i) {
        const TrappingEllipsoid& ellipsoid = from.ellipsoids[i];
        round_each(ellipsoid.centre, to.ellipsoids[i].centre);
        for (int row = 0; row < 3; ++row) round_each(ellipsoid.rows[row], to.ellipsoids[i].rows[row]);
        to.ellipsoids[i].level = static_cast<Real>(ellipsoid.level);
        to.ellipsoids[i].outcome = static_cast<Real>(ellipsoid.outcome);
    }
    return to;
}

}  // namespace attempt_numbers

// Host only. Lengths must hold the problem's polynomials.
template <class Real, class Lengths>
AttemptNumbers<Real, Lengths> attempt_numbers_of(const GradientFlowPayload& problem) {
    using attempt_numbers::round_each;
    AttemptNumbers<Real, Lengths> numbers = {};
    round_each(problem.flow.expectations.attraction_of_m, numbers.flow.expectations.attraction_of_m);
    round_each(problem.flow.expectations.overlap_of_distance, numbers.flow.expectations.overlap_of_distance);
    numbers.flow.weight1 = static_cast<Real>(problem.flow.weight1);
    numbers.flow.weight2 = static_cast<Real>(problem.flow.weight2);
    numbers.traps = attempt_numbers::rounded<Real>(problem.traps);
    const IntegratorOptions& integrator = problem.integrator;
    numbers.integrator = {static_cast<Real>(integrator.alignment_floor), static_cast<Real>(integrator.overlap_floor),
                          static_cast<Real>(integrator.weight_floor), static_cast<Real>(integrator.maximum_steps),
                          static_cast<Real>(integrator.inverse_tolerance())};
    numbers.beta = static_cast<Real>(problem.beta);
    numbers.end_time = static_cast<Real>(problem.end_time);
    constexpr dormand_prince_5::Tableau known = dormand_prince_5::tableau();
    round_each(known.node, numbers.tableau.node);
    for (int stage = 0; stage < dormand_prince_5::stages; ++stage) round_each(known.a[stage], numbers.tableau.a[stage]);
    round_each(known.error, numbers.tableau.error);
    round_each(known.dense, numbers.tableau.dense);
    return numbers;
}

}  // namespace modecollapse
