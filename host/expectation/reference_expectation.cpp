#include "host/expectation/reference_expectation.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include "modecollapse/mixture/expectation.hpp"
#include "modecollapse/numbers/constants.hpp"

namespace modecollapse {

double gaussian_expectation(const std::function<double(double)>& f) {
    constexpr double reach = 12.0;
    constexpr int pieces = 8;  // fixed pieces keep the adaptive rule from stepping over a narrow feature
    const auto weighted = [&f](double z) { return inverse_sqrt_two_pi * std::exp(-0.5 * z * z) * f(z); };
    double sum = 0.0;
    for (int i = 0; i < pieces; ++i) {
        const double a = -reach + 2.0 * reach * i / pieces;
        const double b = -reach + 2.0 * reach * (i + 1) / pieces;
        sum += boost::math::quadrature::gauss_kronrod<double, 31>::integrate(weighted, a, b, 10, 1e-13);
    }
    return sum;
}

double reference_attraction(double radius, double half_log_odds, double m) {
    const AttractionIntegrand integrand{radius, half_log_odds};
    return gaussian_expectation([&](double z) { return integrand(m, z); });
}

double reference_overlap(double radius, double weight, double u) {
    const OverlapIntegrand integrand{radius, weight};
    return gaussian_expectation([&](double z) { return integrand(u, z); });
}

double reference_log_target(double radius, double target_weight, double m) {
    const LogTargetIntegrand integrand{radius, target_weight};
    return gaussian_expectation([&](double z) { return integrand(m, z); });
}

double reference_gap(double radius, double lambda, double u) {
    const ComponentGapIntegrand integrand{radius};
    return gaussian_expectation([&](double z) { return integrand(lambda, u, z); });
}

}  // namespace modecollapse
