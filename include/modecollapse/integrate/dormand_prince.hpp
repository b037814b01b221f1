// Embedded Runge-Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6 (1980) 19) over any state with size()
// and at(i).
//
// Seven stages, the last of which is the first of the next step (FSAL): six evaluations of the field a step.
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse::dormand_prince_5 {

inline constexpr int stages = 7;
// sum_j coefficient[j] rate[j], component i.
template <int count, class State>
MC_HOST_DEVICE typename State::Real weighted(const double (&coefficient)[count], int used, const State* rate, int i) {
    using Real = typename State::Real;
    Real sum = Real(coefficient[0]) * rate[0].at(i);
    for (int j = 1; j < used; ++j)
        if (coefficient[j] != 0.0) sum = fma(Real(coefficient[j]), rate[j].at(i), sum);
    return sum;
}

// An attempt of size h from `y`. Field: (state, node, rate), the rates at the time t + node h, node a double. rates:
// (stages), the first of them given; the last is that at the end. next: becomes the state there.
template <class Field, class State, class Real>
MC_HOST_DEVICE void attempt(const Field& field, const State& y, Real h, State* rates, State& next) {
    constexpr double node[stages] = {0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0};
    constexpr double a[stages][stages - 1] = {
        {},
        {1.0 / 5.0},
        {3.0 / 40.0, 9.0 / 40.0},
        {44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0},
        {19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0},
        {9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0},
        {35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0}};
    const int size = y.size();
    for (int stage = 1; stage < stages; ++stage) {
        for (int i = 0; i < size; ++i) next.at(i) = fma(h, weighted(a[stage], stage, rates, i), y.at(i));
        field(next, node[stage], rates[stage]);
    }
}

// Difference of the embedded solutions, component i.
template <class State, class Real>
MC_HOST_DEVICE Real error_of(const State* rates, Real h, int i) {
    constexpr double difference[stages] = {71.0 / 57600.0,      0.0,          -71.0 / 16695.0, 71.0 / 1920.0,
                                           -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0};
    return h * weighted(difference, stages, rates, i);
}

// Continuous extension of order 4 (Hairer, Norsett, Wanner, Solving ODEs I, section II.6): component i at t + fraction
// h, fraction in [0, 1].
template <class State, class Real>
MC_HOST_DEVICE Real interpolated(const State& y, const State& next, const State* rates, Real h, Real fraction, int i) {
    constexpr double dense[stages] = {-12715105075.0 / 11282082432.0,  0.0,
                                      87487479700.0 / 32700410799.0,   -10690763975.0 / 1880347072.0,
                                      701980252875.0 / 199316789632.0, -1453857185.0 / 822651844.0,
                                      69997945.0 / 29380423.0};
    const Real rest = Real(1.0) - fraction;
    const Real difference = next.at(i) - y.at(i);
    const Real slope = h * rates[0].at(i) - difference;
    const Real curvature = difference - h * rates[stages - 1].at(i) - slope;
    const Real last = h * weighted(dense, stages, rates, i);
    return y.at(i) + fraction * (difference + rest * (slope + fraction * (curvature + rest * last)));
}

}  // namespace modecollapse::dormand_prince_5
