// A tile of samples in panels: which of them there are, and single numbers of an array over them. Layers: layers.hpp.
#pragma once

#include "kernels/training/layers.hpp"
#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

// The tiles of a worker among several that share what is evaluated: all of them for one alone.
struct TileShare {
    std::uint64_t first = 0, step = 1;
};

template <class Layers>
struct Tile {
    using T = typename Layers::T;
    static constexpr int lanes = Layers::lanes;

    Layers layers;
    std::uint64_t size;  // samples

    MC_HOST_DEVICE std::uint64_t of(std::uint64_t left) const { return left < size ? left : size; }
    MC_HOST_DEVICE static int panels_of(std::uint64_t samples) { return Layers::panels_of(samples); }

    // Sample i's row k.
    MC_HOST_DEVICE static T& element(T* array, int rows, std::uint64_t i, int k) {
        return array[Layers::at(static_cast<int>(i / lanes), rows, k) + static_cast<long>(i % lanes)];
    }
    MC_HOST_DEVICE static double number(T* array, int rows, std::uint64_t i, int k) {
        return static_cast<double>(element(array, rows, i, k));
    }

    // f(i, there): of every lane of the panels; there: sample i is one of `count`.
    template <class Function>
    MC_HOST_DEVICE void for_each(int panels, std::uint64_t count, const Function& f) const {
        layers.for_each(static_cast<std::uint64_t>(panels) * lanes, [&](std::uint64_t i) { f(i, i < count); });
    }

    // Rows 0 .. rows - 1 of sample i from given[i * stride] on, zeros past the last of `count`.
    MC_HOST_DEVICE_CALL void take(const double* given, int stride, std::uint64_t count, int panels, int rows,
                                  T* to) const {
        for_each(panels, count, [&](std::uint64_t i, bool there) {
            const double* from = given + i * static_cast<std::uint64_t>(stride);
            for (int k = 0; k < rows; ++k) element(to, rows, i, k) = there ? static_cast<T>(from[k]) : T(0);
        });
    }

    // The weight of every sample, zero past the last of `count`.
    MC_HOST_DEVICE_CALL void weigh(double weight, std::uint64_t count, int panels, T* to) const {
        for_each(panels, count, [&](std::uint64_t i, bool there) { to[i] = there ? static_cast<T>(weight) : T(0); });
    }
};

}  // namespace modecollapse
