// The coefficients of the embedded Runge-Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6 (1980) 19): seven stages, the
// last of which is the first of the next step (FSAL), so that a step takes six evaluations of the field.
#pragma once

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse::dormand_prince_5 {

inline constexpr int stages = 7;

template <class Number>
struct TableauOf {
    Number node[stages];
    Number a[stages][stages - 1];
    Number error[stages];  // fifth-order solution less the embedded one
    Number dense[stages];  // continuous extension of order 4 (Hairer, Norsett, Wanner, Solving ODEs I, section II.6)
};
using Tableau = TableauOf<double>;

// A function, whose result a function on the device may hold as a constant of its own.
MC_HOST_DEVICE constexpr Tableau tableau() {
    return {{0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0},
            {{},
             {1.0 / 5.0},
             {3.0 / 40.0, 9.0 / 40.0},
             {44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0},
             {19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0},
             {9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0},
             {35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0}},
            {71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0},
            {-12715105075.0 / 11282082432.0, 0.0, 87487479700.0 / 32700410799.0, -10690763975.0 / 1880347072.0,
             701980252875.0 / 199316789632.0, -1453857185.0 / 822651844.0, 69997945.0 / 29380423.0}};
}

// The continuous extension: a number at t + fraction h, fraction in [0, 1], from its values and rates at both ends and `dense`, h times the
// sum of the rates by Tableau::dense.
template <class Real>
MC_HOST_DEVICE Real interpolated(Real y0, Real rate0, Real y1, Real rate1, Real dense, Real h, Real fraction) {
    const Real rest = Real(1.0) - fraction;
    const Real difference = y1 - y0;
    const Real slope = h * rate0 - difference;
    const Real curvature = difference - h * rate1 - slope;
    return y0 + fraction * (difference + rest * (slope + fraction * (curvature + rest * dense)));
}

}  // namespace modecollapse::dormand_prince_5
