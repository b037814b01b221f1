// The bimodal target as a density in R^d, for families that are no mixture (normalizing flows): PHYSICS section 1.
//
//   log p(x) = log( w* e^y + (1 - w*) e^-y ) - (|x|^2 + R^2 + d log 2 pi) / 2,   y = <mu*, x>
//   grad log p(x) = -x + mu* tanh(y + h*),   h* = (1/2) log( w* / (1 - w*) )
//   masses of the half-spaces y > 0 and y < 0:  w* Phi(R) + (1 - w*) Phi(-R), and the rest
//
// x enters through y and |x|^2 alone. The log-sum uses log(w* e^y + (1 - w*) e^-y) = |y + h*| + log(1 + e^{-2|y + h*|})
// + log sqrt(w*(1-w*)), as sgd/sample_terms.hpp does for the mixtures, where it shares its exponentials and its one
// division with the density of the family.
#pragma once

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/target/half_log_odds.hpp"

namespace modecollapse {

template <class Real>
struct TargetTerms {
    Real log_density;
    Real tanh;  // of y + h*: the pull toward the modes
};

class TargetDensity {
public:
    MC_HOST_DEVICE TargetDensity(double radius, double target_weight, double dimension) {
        half_log_odds_ = half_log_odds(target_weight);
        constant_ = log_target_scale(target_weight) - 0.5 * (radius * radius + dimension * log_two_pi);
    }

    // along: <mu*, x>; squared: |x|^2.
    template <class Real>
    MC_HOST_DEVICE TargetTerms<Real> operator()(Real along, Real squared) const {
        const Real one = Real(1.0);
        const Real y = along + Real(half_log_odds_);
        const Real size = abs(y);
        const Real opposite = exp(Real(-2.0) * size);  // the farther mode over the nearer
        const Real pull = (one - opposite) / (one + opposite);
        return {fma(Real(-0.5), squared, size + log(one + opposite) + Real(constant_)),
                select(y < Real(0.0), -pull, pull)};
    }

private:
    double half_log_odds_, constant_;
};

}  // namespace modecollapse
