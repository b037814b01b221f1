// A tile of samples in the SIMD lanes of panels: which of them there are, and single numbers of an array over them.
//
// Arrays are (panels, rows, panel_lanes), as in kernels/lanes/panel_products.hpp.
#pragma once

#include "kernels/training/panel_layers.hpp"

namespace modecollapse {

template <class Number>
struct PanelTile {
    using T = ScalarOf<Number>;
    static constexpr int lanes = panel_lanes<T>;

    std::uint64_t size;  // samples

    std::uint64_t of(std::uint64_t left) const { return left < size ? left : size; }
    static int panels_of(std::uint64_t samples) { return static_cast<int>((samples + lanes - 1) / lanes); }

    // Sample i's row k.
    static T& element(T* array, int rows, std::uint64_t i, int k) {
        return array[PanelLayers<Number>::at(static_cast<int>(i / lanes), rows, k) + static_cast<long>(i % lanes)];
    }
    static double number(T* array, int rows, std::uint64_t i, int k) {
        return static_cast<double>(element(array, rows, i, k));
    }

    // f(i, there): of every lane of the panels; there: sample i is one of `count`.
    template <class Function>
    [[gnu::always_inline]] static inline void for_each(int panels, std::uint64_t count, const Function& f) {
        const std::uint64_t all = static_cast<std::uint64_t>(panels) * lanes;
        for (std::uint64_t i = 0; i < all; ++i) f(i, i < count);
    }

    // Rows 0 .. rows - 1 of sample i from given[i * stride] on, zeros past the last of `count`.
    static void take(const double* given, int stride, std::uint64_t count, int panels, int rows, T* to) {
        for_each(
            panels, count, [&](std::uint64_t i, bool there) __attribute__((always_inline)) {
                const double* from = given + i * static_cast<std::uint64_t>(stride);
                for (int k = 0; k < rows; ++k) element(to, rows, i, k) = there ? static_cast<T>(from[k]) : T(0);
            });
    }

    // The weight of every sample, zero past the last of `count`.
    static void weigh(double weight, std::uint64_t count, int panels, T* to) {
        for_each(
            panels, count, [&](std::uint64_t i, bool there) __attribute__((always_inline)) {
                to[i] = there ? static_cast<T>(weight) : T(0);
            });
    }
};

}  // namespace modecollapse
