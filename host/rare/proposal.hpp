// Where importance sampling draws from: a mixture over the space of three standard normal deviates that carries the
// initial law (StartMap::from_normals).
//
//   q(z) = a E(z) + b t_5(z; mean, 2.25 covariance) + (1 - a - b) / K sum_k t_5(z; centre_k, 2.25 covariance_k)
//   E(z) = mean over sigma of N(z; 0, sigma^2 I),   a = b = 0.15;   a = 1 before anything is known
//
// E, the exploring part, has wide components and the nominal law itself: it finds the set first, and keeps every weight
// below 5 / a afterwards. t_5: three-variate Student law of 5 degrees of freedom, here with the mean and covariance of
// what was found in the set, and around K of these points, each with the covariance of its neighbours, a wide or a
// narrow circle of them in turn [Cappe, Guillin, Marin and Robert, J. Comput. Graph. Stat. 13 (2004) 907]. The first
// covers the tails of the set between and beyond the kernels: without it a hundredth of P was left to E, whose draws
// there are few and heavy.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <vector>

namespace modecollapse {

using Deviates = std::array<double, 3>;

// A point found in the set, with its importance weight (nominal density / density it was drawn from).
struct WeightedPoint {
    Deviates z;
    double weight;
};

// Largest power in 0 .. 1 for which the weights weight^power are worth at least a quarter of the points, or 256 of
// them: (sum w)^2 / sum w^2. Below 1 a few heavy points would make all kernels [Koblents and Miguez, Stat. Comput. 25
// (2015) 407].
double balanced_power(const std::vector<WeightedPoint>& points);

class Proposal {
public:
    // Exploration alone.
    Proposal() = default;
    // Kernels around a resample of the points (at least one), in proportion to weight^power. Deterministic.
    Proposal(const std::vector<WeightedPoint>& points, double power);

    // Draw number `index` of level `level`: a function of these and the seed alone.
    Deviates draw(std::uint64_t seed, std::uint64_t level, std::uint64_t index) const;

    // Nominal density (three standard normals) over q.
    double weight(const Deviates& z) const;

private:
    struct Kernel {  // the first: of all points; the others: of their neighbours
        Eigen::Vector3d centre;
        Eigen::Matrix3d factor;   // L, lower triangular
        Eigen::Matrix3d inverse;  // L^-1
        double scale;             // density at the centre
    };
    double exploring_share() const { return kernels_.empty() ? 1.0 : 0.15; }
    static Kernel kernel_of(const Eigen::Vector3d& centre, const Eigen::Matrix3d& covariance);

    std::vector<Kernel> kernels_;
};

}  // namespace modecollapse
