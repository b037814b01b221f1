// Quantile of the standard normal law, by the rational functions of algorithm AS 241 [Wichura, Appl. Statist. 37 (1988)
// 477], PPND16.
//
//   z(q) with P(Z > z) = q,  0 < q <= 1/2,  so z >= 0
//
// Relative error about 1e-16 times a few; no digits are lost at either end.
#pragma once

#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

namespace as241 {
template <int n>
double ratio(const double (&numerator)[n], const double (&denominator)[n], double x) {
    double above = numerator[n - 1], below = denominator[n - 1];
    for (int i = n - 2; i >= 0; --i) {
        above = fma(above, x, numerator[i]);
        below = fma(below, x, denominator[i]);
    }
    return above / below;
}

inline constexpr double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                3.3430575583588128105e+4, 2.5090809287301226727e+3};
inline constexpr double b[8] = {1.0,
                                4.2313330701600911252e+1,
                                6.8718700749205790830e+2,
                                5.3941960214247511077e+3,
                                2.1213794301586595867e+4,
                                3.9307895800092710610e+4,
                                2.8729085735721942674e+4,
                                5.2264952788528545610e+3};
inline constexpr double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                2.27238449892691845833e-2, 7.74545014278341407640e-4};
inline constexpr double d[8] = {1.0,
                                2.05319162663775882187e0,
                                1.67638483018380384940e0,
                                6.89767334985100004550e-1,
                                1.48103976427480074590e-1,
                                1.51986665636164571966e-2,
                                5.47593808499534494600e-4,
                                1.05075007164441684324e-9};
inline constexpr double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
inline constexpr double f[8] = {1.0,
                                5.99832206555887937690e-1,
                                1.36929880922735805310e-1,
                                1.48753612908506148525e-2,
                                7.86869131145613259100e-4,
                                1.84631831751005468180e-5,
                                1.42151175831644588870e-7,
                                2.04426310338993978564e-15};
}  // namespace as241

inline double normal_upper_quantile(double tail) {
    const double centred = 0.5 - tail;
    if (centred <= 0.425) return centred * as241::ratio(as241::a, as241::b, 0.180625 - centred * centred);
    const double r = sqrt(-log(tail));
    return r <= 5.0 ? as241::ratio(as241::c, as241::d, r - 1.6) : as241::ratio(as241::e, as241::f, r - 5.0);
}

}  // namespace modecollapse
