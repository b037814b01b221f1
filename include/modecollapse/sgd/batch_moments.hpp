// Mean and covariance of what one sample of a stratum contributes to the gradients, by quadrature in one dimension: the
// diffusion approximation of sampled dynamics needs them at every state.
//
// The sample is x = mu_j + z. Everything that PHYSICS section 6 adds up over a batch is made of (sample_terms.hpp)
//
//   z,   A = r1,   T = tanh(y),   Y = A z,   F = f
//   A = A(a), a = <delta, z>, delta = (n1 - n2) / |n1 - n2|;   T = T(b), b = <e*, z>
//
// a and b are standard normals of correlation rho = <delta, e*>. With the normalized Hermite polynomials h_k, E h_k(a)
// h_l(b) = [k = l] rho^k [Mehler], so A = sum_k A_k h_k(a), T = sum_k T_k h_k(b) give every mixed moment as a series in
// rho, and derivatives by E phi'(a) h_k(a) = sqrt(k+1) phi_{k+1} [Stein]. In particular, up to a constant,
//
//   F = <l, z> + S(a) - beta V(b) + Q,    S_k = R |n1 - n2| A_{k-1} / sqrt(k),   V_k = R T_{k-1} / sqrt(k),
//   l = R n2 - (1 - beta) R n_j,          Q = -(1 - beta) (|z|^2 - d) / 2 = q sum over any axes of h_2,
//                                         q = -(1 - beta) / sqrt(2)
//
// A_k, T_k up to k = K and the variances of A and T: moment_sums.hpp. What is left of cov(A, T) beyond K is known at rho =
// 1 and -1; in between it counts with |rho|^(K+1). Measured errors: tests/stat/diffusion_moments_test. Dimensionless.
#pragma once

#include "modecollapse/sgd/moment_sums.hpp"
#include "modecollapse/sgd/spherical_step.hpp"

namespace modecollapse {

template <class Real, SgdProgram kind>
struct BatchMoments {
    static constexpr int size = MomentLayout<kind>::size;
    Real mean[size];
    Real covariance[size][size];   // of one sample; lower triangle
    Real expected_r1, r1_squared;  // E A, E A^2
};

// The moments of both strata at one state.
template <class Real, SgdProgram kind>
class MomentQuadrature {
    using Layout = MomentLayout<kind>;
    using Sums = MomentSums<Real, kind>;
    static constexpr int order = Layout::order;

public:
    // law, frame, y: of the state. The law is kept by the caller.
    MC_HOST_DEVICE MomentQuadrature(const SgdPayload& problem, const SampleLaw<Real>& law,
                                    const OrderParameters<Real>& y, const Frame<Real>& frame, double beta)
        : integral_(problem, law, y), dimension_(problem.dimension), beta_(beta), frame_(frame) {
        const Real difference[3] = {frame.m1 - frame.m2, frame.b1 - frame.b2, -frame.c2};
        const Real length =
            sqrt(fma(difference[0], difference[0],
                     fma(difference[1], difference[1], fma(difference[2], difference[2], Real(1e-300)))));
        for (int k = 0; k < 3; ++k) delta_[k] = difference[k] / length;
        if constexpr (together) integral_.template operator()<0, 2>(sums_);
    }

    // Moments of stratum j.
    template <int j>
    MC_HOST_DEVICE BatchMoments<Real, kind> moments() const {
        if constexpr (together) {
            return moments_of(sums_[j], j);
        } else {
            Sums sums[1];
            integral_.template operator()<j, j + 1>(sums);
            return moments_of(sums[0], j);
        }
    }

private:
    // Lanes of a pack share the polynomials of both strata; the sums of both would not fit in a GPU thread's registers.
    static constexpr bool together = NumberTraits<Real>::lanes > 1;

    // What the series in rho add up to; a GPU's thread forgets A_k and T_k then, and has room for the covariance.
    struct Series {
        Real pair;         // cov(A, T)
        Real along, mode;  // cov(Y, T) along delta and e*
        // of F: sums of S_k^2, rho^k S_k V_k and V_k^2; its covariances with A and T; with Y along delta and e*
        Real ss, st, tt, r1, tanh, f_along, f_mode;
        Real family[2], target[2];  // S_k, beta V_k: k = 1, 2
    };

