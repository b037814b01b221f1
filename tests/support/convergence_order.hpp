// Order of a method from its errors at several step sizes.
#pragma once

#include <cmath>
#include <vector>

namespace modecollapse::support {

// Least-squares slope of log(error) over log(h).
inline double order_of(const std::vector<double>& h, const std::vector<double>& error) {
    double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0;
    const auto n = static_cast<double>(h.size());
    for (std::size_t i = 0; i < h.size(); ++i) {
        mean_x += std::log(h[i]) / n;
        mean_y += std::log(error[i]) / n;
    }
    for (std::size_t i = 0; i < h.size(); ++i) {
        xx += (std::log(h[i]) - mean_x) * (std::log(h[i]) - mean_x);
        xy += (std::log(h[i]) - mean_x) * (std::log(error[i]) - mean_y);
    }
    return xy / xx;
}

}  // namespace modecollapse::support
