// Mean and standard error from sums over n independent values: sum x / n, sqrt((sum x^2 / n - mean^2) / (n - 1)).
//
// What cannot be known is NaN: the mean of no value, the error of one, both where a sum has overflowed or holds a NaN.
// std::max(0.0, x), which cuts what rounding leaves below 0, would turn a NaN into 0 and call it exact.
#pragma once

#include <cmath>
#include <limits>

namespace modecollapse {

// A variance that rounding may have left slightly negative. NaN stays NaN, infinity becomes NaN.
inline double known_variance(double x) {
    return std::isfinite(x) ? std::fmax(x, 0.0) : std::numeric_limits<double>::quiet_NaN();
}

struct MeanOfSums {
    double mean;
    double standard_error;
};

inline MeanOfSums mean_of_sums(double n, double sum, double squares) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    const double mean = n > 0.0 && std::isfinite(sum) ? sum / n : unknown;
    return {mean, n > 1.0 ? std::sqrt(known_variance(squares / n - mean * mean) / (n - 1.0)) : unknown};
}

}  // namespace modecollapse
