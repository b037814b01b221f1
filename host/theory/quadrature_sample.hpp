// What goes into and comes out of piecewise_quadrature.hpp: several functions of v in (0, 1) at once.
#pragma once

#include <array>
#include <string>

namespace modecollapse {

template <std::size_t count>
struct QuadratureSample {
    static constexpr std::size_t size = count;
    std::array<double, count> value = {};
    std::string signature;
};

// What is asked for: v in (0, 1), its weight dS/dt, and the nearest samples known so far (null: none).
template <class Sample>
struct SampleRequest {
    double at;
    double weight;
    const Sample* left;
    const Sample* right;
};

template <std::size_t size>
struct Quadrature {
    std::array<double, size> value = {};
    double error = 0.0;      // of the worst judged function
    bool converged = false;  // the error met the accuracy
};

}  // namespace modecollapse
