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
// A_k, T_k up to k = K (16, or 24 where more than cov(A, T) hangs on them), and the variances of A and T, by the
// trapezoidal rule, whose error falls exponentially: at the spacing pi^2 / (18.4 R), with the poles of A and T at pi /
// (2 R) from the axis, and |z| <= 6, moments are off by some 1e-8. What is left of cov(A, T) beyond K is known at rho =
// 1 and -1; in between it counts with |rho|^(K+1). Measured errors: tests/stat/diffusion_moments_test. Dimensionless.
#pragma once

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/sgd/spherical_step.hpp"

namespace modecollapse {

// Where the quantities stand in a vector of them; -1: not needed by the kind.
template <SgdProgram kind>
struct MomentLayout {
    static constexpr bool plain = kind == SgdProgram::plain, with_score_term = kind == SgdProgram::reparameterized;
    static constexpr int z = plain ? -1 : 0;
    static constexpr int r1 = plain ? 0 : 3;
    static constexpr int tanh = r1 + 1;
    static constexpr int r1_z = with_score_term ? 5 : -1;
    static constexpr int f = plain ? -1 : with_score_term ? 8 : 5;
    static constexpr int size = plain ? 2 : f + 1;
};

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
    static constexpr int order = Layout::plain ? 16 : 24;

public:
    // law, frame, y: of the state. The law is kept by the caller.
    MC_HOST_DEVICE MomentQuadrature(const SgdPayload& problem, const SampleLaw<Real>& law,
                                    const OrderParameters<Real>& y, const Frame<Real>& frame, double beta)
        : law_(law), radius_(problem.radius), dimension_(problem.dimension), beta_(beta), frame_(frame) {
        with_f_ = !Layout::plain && problem.geometry != WeightGeometry::fixed;
        distance_ = sqrt(Real(2.0) * max(y.u, Real(0.0)));
        const Real difference[3] = {frame.m1 - frame.m2, frame.b1 - frame.b2, -frame.c2};
        const Real length =
            sqrt(fma(difference[0], difference[0],
                     fma(difference[1], difference[1], fma(difference[2], difference[2], Real(1e-300)))));
        for (int k = 0; k < 3; ++k) delta_[k] = difference[k] / length;
        if constexpr (together) integrate<0, 2>(sums_);
    }

    // Moments of stratum j.
    template <int j>
    MC_HOST_DEVICE BatchMoments<Real, kind> moments() const {
        if constexpr (together) {
            return moments_of(sums_[j], j);
        } else {
            Sums sums[1];
            integrate<j, j + 1>(sums);
            return moments_of(sums[0], j);
        }
    }

private:
    // Lanes of a pack share the polynomials of both strata; the sums of both would not fit in a GPU thread's registers.
    static constexpr bool together = NumberTraits<Real>::lanes > 1;

    struct Sums {
        Real a[order + 1], t[order + 1];  // A_k, T_k
        Real aa, tt;                      // E A^2, E T^2
        Real same, opposite;              // E A(x) T(x), E A(x) T(-x): rho = 1 and -1
        Real aax, aaxx;                   // E A^2 a, E A^2 a^2
        Real f;                           // E F, up to a constant that both strata share
    };

    MC_HOST_DEVICE BatchMoments<Real, kind> moments_of(const Sums& s, int j) const {
        const Real rho = delta_[0];
        BatchMoments<Real, kind> m = {};
        auto& c = m.covariance;
        m.expected_r1 = s.a[0];
        m.r1_squared = s.aa;
        m.mean[Layout::r1] = s.a[0];
        m.mean[Layout::tanh] = s.t[0];
        c[Layout::r1][Layout::r1] = max(s.aa - s.a[0] * s.a[0], Real(0.0));
        c[Layout::tanh][Layout::tanh] = max(s.tt - s.t[0] * s.t[0], Real(0.0));
        c[Layout::tanh][Layout::r1] = covariance_of_pair(s, rho);
        if constexpr (!Layout::plain) {
            for (int k = 0; k < 3; ++k) {
                c[Layout::z + k][Layout::z + k] = Real(1.0);
                c[Layout::r1][Layout::z + k] = s.a[1] * delta_[k];
            }
            c[Layout::tanh][Layout::z] = s.t[1];
            if constexpr (Layout::with_score_term) add_score_term(m, s, rho);
            if (with_f_) add_f(m, s, rho, j);
        }
        return m;
    }

