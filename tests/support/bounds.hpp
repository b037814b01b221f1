// Bounds for statistical assertions, all from a stated false-alarm probability alpha, and the statistics they bound.
//
// Every test that uses them has a fixed seed, so it either always passes or always fails; alpha says how surprised to
// be if a change of the seed or of the draws makes it fail although nothing is wrong.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

namespace modecollapse::support {

// |z| that the largest of `comparisons` standard normals exceeds with probability at most alpha (Bonferroni,
// two-sided).
double largest_z(double alpha, int comparisons);

// Value that a chi-square of `degrees` degrees of freedom exceeds with probability alpha.
double largest_chi_square(double alpha, double degrees);

// z of k1 successes in n1 trials against k2 in n2, under one common probability. Half a count is added to the pooled
// count on either side, so that 0 against 0 gives 0 and 0 against 1 is no surprise.
inline double two_sample_z(double k1, double n1, double k2, double n2) {
    const double pooled = (k1 + k2 + 0.5) / (n1 + n2 + 1.0);
    return (k1 / n1 - k2 / n2) / std::sqrt(pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2));
}

// Three digits of a measured figure, for the test report.
inline std::string digits(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", x);
    return text;
}

// Mean of a sample with its standard error (the sample's standard deviation / sqrt(n)).
class SampleMean {
public:
    void add(double x) {  // Welford
        ++count_;
        const double delta = x - mean_;
        mean_ += delta / static_cast<double>(count_);
        squares_ += delta * (x - mean_);
    }
    double mean() const { return mean_; }
    double variance() const { return squares_ / static_cast<double>(count_ - 1); }
    double standard_error() const { return std::sqrt(variance() / static_cast<double>(count_)); }
    // Standard normal for large n if the expectation is `expected`.
    double z_against(double expected) const { return (mean_ - expected) / standard_error(); }

private:
    std::int64_t count_ = 0;
    double mean_ = 0.0;
    double squares_ = 0.0;
};

}  // namespace modecollapse::support
