// The part of a sampled gradient orthogonal to span(mu1, mu2, mu*), exactly in law and in O(1): PHYSICS section 6.
//
// That part is P_i = sum_jb c_ijb z_jb^perp, with coefficients that do not depend on the z^perp, which are standard
// normal in R^n, n = d - 3. Given the coefficients, with C_il = sum_jb c_ijb c_ljb = L L^T and A the Bartlett factor of
// a Wishart matrix A A^T ~ W_2(I, n) [Bartlett 1933; here lower trapezoidal, so that n < 2 needs no special case],
//
//   (<P_i, P_l>) has the law of M M^T,  M = L A:   rows of M are P_1, P_2 in an orthonormal basis of their span.
//
// With trainable weights at beta != 1 the traces S_j = sum_b |z_jb^perp|^2 are needed too, and are correlated with P.
// Then by stratum: C_j = L_j L_j^T, L = (L_1 L_2) is 2 x 4, A the factor of W_4(I, n): its rows 2 j, 2 j + 1 are the
// noise of stratum j along an orthonormal basis of its coefficient vectors, of r_j <= min(2, B) elements (1 for
// pathwise), and
//   S_j = sum of squares of those r_j rows + chi-square((B - r_j) n).
#pragma once

#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/sgd/draws.hpp"
#include "modecollapse/sgd/stochastic_gradient.hpp"

namespace modecollapse {

// L with L L^T = C for a positive semi-definite C of rank 0, 1 or 2: Cholesky with pivoting, so that a matrix of rank 1
// has one column.
template <class Real>
struct PairFactor {
    Real first[2];  // row i: first[i], second[i]
    Real second[2];
};

template <class Real>
MC_HOST_DEVICE PairFactor<Real> pair_factor(const SymmetricPair<Real>& c) {
    const Real zero = Real(0.0);
    const MaskOf<Real> swap = c.yy > c.xx;
    const Real large = max(select(swap, c.yy, c.xx), zero), small = select(swap, c.xx, c.yy);
    const Real root = sqrt(large);
    const Real below = select(large > zero, c.xy / select(root > zero, root, Real(1.0)), zero);
    const Real rest = sqrt(max(small - below * below, zero));
    return {{select(swap, below, root), select(swap, root, below)},
            {select(swap, rest, zero), select(swap, zero, rest)}};
}

template <class Real>
struct OrthogonalPart {
    Real first[2];   // P_1 in an orthonormal basis
    Real second[2];  // P_2
    Real traces;     // S_1 - S_2; zero if not asked for
};

// Draws the orthogonal part of a step. normals: a source of normal blocks (sgd/draws.hpp). words: a word source.
template <class Real, class Normals, class WordSource>
class OrthogonalLaw {
public:
    MC_HOST_DEVICE OrthogonalLaw(const SgdPayload& problem, const Normals& normals, WordSource words,
                                 std::uint64_t seed, const std::uint64_t* ids)
        : normals_(normals), chi_square_(words, seed), ids_(ids), degrees_(problem.dimension - 3.0) {
        batch_ = static_cast<double>(problem.batch);
        rank_ = problem.estimator == Estimator::pathwise || problem.batch == 1 ? 1 : 2;
    }

