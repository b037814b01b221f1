// What a VAE's training draws, in panels of samples: its start, its data and the latent normals. Blocks: vae/draws.hpp; laws:
// vae/problem.hpp. WordSource: random/streams.hpp.
#pragma once

#include "kernels/lanes/panel.hpp"
#include "kernels/training/normals_of_words.hpp"
#include "kernels/vae/convex_start.hpp"
#include "modecollapse/numbers/unroll.hpp"
#include "modecollapse/vae/draws.hpp"

namespace modecollapse::vae {

// first: where its parameters begin.
template <class Draw>
MC_HOST_DEVICE void draw_network(const NetworkShape& shape, std::uint64_t first, const Draw& draw) {
    for (std::uint32_t i = 0; i <= shape.depth; ++i) {
        const NetworkLayer layer = network_layer(shape, i);
        draw(first + layer.weights, first + layer.biases + layer.outputs, 0.0,
             1.0 / sqrt(static_cast<double>(layer.inputs)));
    }
}

// Half-width 1 / sqrt(inputs) of weights and biases, the usual choice; V of an input-convex layer: e^{uniform on (-1, 1)} / width.
// index, size: of the worker among those that share the work.
template <class T, class WordSource>
MC_HOST_DEVICE void draw_start(const Problem& problem, const WordSource& words, std::uint64_t seed,
                               std::uint64_t member, T* parameters, int index = 0, int size = 1) {
    const Layout at = layout_of(problem);
    const ParameterDraws<T, WordSource> draw(words, Purpose::vae_parameters, seed, member, parameters, index, size);
    draw_network(problem.encoder, at.encoder, draw);
    if (problem.decoder != Decoder::brenier) {
        draw_network(problem.network, at.network, draw);
    } else {
        draw_convex_map(problem.first_map, at.first_map, draw);
        draw_convex_map(problem.second_map, at.second_map, draw);
    }
    // clusters of the prior: centers apart, of unit variance
    draw(at.prior, at.prior + std::uint64_t{problem.clusters} * problem.latent, 0.0, 1.0);
    if (index == 0) parameters[at.log_variance] = static_cast<T>(2.0 * log(problem.likelihood_sd));
}

// Layers: kernels/training/layers.hpp; Normals: PanelNormals or SampleNormals (kernels/training/).
template <class Layers, class Normals, class WordSource>
class DataDraws {
    using T = typename Layers::T;
    static constexpr int lanes = Layers::lanes, width = Normals::width, step = panel_lanes<T>;  // step: from row to row
    static constexpr std::uint64_t points = std::uint64_t{1} << 47;

public:
    MC_HOST_DEVICE DataDraws(const Problem& problem, const Layers& layers, const Normals& normals,
                             const WordSource& words, std::uint64_t seed, std::uint64_t member)
        : problem_(problem), layers_(layers), normals_(normals), words_(words), seed_(seed), member_(member) {}

    // Data first .. of all steps' batches, one after another, and their eps.
    MC_HOST_DEVICE_CALL void batch(std::uint64_t first, int panels, T* x, T* eps) const {
        layers_.for_each_panel(panels, [&](int p) {
            for (int l = 0; l < lanes; l += width) {
                const std::uint64_t sample = first + static_cast<std::uint64_t>(p * lanes + l);
                if (problem_.data.law == DataLaw::table)
                    take_rows_of_batch(sample, p, l, x);
                else
                    draw_batch(sample, p, l, x);
                normals_(Purpose::vae_noise, sample, problem_.latent, p, l, eps);
            }
        });
    }

    // Held-out data first .. and their eps.
    MC_HOST_DEVICE_CALL void held_out(std::uint64_t first, int panels, T* x, T* eps) const {
        layers_.for_each_panel(panels, [&](int p) {
            for (int l = 0; l < lanes; l += width) {
                const std::uint64_t sample = first + static_cast<std::uint64_t>(p * lanes + l);
                if (problem_.data.law == DataLaw::table)
                    take_held_out_rows(sample, p, l, x);
                else
                    draw_held_out(sample, p, l, x);
                normals_(Purpose::vae_held_out_noise, sample, problem_.latent, p, l, eps);
            }
        });
    }

private:
    MC_HOST_DEVICE_CALL void draw_batch(std::uint64_t sample, int p, int l, T* x) const {
        std::uint64_t choice[width];
        for (int i = 0; i < width; ++i) {
            choice[i] = sample + static_cast<std::uint64_t>(i);
            if (problem_.data.size == 0) continue;
            const std::uint64_t point = row_of_sample(choice[i]);
            normals_of(Purpose::vae_data, point, problem_.dimension, p, l + i, x);
            choice[i] = points + point;
        }
        if (problem_.data.size == 0) normals_(Purpose::vae_data, sample, problem_.dimension, p, l, x);
        shape(Purpose::vae_choice, choice, p, l, x);
    }

    MC_HOST_DEVICE_CALL void draw_held_out(std::uint64_t sample, int p, int l, T* x) const {
        std::uint64_t choice[width];
        for (int i = 0; i < width; ++i) choice[i] = sample + static_cast<std::uint64_t>(i);
        normals_(Purpose::vae_held_out_data, sample, problem_.dimension, p, l, x);
        shape(Purpose::vae_held_out_choice, choice, p, l, x);
    }

    // Which of a fixed number of points, or rows of the table, a sample of a batch is.
    MC_HOST_DEVICE std::uint64_t row_of_sample(std::uint64_t sample) const {
        const Words w = words_(seed_, counter_of(Purpose::vae_choice, sample, member_));
        return static_cast<std::uint64_t>(uniform_32(w.value[1]) * static_cast<double>(problem_.data.size));
    }

