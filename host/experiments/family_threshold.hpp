// Critical values of any numeric option of any family: the experiment of `threshold`. It knows the family by its seam
// alone, and of the option that it is a number of the settings.
#pragma once

#include <functional>

#include "host/experiments/family_probability.hpp"
#include "host/experiments/threshold.hpp"

namespace modecollapse {

struct FamilySearch {
    const Family* family;
    std::function<Settings(std::size_t dimension, double value)> settings;  // dimension: its index in the request
    MembersAsked members;        // at every value, the same draws; fewer of them where they decide
    std::vector<double> beyond;  // values at which every curve is evaluated too
    // P(value) as a theory has it, NaN where it does not; asked only where to look first. Empty: there is none.
    std::function<double(std::size_t dimension, double value, int threads)> guess = {};
};

// Throws std::domain_error, DeviceError, Interrupted.
CriticalValues family_critical_values(const ThresholdRequest& request, const FamilySearch& search,
                                      const Backend& backend);

}  // namespace modecollapse