    MC_HOST_DEVICE BatchMoments<Real, kind> moments_of(const Sums& s, int j) const {
        const Real rho = delta_[0];
        Series series = {};
        series.pair = covariance_of_pair(s, rho);
        if constexpr (Layout::with_score_term) add_score_series(s, rho, series);
        if constexpr (!Layout::plain)
            if (integral_.with_f()) add_f_series(s, rho, j, series);
        BatchMoments<Real, kind> m = {};
        auto& c = m.covariance;
        m.expected_r1 = s.a[0];
        m.r1_squared = s.aa;
        m.mean[Layout::r1] = s.a[0];
        m.mean[Layout::tanh] = s.t[0];
        c[Layout::r1][Layout::r1] = max(s.aa - s.a[0] * s.a[0], Real(0.0));
        c[Layout::tanh][Layout::tanh] = max(s.tt - s.t[0] * s.t[0], Real(0.0));
        c[Layout::tanh][Layout::r1] = series.pair;
        if constexpr (!Layout::plain) {
            for (int k = 0; k < 3; ++k) {
                c[Layout::z + k][Layout::z + k] = Real(1.0);
                c[Layout::r1][Layout::z + k] = s.a[1] * delta_[k];
            }
            c[Layout::tanh][Layout::z] = s.t[1];
            if constexpr (Layout::with_score_term) set_score_term(m, s, series);
            if (integral_.with_f()) set_f(m, s, series, j);
        }
        return m;
    }

    // cov(A, T)
    MC_HOST_DEVICE Real covariance_of_pair(const Sums& s, Real rho) const {
        Real sum = Real(0.0), power = Real(1.0), same = Real(0.0), opposite = Real(0.0);
        MC_UNROLL_ALL
        for (int k = 0; k <= order; ++k) {
            const Real product = s.a[k] * s.t[k];
            same = same + product;
            opposite = k % 2 == 0 ? opposite + product : opposite - product;
            if (k > 0) sum = fma(power, product, sum);
            power = power * rho;  // rho^(k + 1)
        }
        const Real rest = select(rho >= Real(0.0), s.same - same, s.opposite - opposite);
        return fma(abs(power), rest, sum);
    }

    MC_HOST_DEVICE void add_score_series(const Sums& s, Real rho, Series& series) const {
        Real along = Real(0.0), mode = Real(0.0), power = Real(1.0);
        MC_UNROLL_ALL
        for (int k = 0; k < order; ++k) {
            if (k > 0) along = fma(power * Real(moment_sums::root(k + 1)), s.a[k + 1] * s.t[k], along);
            mode = fma(power * Real(moment_sums::root(k + 1)), s.a[k] * s.t[k + 1], mode);
            power = power * rho;
        }
        series.along = along;
        series.mode = mode;
    }

    MC_HOST_DEVICE void set_score_term(BatchMoments<Real, kind>& m, const Sums& s, const Series& series) const {
        constexpr int y = Layout::r1_z;
        auto& c = m.covariance;
        const Real second = Real(moment_sums::root(2)) * s.a[2];
        for (int i = 0; i < 3; ++i) {
            m.mean[y + i] = s.a[1] * delta_[i];
            c[y + i][Layout::r1] = (s.aax - s.a[0] * s.a[1]) * delta_[i];
            c[y + i][Layout::tanh] = i == 0 ? fma(series.along, delta_[i], series.mode) : series.along * delta_[i];
            for (int k = 0; k < 3; ++k) {
                const Real product = delta_[i] * delta_[k];
                c[y + i][Layout::z + k] = i == k ? fma(second, product, s.a[0]) : second * product;
                if (k > i) continue;
                const Real rest = (s.aaxx - s.aa - s.a[1] * s.a[1]) * product;
                c[y + i][y + k] = i == k ? rest + s.aa : rest;
            }
        }
    }

    // l of stratum j, and <l, delta>.
    struct LinearPart {
        Real l[3], along;
    };
    MC_HOST_DEVICE LinearPart linear_part(int j) const {
        const Real n[2][3] = {{frame_.m1, frame_.b1, Real(0.0)}, {frame_.m2, frame_.b2, frame_.c2}};
        LinearPart part = {};
        for (int k = 0; k < 3; ++k) {
            part.l[k] = Real(integral_.radius()) * fma(Real(beta_ - 1.0), n[j][k], n[1][k]);
            part.along = fma(part.l[k], delta_[k], part.along);
        }
        return part;
    }
    MC_HOST_DEVICE Real q() const { return Real((beta_ - 1.0) * 0.70710678118654752440); }

