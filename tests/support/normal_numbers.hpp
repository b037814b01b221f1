// Standard normals of a seed, for numbers that a test only needs to be arbitrary.
#pragma once

#include <random>
#include <vector>

namespace modecollapse::support {

inline std::vector<double> normal_numbers(std::size_t count, int seed) {
    std::mt19937_64 engine(static_cast<std::uint64_t>(seed));
    std::normal_distribution<double> normal;
    std::vector<double> x(count);
    for (double& one : x) one = normal(engine);
    return x;
}

}  // namespace modecollapse::support
