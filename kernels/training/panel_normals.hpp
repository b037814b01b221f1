// Standard normals of consecutive samples' blocks, sample s from block s D on, D = ceil(rows / 4), into rows of a panel.
#pragma once

#include "kernels/lanes/panel_products.hpp"
#include "kernels/lanes/philox_pack.hpp"

namespace modecollapse {

template <class Number>
class PanelNormals {
    using T = ScalarOf<Number>;
    static constexpr int lanes = panel_lanes<T>;

public:
    static constexpr int width = register_bytes / 8;  // samples at a time

    PanelNormals(std::uint64_t seed, std::uint64_t member) : normals_(seed, ids_of(member).value) {}

    // Rows 0 .. rows - 1 of lanes l .. l + width - 1 of panel p, from `sample` on.
    void operator()(Purpose purpose, std::uint64_t sample, std::uint32_t rows, int p, int l, T* to) const {
        const std::uint64_t blocks = (rows + 3u) / 4u;
        for (std::uint64_t c = 0; c < blocks; ++c) {
            const auto z = normals_(purpose, sample * blocks + c, blocks);
            for (std::uint64_t k = 4 * c; k < rows && k < 4 * c + 4; ++k)
                put(z.value[k % 4], to + (static_cast<long>(p) * rows + static_cast<long>(k)) * lanes + l);
        }
    }

    // All lanes of panels 0 .. panels - 1.
    void all(Purpose purpose, std::uint64_t sample, std::uint32_t rows, int panels, T* to) const {
        for (int p = 0; p < panels; ++p)
            for (int l = 0; l < lanes; l += width)
                (*this)(purpose, sample + static_cast<std::uint64_t>(p * lanes + l), rows, p, l, to);
    }

private:
    struct Ids {
        std::uint64_t value[width];
    };
    static Ids ids_of(std::uint64_t member) {
        Ids ids;
        for (std::uint64_t& id : ids.value) id = member;
        return ids;
    }
    static void put(const Pack<double, width>& z, T* to) {
        if constexpr (sizeof(T) == 8)
            store(z, to);
        else
            store(to_single(z), to);
    }

    PhiloxNormals<width> normals_;
};

}  // namespace modecollapse
