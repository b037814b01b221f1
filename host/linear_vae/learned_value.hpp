// The singular value of a decoder that learns an eigenvector of eigenvalue v (closed flow, M = 1, no noise of batches).
// With s the decoder's coefficient along it, g the encoder's, P = s^2 + beta and weight decay lam, the flow rests where
//
//   D = beta / P,   g = s / (P + lam / v),   v^2 (lam + v beta) P = (beta + lam P) (v P + lam)^2     (s > 0)
//
// lam = 0: s^2 = v - beta. Else the last line has no root P > 0 or two; the larger is the stable one. It is above beta
// wherever s = 0 is unstable, (1 + lam)(v beta + lam) < v^2; for lam (1 + lam) < v^2 < 2 lam (1 + lam)^2 / (1 + 2 lam) also in
// a window of beta above that: there both are stable and the transition is discontinuous.
#pragma once

#include "modecollapse/linear_vae/problem.hpp"

namespace modecollapse::linear_vae {

// s^2 of the stable active fixed point without inverse-Lipschitz constant; 0 where there is none.
double learned_squared(const Payload& problem, double eigenvalue);

}  // namespace modecollapse::linear_vae
