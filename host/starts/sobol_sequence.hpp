// Scrambled Sobol points in three dimensions [Sobol, USSR Comput. Math. Math. Phys. 7 (1967) 86; direction numbers: Joe
// and Kuo, SIAM J. Sci. Comput. 30 (2008) 2635], 64 bits a coordinate, in Gray-code order as in cuRAND.
//
//   word_j(i) = shift_j XOR sum over the bits k of gray(i) of (L_j v_jk),   gray(i) = i XOR (i >> 1)
//   coordinate = word / 2^64
//
// v_jk: direction numbers of dimension j; L_j: a random lower triangular bit matrix with unit diagonal; shift_j: a
// random word [Matousek, J. Complexity 14 (1998) 527]. Matrix and shift are Philox words of (seed, replicate), so every
// point is a function of (seed, replicate, i), each is uniform on the cube, and any 2^m points in a row from a multiple
// of 2^m are as evenly spread as unscrambled ones.
#pragma once

#include <array>
#include <cstdint>

namespace modecollapse {

inline constexpr int sobol_dimensions = 3;
inline constexpr int sobol_bits = 64;

using SobolWords = std::array<std::uint64_t, sobol_dimensions>;
using DirectionNumbers =
    std::array<std::array<std::uint64_t, sobol_bits>, sobol_dimensions>;  // most significant bit: one half

// The unscrambled direction numbers: those that cuRAND hands out for its first three dimensions.
DirectionNumbers joe_kuo_direction_numbers();

class SobolSequence {
public:
    SobolSequence(std::uint64_t seed, std::uint64_t replicate);

    SobolWords operator()(std::uint64_t index) const;

    // Of the scrambled sequence: what cuRAND's scrambled generator takes.
    const DirectionNumbers& directions() const { return directions_; }
    const SobolWords& shift() const { return shift_; }

private:
    DirectionNumbers directions_;
    SobolWords shift_;
};

}  // namespace modecollapse