    MC_HOST_DEVICE_CALL void take_rows_of_batch(std::uint64_t sample, int p, int l, T* x) const {
        for (int i = 0; i < width; ++i, ++sample)
            take_row(problem_.data.points + row_of_sample(sample) * problem_.dimension, Purpose::vae_data, sample, p,
                     l + i, x);
    }

    // Lanes beyond the last datum repeat it.
    MC_HOST_DEVICE_CALL void take_held_out_rows(std::uint64_t sample, int p, int l, T* x) const {
        for (int i = 0; i < width; ++i, ++sample) {
            const std::uint64_t row = sample < problem_.held_out ? sample : problem_.held_out - 1;
            take_row(problem_.data.held_out_points + row * problem_.dimension, Purpose::vae_held_out_data, sample, p,
                     l + i, x);
        }
    }

    // A row of the table into lane l of panel p.
    MC_HOST_DEVICE_CALL void take_row(const double* row, Purpose purpose, std::uint64_t sample, int p, int l,
                                      T* x) const {
        const std::uint32_t t = problem_.dimension;
        T* to = x + Layers::at(p, static_cast<int>(t), 0) + l;
        Words w = {};
        for (std::uint32_t k = 0; k < t; ++k) {
            double value = row[k];
            if (problem_.data.pixels == Pixels::sampled) {
                if (k % 4 == 0) w = words_(seed_, counter_of(purpose, sample * normal_blocks(t) + k / 4, member_));
                value = uniform_32(w.value[k % 4]) < value ? 1.0 : 0.0;
            }
            to[static_cast<long>(k) * step] = static_cast<T>(value);
        }
    }

    // Standard normals of a sample's blocks into rows 0 .. rows - 1 of lane l of panel p.
    MC_HOST_DEVICE_CALL void normals_of(Purpose purpose, std::uint64_t sample, std::uint32_t rows, int p, int l,
                                        T* to) const {
        const std::uint64_t blocks = normal_blocks(rows);
        T* first = to + Layers::at(p, static_cast<int>(rows), 0) + l;
        for (std::uint64_t c = 0; c < blocks; ++c) {
            const Words w = words_(seed_, counter_of(purpose, sample * blocks + c, member_));
            const NormalBlock<double> z = normals_of_words(w);
            MC_UNROLL_ALL
            for (std::uint32_t k = 0; k < 4; ++k)
                if (4 * c + k < rows) first[static_cast<long>(4 * c + k) * step] = static_cast<T>(z.value[k]);
        }
    }

    MC_HOST_DEVICE double class_of(Purpose purpose, std::uint64_t block) const {
        return static_cast<double>(class_of_block(words_, seed_, purpose, block, member_, label_count(problem_.data)));
    }

    // Normals in lanes l .. of panel p become data of the law; choice: blocks of their classes.
    MC_HOST_DEVICE_CALL void shape(Purpose choices, const std::uint64_t* choice, int p, int l, T* x) const {
        const int t = static_cast<int>(problem_.dimension);
        const Data& law = problem_.data;
        T* rows = x + Layers::at(p, t, 0) + l;
        for (int i = 0; i < width; ++i) {
            if (law.law == DataLaw::toy) {
                const double center = 10.0 * class_of(choices, choice[i]);
                for (int k = 0; k < t; ++k)
                    rows[k * step + i] =
                        static_cast<T>(fma(law.scale, static_cast<double>(rows[k * step + i]), center));
            } else if (law.law == DataLaw::pinwheel) {
                const double arm = class_of(choices, choice[i]);
                const double along = fma(0.3, static_cast<double>(rows[i]), 1.0),
                             across = 0.1 * static_cast<double>(rows[step + i]);
                const double turn = arm / 5.0 + 0.25 * exp(along) * 0.15915494309189535;
                const SineCosine<double> angle =
                    sine_cosine_of_turn(turn - static_cast<double>(static_cast<int>(turn)));
                rows[i] = static_cast<T>(law.scale * (along * angle.cosine - across * angle.sine));
                rows[step + i] = static_cast<T>(law.scale * (along * angle.sine + across * angle.cosine));
            } else {
                const double large = signal_deviation(law);
                const int first = static_cast<int>(law.signal);
                for (int k = 0; k < t; ++k) {
                    const double sd = k < first ? large : law.noise;
                    rows[k * step + i] = static_cast<T>(sd * static_cast<double>(rows[k * step + i]));
                }
                stretch_along_directions(law.stretch, rows + i);
            }
        }
    }

    // Numbers of a datum, step apart, become by a factor what they are along the signal's directions.
    MC_HOST_DEVICE_CALL void stretch_along_directions(double factor, T* row) const {
        const auto t = static_cast<int>(problem_.dimension);
        const double* direction = problem_.data.directions;
        MC_UNROLL(1)
        for (std::uint32_t j = 0; j < problem_.data.turned; ++j, direction += t) {
            double along = 0.0;
            MC_UNROLL(1)
            for (int k = t; k-- > 0;) along = fma(direction[k], static_cast<double>(row[k * step]), along);
            along *= factor - 1.0;
            MC_UNROLL(1)
            for (int k = 0; k < t; ++k)
                row[k * step] = static_cast<T>(fma(along, direction[k], static_cast<double>(row[k * step])));
        }
    }

    const Problem& problem_;
    Layers layers_;
    Normals normals_;
    WordSource words_;
    std::uint64_t seed_, member_;
};

}  // namespace modecollapse::vae
