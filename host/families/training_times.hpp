// Times of a training, which counts steps.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace modecollapse {

// Throws std::domain_error for a time between two steps or beyond the horizon.
inline std::vector<std::uint64_t> steps_of_times(const std::vector<double>& times, std::uint64_t horizon) {
    std::vector<std::uint64_t> steps;
    for (const double time : times) {
        if (time != std::floor(time) || time > static_cast<double>(horizon))
            throw std::domain_error(fmt::format(
                "--times {:g}: counts the steps of a training (allowed: whole numbers, 0 to the horizon {})", time,
                horizon));
        steps.push_back(static_cast<std::uint64_t>(time));
    }
    return steps;
}

}  // namespace modecollapse
