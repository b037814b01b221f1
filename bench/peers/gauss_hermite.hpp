// Gaussian expectations of PHYSICS section 3 by 64-node Gauss-Hermite quadrature for the weight exp(-z^2 / 2)
// (probabilists' polynomials): E f(Z) = sum_i w_i f(z_i). Compiled twice: as it is, and with -ffast-math (namespace
// fast_math).
#pragma once

namespace modecollapse::bench {

struct GaussHermite {
    static constexpr int nodes = 64;
    double node[nodes];
    double weight[nodes];  // they sum to 1
};

// Nodes and weights from the eigenvalues of the Jacobi matrix [Golub and Welsch, Math. Comp. 23 (1969) 221].
GaussHermite build_gauss_hermite();

#define MC_DECLARE_EXPECTATIONS(name)                                                                                 \
    namespace name {                                                                                                  \
    double attraction(const GaussHermite& rule, double radius, double half_log_odds, double m);                       \
    double overlap(const GaussHermite& rule, double radius, double weight1, double log_odds_of_the_second, double u); \
    }
MC_DECLARE_EXPECTATIONS(strict_math)
MC_DECLARE_EXPECTATIONS(fast_math)
#undef MC_DECLARE_EXPECTATIONS

}  // namespace modecollapse::bench