    MC_HOST_DEVICE void add_f_series(const Sums& s, Real rho, int j, Series& series) const {
        const Real beta = Real(beta_);
        Real ss = Real(0.0), st = Real(0.0), tt = Real(0.0), r1 = Real(0.0), tanh = Real(0.0), mode = Real(0.0),
             along = Real(0.0), power = Real(1.0), family = Real(0.0), target = Real(0.0);
        if constexpr (Layout::with_score_term)
            along = fma(Real(moment_sums::root(2)) * s.a[2], linear_part(j).along,
                        q() * fma(Real(moment_sums::root(3)), s.a[3], Real(moment_sums::root(2)) * s.a[1]));
        MC_UNROLL_ALL
        for (int k = 0; k < order; ++k) {
            const Real next_family =
                           Real(integral_.radius() * moment_sums::inverse_root(k + 1)) * integral_.distance() * s.a[k],
                       next_target = Real(integral_.radius() * moment_sums::inverse_root(k + 1)) * beta * s.t[k];
            if constexpr (Layout::with_score_term) {
                along = fma(Real(moment_sums::root(k + 1)) * s.a[k + 1], fma(-power, target, family), along);
                along = fma(Real(moment_sums::root(k + 1)) * s.a[k], next_family, along);
                mode = fma(power * Real(moment_sums::root(k + 1)), s.a[k] * next_target, mode);
            }
            family = next_family;
            target = next_target;
            power = power * rho;
            ss = fma(family, family, ss);
            tt = fma(target, target, tt);
            st = fma(power * family, target, st);
            r1 = fma(s.a[k + 1], fma(-power, target, family), r1);
            tanh = fma(s.t[k + 1], fma(power, family, -target), tanh);
            if (k < 2) series.family[k] = family, series.target[k] = target;
        }
        series.ss = ss;
        series.st = st;
        series.tt = tt;
        series.r1 = r1;
        series.tanh = tanh;
        series.f_along = along;
        series.f_mode = mode;
    }

    MC_HOST_DEVICE void set_f(BatchMoments<Real, kind>& m, const Sums& s, const Series& series, int j) const {
        constexpr int f = Layout::f;
        auto& c = m.covariance;
        const LinearPart part = linear_part(j);
        const Real *linear = part.l, *family = series.family, *target = series.target;
        Real size = Real(0.0);  // |l|^2
        for (int k = 0; k < 3; ++k) size = fma(linear[k], linear[k], size);
        const Real q = this->q();
        m.mean[f] = s.f;
        c[f][Layout::r1] = fma(s.a[1], part.along, fma(q, s.a[2], series.r1));
        c[f][Layout::tanh] = fma(s.t[1], linear[0], fma(q, s.t[2], series.tanh));
        for (int k = 0; k < 3; ++k) {
            const Real rest = fma(family[0], delta_[k], linear[k]);
            c[f][Layout::z + k] = k == 0 ? rest - target[0] : rest;
        }
        const Real two = Real(2.0), spread = q * q * Real(dimension_);
        const Real variance = size + two * (family[0] * part.along - target[0] * linear[0]) +
                              (series.ss - two * series.st + series.tt) + spread + two * q * (family[1] - target[1]);
        // at q = p it is zero; what is left of the large terms then is rounding
        c[f][f] = select(variance > Real(1e-12) * (size + series.ss + series.tt + spread), variance, Real(0.0));
        if constexpr (Layout::with_score_term) {
            for (int i = 0; i < 3; ++i) {
                const Real rest = fma(s.a[0], linear[i], series.f_along * delta_[i]);
                c[f][Layout::r1_z + i] = i == 0 ? rest - series.f_mode : rest;
            }
        }
    }

    MomentIntegral<Real, kind> integral_;
    double dimension_, beta_;
    Frame<Real> frame_;
    Real delta_[3];
    Sums sums_[together ? 2 : 1];
};

}  // namespace modecollapse
