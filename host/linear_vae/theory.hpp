// Closed forms of the linear VAE: POSTERIOR part A, Known answers. The flow (learning rate to 0) without weight decay
// unless said otherwise; M = M* = 1, a = rho + eta, f the activity floor.
//
//   plateau rate    r = (1/2) [ -(1 + beta a) + sqrt((1 + beta a)^2 + 4 a (a - beta)) ],     beta > eta
//   P(collapsed)    erf( sqrt(f N / (2 a (1 - f/B_end))) e^{-r T} / (s0 e_d) ),  B_end = 1 - beta/a,
//                   e_d = (1 + r) / sqrt(a^2 + (1 + r)^2): second component of the unit eigenvector of [[-1, a], [a, -beta a]]
//
// Good to about a percent for small s0^2 and f (tests/stat/linear_vae_probability_test.cpp).
#pragma once

#include "modecollapse/linear_vae/problem.hpp"

namespace modecollapse::linear_vae {

// Is noise learned where nothing is: beta <= eta without weight decay. Then there is no plateau.
bool learns_noise(const Payload& problem);

// Rate at which the plateau is left, negative above beta = a; under an inverse-Lipschitz constant the plateau's own
// (fixed_points.hpp); with weight decay too.
double plateau_rate(const Payload& problem);

// P(collapsed) at the horizon. Throws std::domain_error outside beta > eta, L = 0, constant KL weight, M = M* = 1.
double collapse_probability(const Payload& problem);

// Time until half the members are active. Infinite where half never are.
double median_time_to_activity(const Payload& problem);

// The KL weight at which P(collapsed) = level at the horizon.
struct CriticalKlWeight {
    enum class Status { found, below_range, not_reached } status;  // below_range: P >= level from eta on
    double value;                                                  // NaN unless found
};
CriticalKlWeight critical_kl_weight(Payload problem, double level);

// Above this no end of the flow is active: a (1 - f) for L <= sqrt(f a), then L sqrt(a/f) - L^2, 0 where nothing ever is.
// With weight decay by the learned value (learned_value.hpp); where the transition is discontinuous this is where the
// active state ceases to exist, and a small start stays collapsed from stable_collapse_kl_weight on.
double boundary_kl_weight(const Payload& problem);

// Above this a latent beyond M* is dead: eta in the flow, more at a finite learning rate (flow_noise); with weight decay
// too.
double superfluous_kl_weight(const Payload& problem);

// Above this the collapsed state is stable: (1 + lam)(beta a + lam) = a^2.
double stable_collapse_kl_weight(const Payload& problem);

}  // namespace modecollapse::linear_vae
