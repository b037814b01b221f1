// Kolmogorov-Smirnov tests. Boost.Math has the distribution only from 1.75 on, Debian 12 ships 1.74.
#pragma once

#include <functional>
#include <vector>

namespace modecollapse::support {

struct KolmogorovSmirnov {
    double statistic;  // largest distance of the distribution functions
    double p_value;    // asymptotic, with Stephens' correction for finite n; reliable for n >= 35
};

// P(K > x) for the limit law of sqrt(n) D_n.
double kolmogorov_survival(double x);

// Sample against a continuous distribution function. The sample is sorted in place. Throws std::invalid_argument if it
// is empty.
KolmogorovSmirnov kolmogorov_smirnov(std::vector<double>& sample, const std::function<double(double)>& distribution);

// Two samples, both sorted in place.
KolmogorovSmirnov kolmogorov_smirnov(std::vector<double>& first, std::vector<double>& second);

}  // namespace modecollapse::support
