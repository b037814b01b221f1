// What a VAE's training draws, in panels of samples: its start, its data and the latent normals. Blocks: vae/draws.hpp; laws:
// vae/problem.hpp.
#pragma once

#include "kernels/training/panel_normals.hpp"
#include "kernels/training/word_normals.hpp"
#include "kernels/vae/convex_start.hpp"
#include "modecollapse/vae/draws.hpp"

namespace modecollapse::vae {

// Half-width 1 / sqrt(inputs) of weights and biases, the usual choice; V of an input-convex layer: e^{uniform on (-1, 1)} / width.
template <class T>
[[gnu::always_inline]] inline void draw_start(const Problem& problem, std::uint64_t seed, std::uint64_t member,
                                              T* parameters) {
    const Layout at = layout_of(problem);
    const ParameterDraws<T> draw(Purpose::vae_parameters, seed, member, parameters);
    const auto network = [&](const NetworkShape& shape, std::uint64_t first) __attribute__((always_inline)) {
        for (std::uint32_t i = 0; i <= shape.depth; ++i) {
            const NetworkLayer layer = network_layer(shape, i);
            draw(first + layer.weights, first + layer.biases + layer.outputs, 0.0,
                 1.0 / sqrt(static_cast<double>(layer.inputs)));
        }
    };
    network(problem.encoder, at.encoder);
    if (problem.decoder != Decoder::brenier) {
        network(problem.network, at.network);
    } else {
        draw_convex_map(problem.first_map, at.first_map, draw);
        draw_convex_map(problem.second_map, at.second_map, draw);
    }
    // clusters of the prior: centers apart, of unit variance
    draw(at.prior, at.prior + std::uint64_t{problem.clusters} * problem.latent, 0.0, 1.0);
    parameters[at.log_variance] = static_cast<T>(2.0 * log(problem.likelihood_sd));
}

template <class Number>
class PanelDraws {
    using T = ScalarOf<Number>;
    static constexpr int lanes = panel_lanes<T>, width = PanelNormals<Number>::width;
    static constexpr std::uint64_t points = std::uint64_t{1} << 47;

public:
    PanelDraws(const Problem& problem, std::uint64_t seed, std::uint64_t member)
        : problem_(problem), seed_(seed), member_(member), normals_(seed, member) {}

    // Data first .. of all steps' batches, one after another, and their eps.
    void batch(std::uint64_t first, int panels, T* x, T* eps) const {
        if (problem_.data.law == DataLaw::table) return batch_of_rows(first, panels, x, eps);
        for (int p = 0; p < panels; ++p)
            for (int l = 0; l < lanes; l += width) {
                const std::uint64_t sample = first + static_cast<std::uint64_t>(p * lanes + l);
                std::uint64_t choice[width];
                for (int i = 0; i < width; ++i) {
                    choice[i] = sample + static_cast<std::uint64_t>(i);
                    if (problem_.data.size == 0) continue;
                    const Words w = words_(seed_, counter_of(Purpose::vae_choice, choice[i], member_));
                    const auto point =
                        static_cast<std::uint64_t>(uniform_32(w.value[1]) * static_cast<double>(problem_.data.size));
                    normals_of(Purpose::vae_data, point, problem_.dimension, p, l + i, x);
                    choice[i] = points + point;
                }
                if (problem_.data.size == 0) normals_(Purpose::vae_data, sample, problem_.dimension, p, l, x);
                shape(Purpose::vae_choice, choice, p, l, x);
                normals_(Purpose::vae_noise, sample, problem_.latent, p, l, eps);
            }
    }

    // Held-out data first .. and their eps.
    void held_out(std::uint64_t first, int panels, T* x, T* eps) const {
        if (problem_.data.law == DataLaw::table) return held_out_rows(first, panels, x, eps);
        for (int p = 0; p < panels; ++p)
            for (int l = 0; l < lanes; l += width) {
                const std::uint64_t sample = first + static_cast<std::uint64_t>(p * lanes + l);
                std::uint64_t choice[width];
                for (int i = 0; i < width; ++i) choice[i] = sample + static_cast<std::uint64_t>(i);
                normals_(Purpose::vae_held_out_data, sample, problem_.dimension, p, l, x);
                shape(Purpose::vae_held_out_choice, choice, p, l, x);
                normals_(Purpose::vae_held_out_noise, sample, problem_.latent, p, l, eps);
            }
    }

private:
    void batch_of_rows(std::uint64_t first, int panels, T* x, T* eps) const {
        for (int i = 0; i < panels * lanes; ++i) {
            const std::uint64_t sample = first + static_cast<std::uint64_t>(i);
            const Words w = words_(seed_, counter_of(Purpose::vae_choice, sample, member_));
            const auto row =
                static_cast<std::uint64_t>(uniform_32(w.value[1]) * static_cast<double>(problem_.data.size));
            take_row(problem_.data.points + row * problem_.dimension, Purpose::vae_data, sample, i, x);
        }
        normals_.all(Purpose::vae_noise, first, problem_.latent, panels, eps);
    }

