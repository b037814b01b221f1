// A step of Dormand and Prince (dormand_prince_tableau.hpp) over any state with size() and at(i).
#pragma once

#include "modecollapse/integrate/dormand_prince_tableau.hpp"
#include "modecollapse/numbers/number.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::dormand_prince_5 {

// sum_j coefficient[j] rate[j], component i. Rates: an array of states, or what gives one by rate[j].
template <class Real, int count, class Rates>
MC_HOST_DEVICE Real weighted(const double (&coefficient)[count], int used, const Rates& rate, int i) {
    Real sum = Real(coefficient[0]) * rate[0].at(i);
    for (int j = 1; j < used; ++j)
        if (coefficient[j] != 0.0) sum = fma(Real(coefficient[j]), rate[j].at(i), sum);
    return sum;
}

// An attempt of size h from `y`. Field: (state, node, rate), the rates at the time t + node h, node a double. rates:
// (stages), the first of them given; the last is that at the end. next: becomes the state there.
template <class Field, class State, class Real, class Rates>
MC_HOST_DEVICE void attempt(const Field& field, const State& y, Real h, Rates& rates, State& next) {
    constexpr Tableau t = tableau();
    const int size = y.size();
    MC_UNROLL(State::unrolled_stages)
    for (int stage = 1; stage < stages; ++stage) {
        MC_UNROLL(State::unrolled_entries)
        for (int i = 0; i < size; ++i) next.at(i) = fma(h, weighted<Real>(t.a[stage], stage, rates, i), y.at(i));
        field(next, t.node[stage], rates[stage]);
    }
}

// Difference of the embedded solutions, component i.
template <class Rates, class Real>
MC_HOST_DEVICE Real error_of(const Rates& rates, Real h, int i) {
    constexpr Tableau t = tableau();
    return h * weighted<Real>(t.error, stages, rates, i);
}

// Component i at t + fraction h, fraction in [0, 1].
template <class State, class Rates, class Real>
MC_HOST_DEVICE Real interpolated(const State& y, const State& next, const Rates& rates, Real h, Real fraction, int i) {
    constexpr Tableau t = tableau();
    const Real last = h * weighted<Real>(t.dense, stages, rates, i);
    return interpolated(y.at(i), rates[0].at(i), next.at(i), rates[stages - 1].at(i), last, h, fraction);
}

}  // namespace modecollapse::dormand_prince_5
