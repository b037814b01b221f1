// Eigenvalues and eigenvectors of small symmetric matrices (n <= 16) by cyclic Jacobi rotations: A = U diag(w) U^T.
//
// A fixed number of sweeps and no branch on a value, so that the lanes of a pack and the threads of a GPU do the same
// operations in the same order. The off-diagonal part falls quadratically: eight sweeps leave it at rounding for n = 16
// (tests/unit/linear_vae_parts_test.cpp). Rotation [Golub and Van Loan, section 8.5]:  t = sign(z) / (|z| + sqrt(1 +
// z^2)), z = (a_qq - a_pp) / (2 a_pq).
#pragma once

#include "modecollapse/numbers/number.hpp"

namespace modecollapse {

MC_HOST_DEVICE constexpr int jacobi_sweeps(int n) { return n <= 1 ? 0 : n == 2 ? 1 : n <= 4 ? 6 : 8; }

// a: symmetric on entry, its eigenvalues on the diagonal on return. u: becomes the eigenvectors, one a column.
template <class Real, int most>
MC_HOST_DEVICE_CALL void rotate_to_diagonal(Real (&a)[most][most], Real (&u)[most][most], int n) {
    const Real zero = Real(0.0), one = Real(1.0);
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) u[i][j] = i == j ? one : zero;
    for (int sweep = 0; sweep < jacobi_sweeps(n); ++sweep)
        for (int p = 0; p + 1 < n; ++p)
            for (int q = p + 1; q < n; ++q) {
                const Real off = a[p][q], difference = a[q][q] - a[p][p];
                // t = 2 off / (difference +- sqrt(difference^2 + 4 off^2)), which needs no quotient of the two
                const Real root = sqrt(fma(difference, difference, Real(4.0) * off * off));
                const Real below = select(difference < zero, difference - root, difference + root);
                const Real t = select(abs(below) > zero, (off + off) / select(abs(below) > zero, below, one), zero);
                const Real c = one / sqrt(fma(t, t, one)), s = t * c;
                for (int k = 0; k < n; ++k) {
                    const Real x = a[k][p], y = a[k][q];
                    a[k][p] = fma(c, x, -(s * y));
                    a[k][q] = fma(s, x, c * y);
                }
                for (int k = 0; k < n; ++k) {
                    const Real x = a[p][k], y = a[q][k];
                    a[p][k] = fma(c, x, -(s * y));
                    a[q][k] = fma(s, x, c * y);
                    const Real v = u[k][p], w = u[k][q];
                    u[k][p] = fma(c, v, -(s * w));
                    u[k][q] = fma(s, v, c * w);
                }
            }
}

// The same; of one number without a call.
template <class Real, int most>
MC_HOST_DEVICE void symmetric_eigen(Real (&a)[most][most], Real (&u)[most][most], int n) {
    if constexpr (most == 1)
        u[0][0] = Real(1.0);
    else
        rotate_to_diagonal(a, u, n);
}

}  // namespace modecollapse
