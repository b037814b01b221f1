// The normals of PanelNormals (panel_normals.hpp) for one sample at a time, where a panel is a sample (block_layers.hpp).
#pragma once

#include "kernels/training/normals_of_words.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse {

template <class Layers, class WordSource>
class SampleNormals {
    using T = typename Layers::T;

public:
    static constexpr int width = 1;  // samples at a time

    MC_HOST_DEVICE SampleNormals(const WordSource& words, std::uint64_t seed, std::uint64_t member)
        : words_(words), seed_(seed), member_(member) {}

    // Rows 0 .. rows - 1 of sample p of the tile: number `sample` of the purpose.
    MC_HOST_DEVICE_CALL void operator()(Purpose purpose, std::uint64_t sample, std::uint32_t rows, int p, int,
                                        T* to) const {
        const std::uint64_t blocks = (rows + 3u) / 4u;
        for (std::uint64_t c = 0; c < blocks; ++c) {
            const NormalBlock<double> z =
                normals_of_words(words_(seed_, counter_of(purpose, sample * blocks + c, member_)));
            MC_UNROLL_ALL
            for (std::uint32_t k = 0; k < 4; ++k)
                if (4 * c + k < rows)
                    to[Layers::at(p, static_cast<int>(rows), static_cast<int>(4 * c + k))] = static_cast<T>(z.value[k]);
        }
    }

private:
    WordSource words_;
    std::uint64_t seed_, member_;
};

}  // namespace modecollapse
