// Standard normals and chi-square variates from Philox words.
//
//   normals      Box and Muller (1958): two uniforms on (0, 1) give two independent normals
//   chi-square   twice a gamma variate of half the degrees of freedom, by rejection [Marsaglia and Tsang, ACM TOMS
//       26 (2000) 363]
//
// A rejection method uses as many words as it needs, so each chi-square owns the counter blocks first_block + j, j = 0
// .. 63: attempt j owns block j (a proposal is refused with a probability below 0.05, so that block 63 is reached less
// often than once in 10^80 draws). With a pack as number type, one variate a lane. Double precision only.
#pragma once

#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/random/streams.hpp"

namespace modecollapse {

template <class Real>
struct NormalPair {
    Real first;
    Real second;
};

template <class Real>
MC_HOST_DEVICE NormalPair<Real> normal_pair(Real uniform_radius, Real uniform_angle) {
    const Real radius = sqrt(Real(-2.0) * log(uniform_radius));
    const SineCosine<Real> direction = sine_cosine_of_turn(uniform_angle);
    return {radius * direction.cosine, radius * direction.sine};
}

inline constexpr std::uint64_t chi_square_blocks = 64;  // owned by one chi-square variate

// Chi-square variates of the trajectories with the given ids, one a lane.
template <class Real, class WordSource>
class ChiSquare {
public:
    static constexpr int lanes = NumberTraits<Real>::lanes;

    MC_HOST_DEVICE ChiSquare(WordSource words, std::uint64_t seed) : words_(words), seed_(seed) {}

    // Any degrees of freedom >= 0. None: zero. One: a squared normal. Two or more: by rejection. Others below two: that
    // of two more, times U^(2/degrees) [Marsaglia and Tsang, section 6]; block 0 then gives U, and the attempts begin
    // with block 1. ids: (lanes).
    MC_HOST_DEVICE Real operator()(const std::uint64_t* ids, Purpose purpose, std::uint64_t first_block,
                                   double degrees) const {
        if (degrees <= 0.0) return Real(0.0);
        if (degrees == 1.0) {
            const Attempt attempt = draw_attempt(ids, purpose, first_block);
            return attempt.normal * attempt.normal;
        }
        const bool boosted = degrees < 2.0;
        const double shape = 0.5 * (boosted ? degrees + 2.0 : degrees) - 1.0 / 3.0;
        const Real d = Real(shape);
        const Real c = Real(1.0 / sqrt(9.0 * shape));
        Real result = Real(2.0) * d;
        MaskOf<Real> pending = result == result;
        for (std::uint64_t j = boosted ? 1 : 0; j < chi_square_blocks && any(pending); ++j) {
            const Attempt attempt = draw_attempt(ids, purpose, first_block + j);
            const Real root = fma(c, attempt.normal, Real(1.0));
            const Real v = root * root * root;
            const Real positive_v = select(v > Real(0.0), v, Real(1.0));
            const Real bound = fma(Real(0.5) * attempt.normal, attempt.normal, d * (Real(1.0) - v + log(positive_v)));
            const MaskOf<Real> accepted = (v > Real(0.0)) & (log(attempt.uniform) < bound);
            result = select(pending & accepted, Real(2.0) * d * v, result);
            pending = pending & !accepted;
        }
        if (boosted) result = result * exp(Real(2.0 / degrees) * log(draw_attempt(ids, purpose, first_block).uniform));
        return result;
    }

private:
    struct Attempt {
        Real normal;
        Real uniform;
    };

    // One block: 52 bits for the normal's radius, 32 for its angle, 32 for the acceptance test.
    MC_HOST_DEVICE Attempt draw_attempt(const std::uint64_t* ids, Purpose purpose, std::uint64_t block) const {
        double radius[lanes], angle[lanes], uniform[lanes];
        for (int i = 0; i < lanes; ++i) {
            const Words w = words_(seed_, counter_of(purpose, block, ids[i]));
            radius[i] = uniform_52(w.value[0], w.value[1]);
            angle[i] = uniform_32(w.value[2]);
            uniform[i] = uniform_32(w.value[3]);
        }
        return {normal_pair(load<Real>(radius), load<Real>(angle)).first, load<Real>(uniform)};
    }

    WordSource words_;
    std::uint64_t seed_;
};

}  // namespace modecollapse