    // Sums of strata first, first + 1, ... before `end` into sums[0], ...
    template <int first, int end>
    MC_HOST_DEVICE void integrate(Sums (&sums)[end - first]) const {
        constexpr int count = end - first;
        const double farthest = 6.0, digits = 18.4;  // log 1e8
        const int half = static_cast<int>(farthest * max(digits * radius_ / (pi * pi), 2.0)) + 1;
        const double spacing = farthest / half;
        for (Sums& s : sums) s = {};
        double total = 0.0;
        for (int node = 0; node < half; ++node) {
            const double x = (node + 0.5) * spacing, weight = spacing * inverse_sqrt_two_pi * exp(-0.5 * x * x);
            total += 2.0 * weight;
            Real even_a[count], odd_a[count], even_t[count], odd_t[count];
            add_node<first>(sums[0], x, weight, even_a[0], odd_a[0], even_t[0], odd_t[0]);
            if constexpr (count > 1) add_node<first + 1>(sums[1], x, weight, even_a[1], odd_a[1], even_t[1], odd_t[1]);
            double before = 0.0, hermite = 1.0;
            MC_UNROLL_ALL
            for (int k = 0; k <= order; ++k) {
                const Real h = Real(hermite);
                for (int j = 0; j < count; ++j) {
                    sums[j].a[k] = fma(h, k % 2 == 0 ? even_a[j] : odd_a[j], sums[j].a[k]);
                    sums[j].t[k] = fma(h, k % 2 == 0 ? even_t[j] : odd_t[j], sums[j].t[k]);
                }
                const double next = (x * hermite - root(k) * before) * inverse_root(k + 1);
                before = hermite;
                hermite = next;
            }
        }
        // the weights add up to 1 - 2e-9: made a probability, so that a variance that is zero comes out as zero
        for (Sums& s : sums) {
            scale(s, Real(1.0 / total));
            s.a[0] = s.a[0] + Real(0.5);
        }
    }

    MC_HOST_DEVICE static void scale(Sums& s, Real factor) {
        for (int k = 0; k <= order; ++k) {
            s.a[k] = factor * s.a[k];
            s.t[k] = factor * s.t[k];
        }
        s.aa = factor * s.aa;
        s.tt = factor * s.tt;
        s.same = factor * s.same;
        s.opposite = factor * s.opposite;
        s.aax = factor * s.aax;
        s.aaxx = factor * s.aaxx;
        s.f = factor * s.f;
    }