    // Lanes beyond the last datum repeat it.
    void held_out_rows(std::uint64_t first, int panels, T* x, T* eps) const {
        for (int i = 0; i < panels * lanes; ++i) {
            const std::uint64_t sample = first + static_cast<std::uint64_t>(i),
                                row = sample < problem_.held_out ? sample : problem_.held_out - 1;
            take_row(problem_.data.held_out_points + row * problem_.dimension, Purpose::vae_held_out_data, sample, i,
                     x);
        }
        normals_.all(Purpose::vae_held_out_noise, first, problem_.latent, panels, eps);
    }

    // A row of the table into lane i of the panels.
    void take_row(const double* row, Purpose purpose, std::uint64_t sample, int i, T* x) const {
        const std::uint32_t t = problem_.dimension;
        T* to = x + static_cast<long>(i / lanes) * t * lanes + i % lanes;
        Words w = {};
        for (std::uint32_t k = 0; k < t; ++k) {
            double value = row[k];
            if (problem_.data.pixels == Pixels::sampled) {
                if (k % 4 == 0) w = words_(seed_, counter_of(purpose, sample * normal_blocks(t) + k / 4, member_));
                value = uniform_32(w.value[k % 4]) < value ? 1.0 : 0.0;
            }
            to[static_cast<long>(k) * lanes] = static_cast<T>(value);
        }
    }

    // Standard normals of a sample's blocks into rows 0 .. rows - 1 of lane l of panel p.
    void normals_of(Purpose purpose, std::uint64_t sample, std::uint32_t rows, int p, int l, T* to) const {
        const std::uint64_t blocks = normal_blocks(rows);
        for (std::uint64_t c = 0; c < blocks; ++c) {
            const Words w = words_(seed_, counter_of(purpose, sample * blocks + c, member_));
            const NormalBlock<double> z = normals_of_words(w);
            for (std::uint64_t k = 4 * c; k < rows && k < 4 * c + 4; ++k)
                to[(static_cast<long>(p) * rows + static_cast<long>(k)) * lanes + l] = static_cast<T>(z.value[k % 4]);
        }
    }

    double class_of(Purpose purpose, std::uint64_t block) const {
        return static_cast<double>(class_of_block(words_, seed_, purpose, block, member_, label_count(problem_.data)));
    }

    // Normals in lanes l .. of panel p become data of the law; choice: blocks of their classes.
    void shape(Purpose choices, const std::uint64_t* choice, int p, int l, T* x) const {
        const int t = static_cast<int>(problem_.dimension);
        const Data& law = problem_.data;
        T* rows = x + static_cast<long>(p) * t * lanes + l;
        for (int i = 0; i < width; ++i) {
            if (law.law == DataLaw::toy) {
                const double center = 10.0 * class_of(choices, choice[i]);
                for (int k = 0; k < t; ++k)
                    rows[k * lanes + i] =
                        static_cast<T>(fma(law.scale, static_cast<double>(rows[k * lanes + i]), center));
            } else if (law.law == DataLaw::pinwheel) {
                const double arm = class_of(choices, choice[i]);
                const double along = fma(0.3, static_cast<double>(rows[i]), 1.0),
                             across = 0.1 * static_cast<double>(rows[lanes + i]);
                const double turn = arm / 5.0 + 0.25 * exp(along) * 0.15915494309189535;
                const SineCosine<double> angle =
                    sine_cosine_of_turn(turn - static_cast<double>(static_cast<int>(turn)));
                rows[i] = static_cast<T>(law.scale * (along * angle.cosine - across * angle.sine));
                rows[lanes + i] = static_cast<T>(law.scale * (along * angle.sine + across * angle.cosine));
            } else {
                const double large = sqrt(fma(law.scale, law.scale, law.noise * law.noise));
                for (int k = 0; k < t; ++k) {
                    const double sd = k < static_cast<int>(law.signal) ? large : law.noise;
                    rows[k * lanes + i] = static_cast<T>(sd * static_cast<double>(rows[k * lanes + i]));
                }
            }
        }
    }

    const Problem& problem_;
    std::uint64_t seed_, member_;
    PanelNormals<Number> normals_;
    Random123Words words_;
};

}  // namespace modecollapse::vae
