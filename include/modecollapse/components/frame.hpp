// Means as coordinates in an orthonormal frame whose first r axes span the modes, and the order parameters of them.
#pragma once

#include "modecollapse/components/state.hpp"

namespace modecollapse::components {

// mean: (K, axes).
template <class Real>
MC_HOST_DEVICE_CALL void order_parameters_of(const Payload& problem, const Rows<Real>& mean, const State<Real>& y) {
    for (int i = 0; i < y.components; ++i) {
        for (int j = 0; j <= i; ++j) {
            Real sum = Real(0.0);
            for (int c = 0; c < mean.columns; ++c) sum = fma(mean[i][c], mean[j][c], sum);
            y.q(i, j) = sum;
        }
        for (int k = 0; k < y.modes; ++k) {
            Real sum = Real(0.0);
            for (int c = 0; c < problem.span; ++c) sum = fma(mean[i][c], Real(problem.mode[k * problem.span + c]), sum);
            y.m(i, k) = sum;
        }
    }
}

}  // namespace modecollapse::components
