// The objective F = E_q[log q] - beta E_q[log p] by sampling in R^d, and its gradient by central differences with
// common random numbers.
//
// The expectation over q is stratified: both components get every draw z, x_i = mu_i + z, weighted by w_i (PHYSICS
// section 6). A draw and its antithetic -z count as one sample. The change of F along a direction is differenced sample
// by sample, so its standard error is known. Shares no formula with the closed field.
#pragma once

#include <Eigen/Dense>
#include <random>

#include "modecollapse/mixture/order_parameters.hpp"
#include "modecollapse/mixture/problem.hpp"
#include "tests/support/bounds.hpp"

namespace modecollapse::support {

constexpr int sgd_dimension = 10;
using Point = Eigen::Matrix<double, sgd_dimension, 1>;

struct Means {
    Point first, second;
};

class SgdObjective {
public:
    explicit SgdObjective(const Problem& problem) : problem_(problem), target_(problem.radius * Point::Unit(0)) {}

    const Point& target() const { return target_; }

    // Means with the order parameters of `y`, in the frame of mu*.
    Means means_of(const OrderParameters<double>& y) const {
        const double side1 = std::sqrt(1.0 - y.m1 * y.m1), across = (1.0 - y.u - y.m1 * y.m2) / side1;
        Means means = {Point::Zero(), Point::Zero()};
        means.first[0] = y.m1;
        means.first[1] = side1;
        means.second[0] = y.m2;
        means.second[1] = across;
        means.second[2] = std::sqrt(std::max(0.0, 1.0 - y.m2 * y.m2 - across * across));
        means.first *= problem_.radius;
        means.second *= problem_.radius;
        return means;
    }

    // sum_i w_i [log q - beta log p](mu_i + z), without the constants.
    double at(const Means& means, const Point& z) const {
        return problem_.weight * log_ratio(means, means.first + z) +
               (1.0 - problem_.weight) * log_ratio(means, means.second + z);
    }

private:
    double log_ratio(const Means& means, const Point& x) const {
        const double w = problem_.weight, target_weight = problem_.target_weight;
        const double log_q = std::log(w * density(x - means.first) + (1.0 - w) * density(x - means.second));
        const double log_p =
            std::log(target_weight * density(x - target_) + (1.0 - target_weight) * density(x + target_));
        return log_q - problem_.beta * log_p;
    }
    static double density(const Point& x) { return std::exp(-0.5 * x.squaredNorm()); }

    Problem problem_;
    Point target_;
};

// Rates of m1, m2 and u of the projected gradient flow, each a sample mean.
struct SgdRates {
    SampleMean m1, m2, u;
};

inline SgdRates sgd_rates(const Problem& problem, const OrderParameters<double>& y, int samples, std::uint64_t seed) {
    const SgdObjective objective(problem);
    const Means means = objective.means_of(y);
    const double square = problem.radius * problem.radius;
    const auto tangent = [&](const Point& direction, const Point& mean) -> Point {
        return (direction - mean * (mean.dot(direction) / square)) / square;
    };
    // d m_i / dt = - (dF along P_i mu* / R^2),  d s / dt = - (dF along P_1 mu2 / R^2 and P_2 mu1 / R^2, each in its own
    // mean)
    const Means directions[] = {{tangent(objective.target(), means.first), Point::Zero()},
                                {Point::Zero(), tangent(objective.target(), means.second)},
                                {tangent(means.second, means.first), tangent(means.first, means.second)}};
    constexpr double h = 1e-4;  // central difference: error of order h^2, far below the sampling error
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    SgdRates rates;
    for (int i = 0; i < samples; ++i) {
        Point z;
        for (double& coordinate : z) coordinate = normal(random);
        double change[3];
        for (int j = 0; j < 3; ++j) {
            const Means ahead = {means.first + h * directions[j].first, means.second + h * directions[j].second};
            const Means behind = {means.first - h * directions[j].first, means.second - h * directions[j].second};
            change[j] = 0.5 * ((objective.at(ahead, z) - objective.at(behind, z)) +
                               (objective.at(ahead, -z) - objective.at(behind, -z)));
        }
        rates.m1.add(-change[0] / (2.0 * h));
        rates.m2.add(-change[1] / (2.0 * h));
        rates.u.add(change[2] / (2.0 * h));  // u = 1 - s
    }
    return rates;
}

}  // namespace modecollapse::support
