// A target of K* modes as a density in R^d, for families that are no mixture (normalizing flows): COMPONENTS.
//
//   log p(x) = log sum_k e^{l_k} - ( |x|^2 + d log 2 pi ) / 2,   l_k = log om_k - |nu_k|^2 / 2 + <nu_k, x>
//   grad log p(x) = -x + sum_k s_k nu_k,   s = softmax(l): the responsibilities of the modes
//   the nearest mode of x has the largest  <nu_k, x> - |nu_k|^2 / 2
//
// x enters through its r coordinates u_a = <e_a, x> in the span of the modes, e_a orthonormal, and |x|^2 alone. Lengths in
// the units of the modes' standard deviation. Built by host/realnvp/placed_modes.
#pragma once

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/elementary.hpp"

namespace modecollapse {

struct TargetModes {
    int count = 0;                        // K*; 0: the bimodal target instead (target_density.hpp)
    int span = 1;                         // r
    const double* axis = nullptr;         // (r, d): e_a
    const double* mode = nullptr;         // (K*, r): nu_k in that basis
    const double* half_square = nullptr;  // (K*): |nu_k|^2 / 2
    const double* log_weight = nullptr;   // (K*): log om_k
    const double* cell_mass = nullptr;    // (K*): of the places that are nearest to mode k, under p
};

// <nu_k, x> - |nu_k|^2 / 2. Place: u(a), of Real.
template <class Real, class Place>
MC_HOST_DEVICE Real nearness(const TargetModes& target, int k, const Place& u) {
    Real sum = Real(-target.half_square[k]);
    for (int a = 0; a < target.span; ++a) sum = fma(Real(target.mode[k * target.span + a]), u(a), sum);
    return sum;
}

template <class Place>
MC_HOST_DEVICE int nearest_mode(const TargetModes& target, const Place& u) {
    int nearest = 0;
    double most = 0.0;
    for (int k = 0; k < target.count; ++k) {
        const double near = nearness<double>(target, k, u);
        if (k > 0 && !(near > most)) continue;
        nearest = k;
        most = near;
    }
    return nearest;
}

// log sum_k e^{l_k}, and share(k, s_k) for every mode: its responsibility at x. Shares are kept by whoever asks:
// share(k, value) puts, share(k) gets.
template <class Real, class Place, class Shares>
MC_HOST_DEVICE Real log_sum_of_modes(const TargetModes& target, const Place& u, const Shares& share) {
    Real largest = Real(0.0);
    for (int k = 0; k < target.count; ++k) {
        const Real logit = nearness<Real>(target, k, u) + Real(target.log_weight[k]);
        share(k, logit);
        largest = k == 0 ? logit : max(largest, logit);
    }
    Real sum = Real(0.0);
    for (int k = 0; k < target.count; ++k) {
        const Real one = exp(share(k) - largest);
        share(k, one);
        sum = sum + one;
    }
    const Real inverse = Real(1.0) / sum;
    for (int k = 0; k < target.count; ++k) share(k, share(k) * inverse);
    return largest + log(sum);
}

}  // namespace modecollapse
