// What must hold for a sample of starts, however it was made: two independent uniform points of the sphere in R^d
// (PHYSICS section 5).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/fixed_points/fixed_point.hpp"
#include "tests/support/bounds.hpp"
#include "tests/support/kolmogorov_smirnov.hpp"

namespace modecollapse::support {

// Distribution function of one coordinate of a uniform unit vector in R^d. From d = 10^7 on the normal law: their
// distance is below 1/d.
std::function<double(double)> coordinate_law(double dimension);

// p-values of the KS tests of m1, m2 and s against the law in `law_dimension`.
inline std::vector<double> p_values(const std::vector<State>& states, double law_dimension) {
    std::vector<double> result;
    for (int which = 0; which < 3; ++which) {
        std::vector<double> sample;
        for (const State& y : states) sample.push_back(which == 0 ? y.m1 : which == 1 ? y.m2 : 1.0 - y.u);
        result.push_back(support::kolmogorov_smirnov(sample, coordinate_law(law_dimension)).p_value);
    }
    return result;
}

struct Moment {
    const char* name;
    double expected;
    double (*of)(const State&);
};

// Moments of two independent uniform unit vectors x, y, with m1 = x1, m2 = y1, s = <x, y>.
inline std::vector<Moment> moments(double d) {
    const double fourth = 3.0 / (d * (d + 2.0));
    return {{"m1", 0.0, [](const State& y) { return y.m1; }},
            {"m2", 0.0, [](const State& y) { return y.m2; }},
            {"s", 0.0, [](const State& y) { return 1.0 - y.u; }},
            {"m1^2", 1.0 / d, [](const State& y) { return y.m1 * y.m1; }},
            {"m2^2", 1.0 / d, [](const State& y) { return y.m2 * y.m2; }},
            {"s^2", 1.0 / d, [](const State& y) { return (1.0 - y.u) * (1.0 - y.u); }},
            {"m1^4", fourth, [](const State& y) { return std::pow(y.m1, 4); }},
            {"m2^4", fourth, [](const State& y) { return std::pow(y.m2, 4); }},
            {"m1 m2", 0.0, [](const State& y) { return y.m1 * y.m2; }},
            {"m1 s", 0.0, [](const State& y) { return y.m1 * (1.0 - y.u); }},
            {"m2 s", 0.0, [](const State& y) { return y.m2 * (1.0 - y.u); }},
            // any two of the three are independent, all three are not
            {"m1 m2 s", 1.0 / (d * d), [](const State& y) { return y.m1 * y.m2 * (1.0 - y.u); }},
            {"m1^2 m2^2", 1.0 / (d * d), [](const State& y) { return std::pow(y.m1 * y.m2, 2); }},
            {"m1^2 s^2", 1.0 / (d * d), [](const State& y) { return std::pow(y.m1 * (1.0 - y.u), 2); }},
            {"m2^2 s^2", 1.0 / (d * d), [](const State& y) { return std::pow(y.m2 * (1.0 - y.u), 2); }}};
}

inline double largest_moment_z(const std::vector<State>& states, double law_dimension, std::string* where = nullptr) {
    double largest = 0.0;
    for (const Moment& moment : moments(law_dimension)) {
        SampleMean mean;
        for (const State& y : states) mean.add(moment.of(y));
        const double z = mean.z_against(moment.expected);
        if (where && std::fabs(z) > largest) *where = moment.name;
        largest = std::max(largest, std::fabs(z));
    }
    return largest;
}

}  // namespace modecollapse::support
