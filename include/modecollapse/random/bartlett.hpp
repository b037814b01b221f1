// Normals one after another, and a Wishart matrix's Bartlett factor from them.
#pragma once

#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/sgd/draws.hpp"

namespace modecollapse {

// Normals one after another from the blocks of a purpose, the first of which is `block`. Normals: a source of blocks
// (sgd/draws.hpp).
template <class Real, class Normals>
class NormalSequence {
public:
    MC_HOST_DEVICE NormalSequence(const Normals& normals, Purpose purpose, std::uint64_t block)
        : normals_(normals), purpose_(purpose), block_(block) {}
    MC_HOST_DEVICE Real next() {
        if (used_ == 4) {
            drawn_ = normals_(purpose_, block_++);
            used_ = 0;
        }
        switch (used_++) {  // an index that is known only when run would put the block into memory
            case 0:
                return drawn_.value[0];
            case 1:
                return drawn_.value[1];
            case 2:
                return drawn_.value[2];
            default:
                return drawn_.value[3];
        }
    }

private:
    const Normals& normals_;
    Purpose purpose_;
    std::uint64_t block_;
    NormalBlock<Real> drawn_ = {};
    int used_ = 4;
};

// Lower trapezoidal A of n rows with A A^T ~ Wishart_n(I, degrees) [Bartlett 1933]: a_ik normal for k < min(i, degrees),
// a_ii the root of a chi-square of degrees - i; so degrees < n needs no special case. Matrix: a[i][k], of Real.
// unrolled: for a GPU, 1, or at least the number of rows where these are known when compiled.
template <class Real, int unrolled = 1, class Matrix, class Sequence, class Chi>
MC_HOST_DEVICE void bartlett_factor(Matrix& a, int rows, double degrees, Sequence& normals, const Chi& chi_square) {
    MC_UNROLL(unrolled)
    for (int i = 0; i < rows; ++i) {
        for (int k = 0; k < rows; ++k) a[i][k] = Real(0.0);
        for (int k = 0; k < i; ++k) {
            const Real normal = normals.next();
            if (static_cast<double>(k) < degrees - 0.5) a[i][k] = normal;
        }
    }
    // a loop of its own: a chi-square is long, once in a program is enough; the factor may lie in registers all the same
    MC_UNROLL(1)
    for (int i = 0; i < rows; ++i) {
        const double left = degrees - static_cast<double>(i);
        const Real root = left > 0.5 ? sqrt(chi_square(i, left)) : Real(0.0);
        MC_UNROLL_ALL
        for (int k = 0; k < rows; ++k) a[k][k] = k == i ? root : a[k][k];
    }
}

}  // namespace modecollapse
