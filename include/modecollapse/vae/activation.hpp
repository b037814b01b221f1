// Activations of the networks of a VAE, with the two derivatives that a gradient map and its reverse pass need.
//
//   softplus     log(1 + e^a)            convex, increasing, smooth
//   leaky-relu   max(a, a/5)             convex, increasing; its second derivative is taken as 0
//   tanh                                 not convex
//   quadratic    a^2 / 2                 convex; of a gradient map of one layer alone, which is linear then
//
// squared(f): f^2, convex where f is convex and not negative (softplus), or piecewise so (leaky-relu): the first layer of
// an input-convex network in the public code of [W21].
#pragma once

#include <type_traits>

#include "modecollapse/numbers/hyperbolic.hpp"
#include "modecollapse/vae/softplus.hpp"

namespace modecollapse::vae {

enum class Activation { softplus = 0, leaky_relu = 1, tanh = 2, quadratic = 3 };
inline constexpr const char* activation_names[] = {"softplus", "leaky-relu", "tanh", "quadratic"};
inline constexpr double leak = 0.2;

template <class Real>
MC_HOST_DEVICE Activated<Real> activated(Activation activation, Real a) {
    switch (activation) {
        case Activation::softplus:
            return softplus(a);
        case Activation::leaky_relu: {
            const auto positive = a >= Real(0.0);
            return {max(a, Real(leak) * a), select(positive, Real(1.0), Real(leak)), Real(0.0)};
        }
        case Activation::tanh: {
            const Real y = modecollapse::tanh(a), first = fma(-y, y, Real(1.0));
            return {y, first, Real(-2.0) * y * first};
        }
        default:
            return {Real(0.5) * a * a, a, Real(1.0)};
    }
}

// f(integral_constant): a loop over numbers is compiled for each activation.
template <class Function>
MC_HOST_DEVICE void with_activation(Activation activation, const Function& f) {
    switch (activation) {
        case Activation::softplus:
            return f(std::integral_constant<Activation, Activation::softplus>{});
        case Activation::leaky_relu:
            return f(std::integral_constant<Activation, Activation::leaky_relu>{});
        case Activation::tanh:
            return f(std::integral_constant<Activation, Activation::tanh>{});
        default:
            return f(std::integral_constant<Activation, Activation::quadratic>{});
    }
}

template <class Real>
MC_HOST_DEVICE Activated<Real> squared(const Activated<Real>& f) {
    return {f.value * f.value, Real(2.0) * f.value * f.first, Real(2.0) * fma(f.first, f.first, f.value * f.second)};
}

}  // namespace modecollapse::vae
