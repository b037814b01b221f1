// A_k, T_k and other sums over one variable that the moments of a sample hang on (batch_moments.hpp): expectations of
//
//   A(x), T(x), their squares and products, and A(x) h_k(x), T(x) h_k(x) for k <= K (16, or 24 where more than cov(A, T)
//   hangs on them), x ~ N(0, 1), h_k the normalized Hermite polynomials
//
// by the trapezoidal rule, whose error falls exponentially: at the spacing pi^2 / (18.4 R), with the poles of A and T at pi /
// (2 R) from the axis, and |x| <= 6, moments are off by some 1e-8. Dimensionless.
#pragma once

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/sgd/sample_terms.hpp"

namespace modecollapse {

namespace moment_sums {
MC_HOST_DEVICE double root(int k) { return sqrt(static_cast<double>(k)); }
MC_HOST_DEVICE double inverse_root(int k) { return 1.0 / root(k); }
}  // namespace moment_sums

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
    static constexpr int order = plain ? 16 : 24;  // K
};

template <class Real, SgdProgram kind>
struct MomentSums {
    static constexpr int order = MomentLayout<kind>::order;
    Real a[order + 1], t[order + 1];  // A_k, T_k
    Real aa, tt;                      // E A^2, E T^2
    Real same, opposite;              // E A(x) T(x), E A(x) T(-x): rho = 1 and -1
    Real aax, aaxx;                   // E A^2 a, E A^2 a^2
    Real f;                           // E F, up to a constant that both strata share
};

// The sums of both strata at one state.
template <class Real, SgdProgram kind>
class MomentIntegral {
    using Sums = MomentSums<Real, kind>;
    static constexpr int order = Sums::order;

public:
    // law, y: of the state. The law is kept by the caller.
    MC_HOST_DEVICE MomentIntegral(const SgdPayload& problem, const SampleLaw<Real>& law, const OrderParameters<Real>& y)
        : law_(law),
          radius_(problem.radius),
          with_f_(!MomentLayout<kind>::plain && problem.geometry != WeightGeometry::fixed),
          distance_(sqrt(Real(2.0) * max(y.u, Real(0.0)))) {}

    MC_HOST_DEVICE double radius() const { return radius_; }
    MC_HOST_DEVICE bool with_f() const { return with_f_; }
    MC_HOST_DEVICE Real distance() const { return distance_; }  // |n1 - n2|

    // Sums of strata first, first + 1, ... before `end` into sums[0], ...
    template <int first, int end>
    MC_HOST_DEVICE void operator()(Sums (&sums)[end - first]) const {
        constexpr int count = end - first;
        const double farthest = 6.0, digits = 18.4;  // log 1e8
        const int half = static_cast<int>(farthest * max(digits * radius_ / (pi * pi), 2.0)) + 1;
        const double spacing = farthest / half;
        MC_UNROLL_ALL
        for (int j = 0; j < count; ++j) sums[j] = {};
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
                MC_UNROLL_ALL
                for (int j = 0; j < count; ++j) {
                    sums[j].a[k] = fma(h, k % 2 == 0 ? even_a[j] : odd_a[j], sums[j].a[k]);
                    sums[j].t[k] = fma(h, k % 2 == 0 ? even_t[j] : odd_t[j], sums[j].t[k]);
                }
                const double next = (x * hermite - moment_sums::root(k) * before) * moment_sums::inverse_root(k + 1);
                before = hermite;
                hermite = next;
            }
        }
        // the weights add up to 1 - 2e-9: made a probability, so that a variance that is zero comes out as zero
        MC_UNROLL_ALL
        for (int j = 0; j < count; ++j) {
            scale(sums[j], Real(1.0 / total));
            sums[j].a[0] = sums[j].a[0] + Real(0.5);
        }
    }

private:
    MC_HOST_DEVICE static void scale(Sums& s, Real factor) {
        MC_UNROLL_ALL
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

    const SampleLaw<Real>& law_;
    double radius_;
    bool with_f_;
    Real distance_;
};

}  // namespace modecollapse
