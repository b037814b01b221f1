// Order parameters of the linear VAE: POSTERIOR part A. Decoder W (N, M), encoder V (N, M), signal W* (N, S), all
// dimensionless:
//
//   m = W^T W*/N,  d = V^T W*/N  (M, S),   Q = W^T W/N,  E = V^T V/N,  R = W^T V/N  (M, M),   D (M): encoder's variances
//
// Q and E are stored as triangles: a rounding asymmetry of theirs would grow under the inverse-Lipschitz constraint.
#pragma once

#include "modecollapse/linear_vae/shape.hpp"
#include "modecollapse/numbers/number.hpp"

namespace modecollapse::linear_vae {

template <class Number, class ShapeType>
struct State : ShapeType {
    using Real = Number;
    using Shape = ShapeType;
    static constexpr int most_size = state_size(Shape::most_latent, Shape::most_signal);
    Real value[most_size];

    MC_HOST_DEVICE int size() const { return state_size(this->latent(), this->signal()); }
    MC_HOST_DEVICE Real& at(int i) { return value[i]; }
    MC_HOST_DEVICE const Real& at(int i) const { return value[i]; }

    MC_HOST_DEVICE int m_at(int a, int k) const { return a * this->signal() + k; }
    MC_HOST_DEVICE int d_at(int a, int k) const { return signals() + m_at(a, k); }
    MC_HOST_DEVICE int q_at(int a, int b) const { return 2 * signals() + triangle(a, b); }
    MC_HOST_DEVICE int e_at(int a, int b) const { return q_at(a, b) + triangle_size(this->latent()); }
    MC_HOST_DEVICE int r_at(int a, int b) const {
        return 2 * signals() + 2 * triangle_size(this->latent()) + a * this->latent() + b;
    }
    MC_HOST_DEVICE int variance_at(int a) const { return r_at(this->latent(), 0) + a; }

    MC_HOST_DEVICE Real& m(int a, int k) { return value[m_at(a, k)]; }
    MC_HOST_DEVICE Real& d(int a, int k) { return value[d_at(a, k)]; }
    MC_HOST_DEVICE Real& q(int a, int b) { return value[q_at(a, b)]; }
    MC_HOST_DEVICE Real& e(int a, int b) { return value[e_at(a, b)]; }
    MC_HOST_DEVICE Real& r(int a, int b) { return value[r_at(a, b)]; }
    MC_HOST_DEVICE Real& variance(int a) { return value[variance_at(a)]; }
    MC_HOST_DEVICE const Real& m(int a, int k) const { return value[m_at(a, k)]; }
    MC_HOST_DEVICE const Real& d(int a, int k) const { return value[d_at(a, k)]; }
    MC_HOST_DEVICE const Real& q(int a, int b) const { return value[q_at(a, b)]; }
    MC_HOST_DEVICE const Real& e(int a, int b) const { return value[e_at(a, b)]; }
    MC_HOST_DEVICE const Real& r(int a, int b) const { return value[r_at(a, b)]; }
    MC_HOST_DEVICE const Real& variance(int a) const { return value[variance_at(a)]; }

private:
    MC_HOST_DEVICE int signals() const { return this->latent() * this->signal(); }
};

// A state of the sizes of another one; its numbers are not set.
template <class StateType>
MC_HOST_DEVICE StateType like(const StateType& other) {
    StateType state;
    static_cast<typename StateType::Shape&>(state) = other;
    return state;
}

// A state in memory whose sizes are known when run: that of the host, and of a trajectory at its end.
using AnyState = State<double, BoundedShape<most_directions>>;

}  // namespace modecollapse::linear_vae
