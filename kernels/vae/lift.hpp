// The lift of the singular values of a linear decoder's matrix: numbers/singular_value_lift.hpp.
#pragma once

#include "kernels/lanes/panel_products.hpp"
#include "modecollapse/numbers/singular_value_lift.hpp"
#include "modecollapse/vae/outcome.hpp"

namespace modecollapse::vae {

// Of a thread's weights (t, l), row-major. All lanes of a pack do the same, so that no function of plain numbers is compiled
// for one instruction set and used by another.
template <class Number, int most>
[[gnu::noinline]] void lift_weights_of(double inverse_lipschitz, int t, int l, ScalarOf<Number>* weights) {
    using T = ScalarOf<Number>;
    using Wide = Pack<double, register_bytes / 8>;
    Wide q[most][most], lift[most][most];
    const auto w = [&](int r, int k) { return Wide(static_cast<double>(weights[r * l + k])); };
    for (int a = 0; a < l; ++a)
        for (int b = 0; b <= a; ++b) {
            Wide sum = Wide(0.0);
            for (int r = 0; r < t; ++r) sum = fma(w(r, a), w(r, b), sum);
            q[a][b] = sum;
            q[b][a] = sum;
        }
    if (!any(lift_of_gram(Wide(inverse_lipschitz), q, l, lift))) return;
    for (int r = 0; r < t; ++r) {
        Wide row[most];
        for (int a = 0; a < l; ++a) {
            row[a] = w(r, 0) * lift[0][a];
            for (int b = 1; b < l; ++b) row[a] = fma(w(r, b), lift[b][a], row[a]);
        }
        for (int a = 0; a < l; ++a) {
            double lanes[register_bytes / 8];
            store(row[a], lanes);
            weights[r * l + a] = static_cast<T>(lanes[0]);
        }
    }
}

template <class Number>
void lift_weights(double inverse_lipschitz, int t, int l, ScalarOf<Number>* weights) {
    if (!(inverse_lipschitz > 0.0)) return;
    if (l <= 2) return lift_weights_of<Number, 2>(inverse_lipschitz, t, l, weights);
    lift_weights_of<Number, most_latent>(inverse_lipschitz, t, l, weights);
}

}  // namespace modecollapse::vae
