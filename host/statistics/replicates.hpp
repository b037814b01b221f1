// Interval for an expectation from independent, unbiased replicates x_1 .. x_n of it: mean +- t_{n-1} (standard
// deviation / sqrt(n)).
#pragma once

#include <vector>

#include "host/statistics/binomial.hpp"

namespace modecollapse {

struct ReplicateMean {
    double mean;
    double standard_error;
    Interval interval;  // Student-t [Student, Biometrika 6 (1908) 1]; not cut at 0 or 1
};

// Throws std::domain_error for fewer than two replicates or a confidence outside (0, 1).
ReplicateMean replicate_mean(const std::vector<double>& replicates, double confidence = 0.95);

}  // namespace modecollapse
