// KL annealing of a VAE: the weight beta(theta) of the KL term, rising from b0 to its end value b. theta: the family's time; in
// the linear VAE learning rate x steps / N, in trained ones steps.
//
//   constant           beta = b
//   linear             beta = b0 + (b - b0) theta/t0          until t0
//   exponential_beta   beta = b + (b0 - b) e^{-theta/t0}
//   geometric          beta = b0 (b/b0)^{theta/t0}            until t0
//   tanh               beta = b0 + (b - b0) tanh(theta/t0)    [Ichikawa and Hukushima, arXiv 2310.15440]
//   cyclical           beta = b0 + (b - b0) min(1, u/share),  u in (0, 1] the place in a cycle of t0
//                      [Fu et al., arXiv 1903.10145]; the end of a cycle belongs to it
#pragma once

#include <cmath>

#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"

namespace modecollapse {

enum class KlAnnealing { constant, linear, exponential_beta, geometric, tanh, cyclical };
inline constexpr const char* kl_annealing_names[] = {"constant",  "linear", "exponential-beta",
                                                     "geometric", "tanh",   "cyclical"};

struct KlWeight {
    KlAnnealing annealing = KlAnnealing::constant;
    double end = 1.0;      // b
    double initial = 0.0;  // b0
    double time = 1.0;     // t0; cyclical: length of a cycle
    double share = 0.5;    // cyclical: of a cycle, in which beta rises

    // beta at theta. cycle: where the cycle of theta began (cyclical only).
    template <class Real>
    MC_HOST_DEVICE Real operator()(Real theta, Real cycle) const {
        const Real one = Real(1.0), rise = Real(end - initial);
        const Real elapsed = theta * Real(1.0 / time);
        switch (annealing) {
            case KlAnnealing::linear:
                return fma(rise, min(elapsed, one), Real(initial));
            case KlAnnealing::exponential_beta:
                return fma(-rise, exp(-elapsed), Real(end));
            case KlAnnealing::geometric:
                return select(elapsed >= one, Real(end),
                              Real(initial) * exp(Real(log(end) - log(initial)) * min(elapsed, one)));
            case KlAnnealing::tanh:
                return fma(rise, modecollapse::tanh(elapsed), Real(initial));
            case KlAnnealing::cyclical:
                return fma(rise, min((theta - cycle) * Real(1.0 / (time * share)), one), Real(initial));
            case KlAnnealing::constant:
                break;
        }
        return Real(end);
    }

    // The same with the cycle looked up.
    MC_HOST_DEVICE double at(double theta) const {
        double cycle = 0.0;
        if (annealing == KlAnnealing::cyclical && theta > 0.0) cycle = time * (::ceil(theta / time) - 1.0);
        return (*this)(theta, cycle);
    }

    // From here on beta is at its end, to rounding; infinite where it never stays.
    MC_HOST_DEVICE double rises_until() const {
        switch (annealing) {
            case KlAnnealing::linear:
            case KlAnnealing::geometric:
                return time;
            case KlAnnealing::exponential_beta:
                return 40.0 * time;
            case KlAnnealing::tanh:
                return 20.0 * time;
            case KlAnnealing::cyclical:
                return HUGE_VAL;
            case KlAnnealing::constant:
                break;
        }
        return 0.0;
    }

    // The first time after theta at which beta(theta) is not smooth, or `last`: no step of an integrator crosses it.
    template <class Real>
    MC_HOST_DEVICE Real next_corner(Real theta, Real cycle, Real last) const {
        if (annealing == KlAnnealing::linear || annealing == KlAnnealing::geometric)
            return select(theta < Real(time), min(Real(time), last), last);
        if (annealing == KlAnnealing::cyclical) {
            const Real knee = cycle + Real(share * time);
            return min(select(theta < knee, knee, cycle + Real(time)), last);
        }
        return last;
    }
};

}  // namespace modecollapse
