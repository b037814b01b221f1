// Whether the flow has come to its stable end, where nothing changes any more: from there it is carried to the horizon at
// no cost.
//
// Gradient flow descends the loss of a sample (POSTERIOR part A, less the constant (1/2) E |x|^2),
//
//   l = -tr C + (1/2) tr(P B) + (1/2) sum_a P_aa D_a - (beta/2) (M + sum_a log D_a),    P = Q + beta I,
//
// whose least value is known in closed form (host/linear_vae/fixed_points.hpp). A state whose loss is nearer to it than
// that of any other fixed point stays there for ever. That it has come is told by tr m m^T, tr Q and its rates. An explicit
// step hovers about a fixed point at its own tolerance: this is as near as a trajectory comes, and is asked to come here.
#pragma once

#include "modecollapse/linear_vae/field.hpp"

namespace modecollapse::linear_vae {

// l of a state.
template <class Real, class Shape>
MC_HOST_DEVICE Real loss_of(const Payload& problem, const State<Real, Shape>& y, Real beta) {
    Covariances<Real, Shape> cov;
    covariances_of(problem, y, cov);
    Real loss = Real(0.0);
    for (int a = 0; a < y.latent(); ++a) {
        Real along = y.variance(a) * (y.q(a, a) + beta) - beta * (Real(1.0) + log(y.variance(a)));
        along = fma(beta, cov.b[a][a], along);
        for (int b = 0; b < y.latent(); ++b) along = fma(y.q(a, b), cov.b[b][a], along);
        loss = loss + fma(Real(0.5), along, -cov.c[a][a]);
    }
    return loss;
}

template <class Shape>
class Settled {
public:
    MC_HOST_DEVICE explicit Settled(const Payload& problem)
        : problem_(problem), end_(problem.end), from_(problem.kl_weight.rises_until()) {
        // a signal that is lost decays to what the steps' errors leave of it
        const double lost = 10.0 * problem.tolerance * problem.start_scale / sqrt(problem.dimension);
        no_signal_ = lost * lost;
        known_ = end_.near > 0.0 && end_.kl_weight == problem.kl_weight.end && from_ < problem.horizon;
    }

    // In which lanes. rate: of y; theta: the present time; attempts: steps so far.
    template <class Real>
    MC_HOST_DEVICE MaskOf<Real> operator()(const State<Real, Shape>& y, const State<Real, Shape>& rate, Real theta,
                                           Real attempts) const {
        MaskOf<Real> settled = theta < theta;
        if (!known_) return settled;
        Real signal = Real(0.0), gram = Real(0.0);
        for (int a = 0; a < y.latent(); ++a) {
            gram = gram + y.q(a, a);
            for (int k = 0; k < y.signal(); ++k) signal = fma(y.m(a, k), y.m(a, k), signal);
        }
        const Real near = select(attempts > Real(patience), Real(wide * end_.near), Real(end_.near));
        settled = (theta >= Real(from_)) & (abs(gram - Real(end_.gram)) <= near) &
                  (abs(signal - Real(end_.signal)) <= (end_.signal > 0.0 ? near : Real(no_signal_)));
        if (any(settled)) exclude(y, rate, near, settled);
        return settled;
    }

private:
    template <class Real>
    MC_HOST_DEVICE_CALL void exclude(const State<Real, Shape>& y, const State<Real, Shape>& rate, Real near,
                                     MaskOf<Real>& settled) const {
        for (int i = 0; i < rate.size(); ++i) settled = settled & (abs(rate.at(i)) <= near);
        if (!any(settled)) return;
        State<Real, Shape> sane = y;  // the logarithm knows positive numbers only
        for (int a = 0; a < y.latent(); ++a) sane.variance(a) = select(settled, y.variance(a), Real(1.0));
        const Real excess = loss_of(problem_, sane, Real(end_.kl_weight)) - Real(end_.loss);
        settled = settled & (abs(excess) <= near);
    }

    static constexpr double patience = 2000.0, wide = 10.0;  // a stiff flow hovers more widely

    const Payload& problem_;
    const StableEnd& end_;
    double from_, no_signal_;
    bool known_;
};

}  // namespace modecollapse::linear_vae