    template <int j>
    MC_HOST_DEVICE void add_node(Sums& s, double x, double weight, Real& even_a, Real& odd_a, Real& even_t,
                                 Real& odd_t) const {
        const Real zero = Real(0.0), at = Real(x), w = Real(weight);
        const SampleTerms<Real> plus = law_.template terms<j>({distance_ * at, zero, at, zero}, with_f_);
        const SampleTerms<Real> minus = law_.template terms<j>({-(distance_ * at), zero, -at, zero}, with_f_);
        even_a = w * (plus.r1 + minus.r1 - Real(1.0));  // of A - 1/2
        odd_a = w * (plus.r1 - minus.r1);
        even_t = w * (plus.tanh + minus.tanh);
        odd_t = w * (plus.tanh - minus.tanh);
        s.tt = fma(w, fma(plus.tanh, plus.tanh, minus.tanh * minus.tanh), s.tt);
        s.same = fma(w, fma(plus.r1, plus.tanh, minus.r1 * minus.tanh), s.same);
        s.opposite = fma(w, fma(plus.r1, minus.tanh, minus.r1 * plus.tanh), s.opposite);
        const Real squares = w * fma(plus.r1, plus.r1, minus.r1 * minus.r1);
        s.aa = s.aa + squares;
        s.aax = fma(at, fma(plus.r1, plus.r1, -(minus.r1 * minus.r1)) * w, s.aax);
        s.aaxx = fma(at * at, squares, s.aaxx);
        if (with_f_) s.f = fma(w, plus.f + minus.f, s.f);
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

    MC_HOST_DEVICE void add_score_term(BatchMoments<Real, kind>& m, const Sums& s, Real rho) const {
        constexpr int y = Layout::r1_z;
        auto& c = m.covariance;
        const Real second = Real(root(2)) * s.a[2];
        Real along = Real(0.0), mode = Real(0.0), power = Real(1.0);
        MC_UNROLL_ALL
        for (int k = 0; k < order; ++k) {
            if (k > 0) along = fma(power * Real(root(k + 1)), s.a[k + 1] * s.t[k], along);
            mode = fma(power * Real(root(k + 1)), s.a[k] * s.t[k + 1], mode);
            power = power * rho;
        }
        for (int i = 0; i < 3; ++i) {
            m.mean[y + i] = s.a[1] * delta_[i];
            c[y + i][Layout::r1] = (s.aax - s.a[0] * s.a[1]) * delta_[i];
            c[y + i][Layout::tanh] = i == 0 ? fma(along, delta_[i], mode) : along * delta_[i];
            for (int k = 0; k < 3; ++k) {
                const Real product = delta_[i] * delta_[k];
                c[y + i][Layout::z + k] = i == k ? fma(second, product, s.a[0]) : second * product;
                if (k > i) continue;
                const Real rest = (s.aaxx - s.aa - s.a[1] * s.a[1]) * product;
                c[y + i][y + k] = i == k ? rest + s.aa : rest;
            }
        }
    }

    MC_HOST_DEVICE void add_f(BatchMoments<Real, kind>& m, const Sums& s, Real rho, int j) const {
        constexpr int f = Layout::f;
        auto& c = m.covariance;
        const Real n[2][3] = {{frame_.m1, frame_.b1, Real(0.0)}, {frame_.m2, frame_.b2, frame_.c2}};
        const Real beta = Real(beta_), q = Real((beta_ - 1.0) * 0.70710678118654752440);
        Real linear[3], along = Real(0.0), size = Real(0.0);  // l, <l, delta>, |l|^2
        for (int k = 0; k < 3; ++k) {
            linear[k] = Real(radius_) * fma(Real(beta_ - 1.0), n[j][k], n[1][k]);
            along = fma(linear[k], delta_[k], along);
            size = fma(linear[k], linear[k], size);
        }
        Real family[order + 1], target[order + 1];  // S_k, beta V_k
        family[0] = target[0] = Real(0.0);
        Real ss = Real(0.0), st = Real(0.0), tt = Real(0.0), r1 = Real(0.0), tanh = Real(0.0), power = rho;
        MC_UNROLL_ALL
        for (int k = 1; k <= order; ++k) {
            family[k] = Real(radius_ * inverse_root(k)) * distance_ * s.a[k - 1];
            target[k] = Real(radius_ * inverse_root(k)) * beta * s.t[k - 1];
            ss = fma(family[k], family[k], ss);
            tt = fma(target[k], target[k], tt);
            st = fma(power * family[k], target[k], st);
            r1 = fma(s.a[k], fma(-power, target[k], family[k]), r1);
            tanh = fma(s.t[k], fma(power, family[k], -target[k]), tanh);
            power = power * rho;
        }
        m.mean[f] = s.f;
        c[f][Layout::r1] = fma(s.a[1], along, fma(q, s.a[2], r1));
        c[f][Layout::tanh] = fma(s.t[1], linear[0], fma(q, s.t[2], tanh));
        for (int k = 0; k < 3; ++k) {
            const Real rest = fma(family[1], delta_[k], linear[k]);
            c[f][Layout::z + k] = k == 0 ? rest - target[1] : rest;
        }
        const Real two = Real(2.0), spread = q * q * Real(dimension_);
        const Real variance = size + two * (family[1] * along - target[1] * linear[0]) + (ss - two * st + tt) + spread +
                              two * q * (family[2] - target[2]);
        // at q = p it is zero; what is left of the large terms then is rounding
        c[f][f] = select(variance > Real(1e-12) * (size + ss + tt + spread), variance, Real(0.0));
        if constexpr (Layout::with_score_term) {
            Real delta = fma(Real(root(2)) * s.a[2], along, q * fma(Real(root(3)), s.a[3], Real(root(2)) * s.a[1])),
                 mode = Real(0.0);
            power = Real(1.0);
            MC_UNROLL_ALL
            for (int k = 0; k < order; ++k) {
                delta = fma(Real(root(k + 1)) * s.a[k + 1], fma(-power, target[k], family[k]), delta);
                delta = fma(Real(root(k + 1)) * s.a[k], family[k + 1], delta);
                mode = fma(power * Real(root(k + 1)), s.a[k] * target[k + 1], mode);
                power = power * rho;
            }
            for (int i = 0; i < 3; ++i) {
                const Real rest = fma(s.a[0], linear[i], delta * delta_[i]);
                c[f][Layout::r1_z + i] = i == 0 ? rest - mode : rest;
            }
        }
    }

    MC_HOST_DEVICE static double root(int k) { return sqrt(static_cast<double>(k)); }
    MC_HOST_DEVICE static double inverse_root(int k) { return 1.0 / root(k); }

    const SampleLaw<Real>& law_;
    double radius_, dimension_, beta_;
    bool with_f_;
    Frame<Real> frame_;
    Real distance_, delta_[3];
    Sums sums_[together ? 2 : 1];
};

}  // namespace modecollapse
