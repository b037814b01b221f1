// What one sample contributes, from a few inner products: PHYSICS section 6. Shared by the full and the reduced
// sampler.
//
// The sample is x = mu_j + z, z ~ N(0, I_d). With unit vectors n_i = mu_i / R and e* = mu* / R,
//
//   log w1 phi(x - mu1) / (w2 phi(x - mu2)) = log(w1/w2) + <mu1 - mu2, x> =: l        r1 = 1 / (1 + e^-l),  r2 = 1 - r1
//   tanh(y),  y = <mu*, x> + h*
//   f = log q(x) - beta log p(x) = log( w1 e^<mu1,x> + w2 e^<mu2,x> ) - beta log( w* e^<mu*,x> + (1 - w*) e^-<mu*,x> )
//                                  - (1 - beta) ( |x|^2 + R^2 + d log 2 pi ) / 2
//
// which depend on z through <n1 - n2, z>, <n2, z>, <e*, z> and, at beta != 1, |z|^2 only. All dimensionless.
#pragma once

#include "modecollapse/mixture/order_parameters.hpp"
#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/sgd/payload.hpp"
#include "modecollapse/target/half_log_odds.hpp"

namespace modecollapse {

template <class Real>
struct SampleProjections {
    Real difference;  // <n1 - n2, z>
    Real second;      // <n2, z>
    Real mode;        // <e*, z>
    Real squared;     // |z|^2; the reduced sampler: of the part in the span, the rest is added to f later
};

template <class Real>
struct SampleTerms {
    Real r1;
    Real tanh;
    Real f;
};

// Evaluates samples at one state, at one inverse temperature.
template <class Real>
class SampleLaw {
public:
    // weights: of the state y. log_odds: log(w1/w2).
    MC_HOST_DEVICE SampleLaw(const SgdPayload& problem, const OrderParameters<Real>& y, const Weights<Real>& weights,
                             Real log_odds, double beta)
        : radius_(problem.radius), beta_(beta) {
        const double r2 = problem.radius * problem.radius;
        const double h = half_log_odds(problem.target_weight);
        const Real k = Real(r2) * y.u;
        ratio_[0] = log_odds + k;
        ratio_[1] = log_odds - k;
        // log w2 to full accuracy where w2 is small
        const Real log_second =
            select(log_odds > Real(0.0), log(weights.first) - log_odds, log(max(weights.second, Real(least_weight))));
        second_[0] = fma(Real(-r2), y.u, Real(r2)) + log_second;  // <mu2, mu1> = R^2 (1 - u)
        second_[1] = Real(r2) + log_second;
        mode_[0] = fma(Real(r2), y.m1, Real(h));
        mode_[1] = fma(Real(r2), y.m2, Real(h));
        constant_ = -beta * log_target_scale(problem.target_weight) -
                    (1.0 - beta) * (r2 + 0.5 * problem.dimension * log_two_pi);
    }

    // Terms of a sample of stratum j (0 or 1); f is zero if not asked for.
    template <int j>
    MC_HOST_DEVICE SampleTerms<Real> terms(const SampleProjections<Real>& z, bool with_f) const {
        const Real one = Real(1.0);
        const Real r = Real(radius_);
        const Real ratio = fma(r, z.difference, ratio_[j]);
        const Real y = fma(r, z.mode, mode_[j]);
        const Real size = abs(y);
        const Real smaller = exp(-abs(ratio));         // of the two components, over the larger
        const Real opposite = exp(Real(-2.0) * size);  // the same of the target's modes
        const Real family = one + smaller, target = one + opposite;
        const Real inverse = one / (family * target);
        const Real larger = target * inverse;  // 1 / (1 + smaller)
        const Real tanh_size = (one - opposite) * family * inverse;
        SampleTerms<Real> result;
        result.r1 = select(ratio >= Real(0.0), larger, smaller * larger);
        result.tanh = select(y >= Real(0.0), tanh_size, -tanh_size);
        result.f = Real(0.0);
        if (with_f) {
            const Real log_family = fma(r, z.second, second_[j]) + max(ratio, Real(0.0)) + log(family);
            const Real log_target = size + log(target);
            result.f = log_family - Real(beta_) * log_target + Real(constant_);
            if (beta_ != 1.0) {
                const Real along = j == 0 ? z.difference + z.second : z.second;  // <n_j, z>
                result.f = result.f - Real(1.0 - beta_) * fma(r, along, Real(0.5) * z.squared);
            }
        }
        return result;
    }

private:
    static constexpr double least_weight = 1e-300;
    double radius_;
    double beta_;
    double constant_;
    Real ratio_[2];   // l at z = 0, by stratum
    Real second_[2];  // log w2 + <mu2, x> at z = 0
    Real mode_[2];    // y at z = 0
};

}  // namespace modecollapse
