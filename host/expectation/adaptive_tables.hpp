// Builds the tables of the adaptive schedule (include/modecollapse/mixture/adaptive_tempering.hpp).
#pragma once

#include <vector>

#include "modecollapse/mixture/adaptive_tempering.hpp"

namespace modecollapse {

struct AdaptiveTables {
    AdaptiveAnnealing schedule;  // a view of the two vectors below
    std::vector<double> log_ratio, gaussian;

    AdaptiveTables(double radius, double target_weight, double target_ess);
    AdaptiveTables(const AdaptiveTables&) = delete;
    AdaptiveTables& operator=(const AdaptiveTables&) = delete;
};

}  // namespace modecollapse
