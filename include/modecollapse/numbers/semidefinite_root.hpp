// Cholesky factor of a matrix that may be singular.
#pragma once

#include "modecollapse/numbers/number.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse {

// Lower L with L L^T = a (n, n, lower triangle), in place, for a positive semi-definite matrix: a pivot that is lost in
// rounding ends its column. Matrix: a[i][k], of Real. unrolled: for a GPU, 1, or at least n where it is known when compiled.
template <class Real, int unrolled = 1, class Matrix>
MC_HOST_DEVICE_CALL void semidefinite_root(Matrix& a, int n) {
    const Real zero = Real(0.0), one = Real(1.0);
    MC_UNROLL(unrolled)
    for (int k = 0; k < n; ++k) {
        const Real whole = a[k][k];
        Real pivot = whole;
        for (int l = 0; l < k; ++l) pivot = fma(-a[k][l], a[k][l], pivot);
        const MaskOf<Real> kept = pivot > Real(1e-13) * whole;
        const Real root = sqrt(select(kept, pivot, zero));
        const Real inverse = select(kept, one / select(kept, root, one), zero);
        a[k][k] = root;
        for (int i = k + 1; i < n; ++i) {
            Real sum = a[i][k];
            for (int l = 0; l < k; ++l) sum = fma(-a[i][l], a[k][l], sum);
            a[i][k] = sum * inverse;
        }
    }
}

}  // namespace modecollapse
