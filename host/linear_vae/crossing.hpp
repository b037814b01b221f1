#pragma once

namespace modecollapse::linear_vae {

// Where a function that rises from below zero to above it over x in [low, high] passes zero.
template <class Function>
double crossing(const Function& f, double low, double high) {
    for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) {
        const double middle = 0.5 * (low + high);
        (f(middle) < 0.0 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

}  // namespace modecollapse::linear_vae
