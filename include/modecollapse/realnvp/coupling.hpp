// One coordinate of one affine coupling, and its derivatives: the element-wise part of a RealNVP layer.
//
//   s = c tanh(a / c)      bounded log-scale; a, t: outputs of the network
//   y = x e^s + t          log |dy/dx| = s          inverse: x = (y - t) e^-s
//
// Reverse pass of a scalar J: with g = dJ/dy and k = dJ/d(log det),
//   dJ/dx = g e^s,   dJ/dt = g,   dJ/da = (g x e^s + k) (1 - (s/c)^2)
//
// The score G = grad_x log q moves along with a sample: for an invertible layer y = T(x) the density of y has
//   G'(y) J_T = G(x) - grad log det J_T(x),
// so G'_active = G_active e^-s, and G'_passive = G_passive - (the reverse pass of the network with g = G'_active, k =
// 1). [Vaitl, Nicoli, Nakajima, Kessel, arXiv 2207.08219]: the path gradient without inverting the flow.
#pragma once

#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"

namespace modecollapse {

class AffineCoupling {
public:
    MC_HOST_DEVICE explicit AffineCoupling(double bound) : bound_(bound), inverse_(1.0 / bound) {}

    // s from a.
    template <class Real>
    MC_HOST_DEVICE Real log_scale(Real a) const {
        return Real(bound_) * tanh(Real(inverse_) * a);
    }
    template <class Real>
    MC_HOST_DEVICE static Real forward(Real x, Real scale, Real t) {
        return fma(x, scale, t);
    }
    template <class Real>
    MC_HOST_DEVICE static Real inverse(Real y, Real s, Real t) {
        return (y - t) * exp(-s);
    }
    // dJ/da. scale: e^s.
    template <class Real>
    MC_HOST_DEVICE Real reverse(Real x, Real s, Real scale, Real g, Real k) const {
        const Real ratio = Real(inverse_) * s;
        return fma(g * x, scale, k) * fma(-ratio, ratio, Real(1.0));
    }

private:
    double bound_, inverse_;
};

}  // namespace modecollapse