    // square: C by stratum. with_traces: are S_1 and S_2 needed?
    MC_HOST_DEVICE OrthogonalPart<Real> operator()(const SymmetricPair<Real>* square, std::uint64_t step,
                                                   bool with_traces) const {
        OrthogonalPart<Real> part = {};
        if (degrees_ < 0.5) return part;
        const int rows = with_traces ? 4 : 2;
        Real a[4][4];
        draw_factor(a, rows, step);
        Real m[2][4] = {};
        MC_UNROLL_ALL
        for (int j = 0; j < 2; ++j) {
            if (2 * j >= rows) break;
            const SymmetricPair<Real> both = {square[0].xx + square[1].xx, square[0].xy + square[1].xy,
                                              square[0].yy + square[1].yy};
            const PairFactor<Real> factor = pair_factor(with_traces ? square[j] : both);
            MC_UNROLL_ALL
            for (int i = 0; i < 2; ++i) {
                MC_UNROLL_ALL
                for (int k = 0; k < 4; ++k) {
                    if (k >= rows) break;
                    m[i][k] = fma(factor.first[i], a[2 * j][k], fma(factor.second[i], a[2 * j + 1][k], m[i][k]));
                }
            }
        }
        if (!with_traces) {
            for (int k = 0; k < 2; ++k) part.first[k] = m[0][k], part.second[k] = m[1][k];
            return part;
        }
        // two vectors of four coordinates, turned into two of two with the same products
        SymmetricPair<Real> product = {};
        for (int k = 0; k < 4; ++k) {
            product.xx = fma(m[0][k], m[0][k], product.xx);
            product.xy = fma(m[0][k], m[1][k], product.xy);
            product.yy = fma(m[1][k], m[1][k], product.yy);
        }
        const PairFactor<Real> turned = pair_factor(product);
        for (int i = 0; i < 2; ++i) (i == 0 ? part.first : part.second)[0] = turned.first[i];
        for (int i = 0; i < 2; ++i) (i == 0 ? part.first : part.second)[1] = turned.second[i];
        Real trace[2];
        MC_UNROLL(1)
        for (int j = 0; j < 2; ++j)
            set_at(j, trace,
                   chi_square_(ids_, Purpose::wishart_chi_squares,
                               chi_square_block(step, 4 + static_cast<std::uint64_t>(j)), (batch_ - rank_) * degrees_));
        MC_UNROLL_ALL
        for (int j = 0; j < 2; ++j) {
            MC_UNROLL_ALL
            for (int i = 0; i < 2; ++i) {
                if (i >= rank_) break;
                MC_UNROLL_ALL
                for (int k = 0; k < 4; ++k) trace[j] = fma(a[2 * j + i][k], a[2 * j + i][k], trace[j]);
            }
        }
        part.traces = trace[0] - trace[1];
        return part;
    }

private:
    // Lower trapezoidal A with A A^T ~ Wishart(I, n): a_ik normal for k < min(i, n), a_ii the root of a chi-square of n
    // - i degrees.
    MC_HOST_DEVICE void draw_factor(Real (&a)[4][4], int rows, std::uint64_t step) const {
        const std::uint64_t block = step * wishart_blocks_per_step;
        NormalBlock<Real> drawn[2] = {normals_(Purpose::wishart_normals, block), {}};
        if (rows > 2) drawn[1] = normals_(Purpose::wishart_normals, block + 1);
        Real diagonal[4] = {Real(0.0), Real(0.0), Real(0.0), Real(0.0)};
        MC_UNROLL(1)
        for (int i = 0; i < rows; ++i) {
            const double degrees = degrees_ - static_cast<double>(i);
            if (degrees > 0.5)
                set_at(i, diagonal,
                       sqrt(chi_square_(ids_, Purpose::wishart_chi_squares,
                                        chi_square_block(step, static_cast<std::uint64_t>(i)), degrees)));
        }
        MC_UNROLL_ALL
        for (int i = 0; i < 4; ++i) {
            MC_UNROLL_ALL
            for (int k = 0; k < 4; ++k) {
                const int normal = i * (i - 1) / 2 + k;  // row by row
                const bool drawn_here = k < i && i < rows && static_cast<double>(k) < degrees_;
                a[i][k] = k == i ? diagonal[i] : drawn_here ? drawn[normal / 4 % 2].value[normal % 4] : Real(0.0);
            }
        }
    }

    // numbers[at] = value, by indices that a GPU's compiler knows: the numbers stay in registers.
    template <int count>
    MC_HOST_DEVICE static void set_at(int at, Real (&numbers)[count], Real value) {
        MC_UNROLL_ALL
        for (int i = 0; i < count; ++i)
            if (i == at) numbers[i] = value;
    }

    const Normals& normals_;
    ChiSquare<Real, WordSource> chi_square_;
    const std::uint64_t* ids_;
    double degrees_, batch_;
    int rank_;
};

}  // namespace modecollapse
