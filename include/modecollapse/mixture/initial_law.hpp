// Initial condition: mu1, mu2 independent and uniform on the sphere of radius R in R^d (PHYSICS section 5), in O(1) for
// every d >= 2.
//
// The first two coordinates of a uniform unit vector are (a, b) / sqrt(a^2 + b^2 + G), a and b normal, G ~ chi-square(d
// - 2). With mu* along the first axis and mu1 in the plane of the first two:  m1 = x1,  m2 = x2,  s = x1 x2 + sqrt(1 -
// x1^2) y2, where x1 comes from one such vector and (x2, y2) from another. Always in double precision: at d = 10^9 the
// start is of order 3e-5.
#pragma once

#include "modecollapse/mixture/order_parameters.hpp"
#include "modecollapse/random/normal_variates.hpp"

namespace modecollapse {

inline constexpr double smallest_dimension = 2.0;
inline constexpr double largest_dimension = 1e9;

// Draws the start of the trajectories with the given ids, one a lane.
template <class Real, class WordSource>
class InitialLaw {
public:
    static constexpr int lanes = NumberTraits<Real>::lanes;

    MC_HOST_DEVICE InitialLaw(WordSource words, std::uint64_t seed, double dimension)
        : words_(words), seed_(seed), degrees_of_freedom_(dimension - 2.0) {}

    // ids: (lanes). weight is left at zero: the weights are not random.
    MC_HOST_DEVICE OrderParameters<Real> operator()(const std::uint64_t* ids) const {
        const NormalPair<Real> first = normals(ids, 0);
        const NormalPair<Real> second = normals(ids, 1);
        const Real g1 = chi_square(ids, Purpose::initial_chi_square_first);
        const Real g2 = chi_square(ids, Purpose::initial_chi_square_second);
        const Real norm1 = sqrt(fma(first.first, first.first, fma(first.second, first.second, g1)));
        const Real norm2 = sqrt(fma(second.first, second.first, fma(second.second, second.second, g2)));
        const Real m1 = first.first / norm1;
        const Real m2 = second.first / norm2;
        const Real out_of_axis = sqrt(fma(first.second, first.second, g1)) / norm1;  // sqrt(1 - m1^2)
        const Real s = fma(m1, m2, out_of_axis * (second.second / norm2));
        return {m1, m2, Real(1.0) - s, Real(0.0)};
    }

    // Chi-square with d - 2 degrees of freedom; attempt j owns block j of `purpose`.
    MC_HOST_DEVICE Real chi_square(const std::uint64_t* ids, Purpose purpose) const {
        return ChiSquare<Real, WordSource>(words_, seed_)(ids, purpose, 0, degrees_of_freedom_);
    }

private:
    MC_HOST_DEVICE NormalPair<Real> normals(const std::uint64_t* ids, std::uint64_t block) const {
        double radius[lanes], angle[lanes];
        for (int i = 0; i < lanes; ++i) {
            const Words w = words_(seed_, counter_of(Purpose::initial_directions, block, ids[i]));
            radius[i] = uniform_52(w.value[0], w.value[1]);
            angle[i] = uniform_52(w.value[2], w.value[3]);
        }
        return normal_pair(load<Real>(radius), load<Real>(angle));
    }

    WordSource words_;
    std::uint64_t seed_;
    double degrees_of_freedom_;
};

}  // namespace modecollapse
