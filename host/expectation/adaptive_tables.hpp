// Builds the tables of the adaptive schedule (include/modecollapse/adaptive_annealing.hpp).
#pragma once

#include <vector>

#include "modecollapse/adaptive_annealing.hpp"

namespace modecollapse {

struct AdaptiveTables {
    AdaptiveAnnealing schedule;  // a view of the two vectors below
    std::vector<double> log_ratio, gaussian;

    AdaptiveTables(double radius, double target_weight, double target_ess);
    AdaptiveTables(const AdaptiveTables&) = delete;
    AdaptiveTables& operator=(const AdaptiveTables&) = delete;
};

}  // namespace modecollapse
