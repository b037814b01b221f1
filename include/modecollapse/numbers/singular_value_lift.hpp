// The lift of singular values below L: with the Gram matrix Q = W^T W = U diag(q) U^T,
//
//   T = U diag(max(1, L/sqrt q)) U^T,   W <- W T
//
// is the nearest matrix whose singular values are all at least L: what an inverse-Lipschitz linear decoder does after each step
// (POSTERIOR part A).
#pragma once

#include "modecollapse/numbers/symmetric_eigen.hpp"

namespace modecollapse {

// U diag(value) U^T.
template <class Real, int most>
MC_HOST_DEVICE_CALL void rotated_diagonal(const Real (&u)[most][most], const Real (&value)[most], int n,
                                          Real (&result)[most][most]) {
    for (int a = 0; a < n; ++a)
        for (int b = 0; b <= a; ++b) {
            Real sum = u[a][0] * value[0] * u[b][0];
            for (int k = 1; k < n; ++k) sum = fma(u[a][k] * value[k], u[b][k], sum);
            result[a][b] = sum;
            result[b][a] = sum;
        }
}

// T from Q, which is used up: the identity in a lane without a singular value below L. Which lanes have one; where none has, T
// is left as it was.
template <class Real, int most>
MC_HOST_DEVICE_CALL MaskOf<Real> lift_of_gram(const Real& least_value, Real (&q)[most][most], int n,
                                              Real (&t)[most][most]) {
    const Real zero = Real(0.0), one = Real(1.0), least = least_value * least_value;
    Real u[most][most], factor[most];
    symmetric_eigen(q, u, n);
    MaskOf<Real> below = zero > zero;
    for (int a = 0; a < n; ++a) {
        const MaskOf<Real> low = q[a][a] < least;
        below = below | low;
        // a singular value of 0 has no direction of its own to be lifted along: as good as the smallest number
        factor[a] = select(low, sqrt(least / max(q[a][a], Real(1e-280))), one);
    }
    if (!any(below)) return below;
    rotated_diagonal(u, factor, n, t);
    for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b) t[a][b] = select(below, t[a][b], a == b ? one : zero);
    return below;
}

}  // namespace modecollapse
