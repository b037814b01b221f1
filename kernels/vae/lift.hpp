// The lift of the singular values of a linear decoder's matrix: numbers/singular_value_lift.hpp.
#pragma once

#include "kernels/training/block_call.hpp"
#include "modecollapse/numbers/singular_value_lift.hpp"
#include "modecollapse/vae/outcome.hpp"

namespace modecollapse::vae {

// Of a member's weights (t, l), row-major, by one thread. Real: Layers::Alone (kernels/training/layers.hpp); all lanes of a pack do
// the same, so that no function of plain numbers is compiled for one instruction set and used by another.
template <class Real, int most, class T>
MC_BLOCK_CALL void lift_weights_of(double inverse_lipschitz, int t, int l, T* weights) {
    MC_IN_DEVICE_MEMORY(weights);
    constexpr int lanes = NumberTraits<Real>::lanes;
    Real q[most][most], lift[most][most];
    const auto w = [&](int r, int k) { return Real(static_cast<double>(weights[r * l + k])); };
    for (int a = 0; a < l; ++a)
        for (int b = 0; b <= a; ++b) {
            Real sum = Real(0.0);
            for (int r = 0; r < t; ++r) sum = fma(w(r, a), w(r, b), sum);
            q[a][b] = sum;
            q[b][a] = sum;
        }
    if (!any(lift_of_gram(Real(inverse_lipschitz), q, l, lift))) return;
    for (int r = 0; r < t; ++r) {
        Real row[most];
        for (int a = 0; a < l; ++a) {
            row[a] = w(r, 0) * lift[0][a];
            for (int b = 1; b < l; ++b) row[a] = fma(w(r, b), lift[b][a], row[a]);
        }
        for (int a = 0; a < l; ++a) {
            double lane[lanes];
            store(row[a], lane);
            weights[r * l + a] = static_cast<T>(lane[0]);
        }
    }
}

template <class Real, class T>
MC_HOST_DEVICE void lift_weights(double inverse_lipschitz, int t, int l, T* weights) {
    if (!(inverse_lipschitz > 0.0)) return;
    if (l <= 2) return lift_weights_of<Real, 2>(inverse_lipschitz, t, l, weights);
    lift_weights_of<Real, most_latent>(inverse_lipschitz, t, l, weights);
}

}  // namespace modecollapse::vae
