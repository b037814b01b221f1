// What the training of a sequence VAE draws: its start, its batches of sentences, of a table or fresh ones of a source, what the
// decoder is not told of them, and the latent normals. Blocks: sequence/draws.hpp.
#pragma once

#include "kernels/sequence/memory.hpp"
#include "kernels/sequence/token_table.hpp"
#include "kernels/training/panel_normals.hpp"
#include "kernels/vae/convex_start.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sequence/draws.hpp"

namespace modecollapse::sequence {

// Half-width 1 / sqrt(rows) of an embedding, 1 / sqrt(width) of an LSTM, 1 / sqrt(inputs) of a linear layer, the usual choices.
template <class T>
[[gnu::always_inline]] inline void draw_start(const Problem& problem, std::uint64_t seed, std::uint64_t member,
                                              T* parameters) {
    const Layout at = layout_of(problem);
    const ParameterDraws<T, Random123Words> draw({}, Purpose::sequence_parameters, seed, member, parameters);
    const auto half_width = [](std::uint32_t inputs) __attribute__((always_inline)) {
        return 1.0 / sqrt(static_cast<double>(inputs));
    };
    const auto lstm = [&](const LstmShape& shape, std::uint64_t first) __attribute__((always_inline)) {
        const LstmLayout in = layout_of(shape);
        draw(first, first + in.input, 0.0, half_width(shape.embedding));
        draw(first + in.input, first + in.count, 0.0, half_width(shape.width));
    };
    lstm(problem.encoder, at.encoder);
    draw(at.code, at.decoder, 0.0, half_width(problem.encoder.width));
    lstm(problem.decoder, at.decoder);
    if (problem.head == Head::linear) {
        draw(at.head, at.count, 0.0, half_width(head_inputs(problem)));
    } else {
        vae::draw_convex_map(problem.first_map, at.head, draw);
        vae::draw_convex_map(problem.second_map, at.second_map, draw);
    }
}

// Sentences first .. of all steps' batches, `count` of them and those that fill a pack, out of a source: tokens (count, n_max) and
// their lengths. Wide: a pack of doubles; work: source_work of them.
template <class Wide>
[[gnu::noinline]] void draw_fresh_sentences(const SourceView& source, std::uint64_t seed, std::uint64_t member,
                                            std::uint64_t first, std::uint64_t count, Wide* work, std::int32_t* tokens,
                                            std::uint32_t* lengths) {
    constexpr int lanes = NumberTraits<Wide>::lanes;
    const std::uint64_t most = source.law.most_tokens, blocks_each = sentence_blocks(source.law.most_tokens);
    for (std::uint64_t i = 0; i < count; i += lanes) {
        SentenceBlocks blocks[lanes];
        for (int l = 0; l < lanes; ++l)
            blocks[l] = {seed, Purpose::sequence_choice, member,
                         first_fresh_block + (first + i + static_cast<std::uint64_t>(l)) * blocks_each};
        const auto drawn = draw_source_sentences(
            source, blocks, Random123Words(),
            work, [&](int lane, std::uint32_t t, std::int32_t token) __attribute__((always_inline)) {
                tokens[(i + static_cast<std::uint64_t>(lane)) * most + t] = token;
            });
        for (int l = 0; l < lanes; ++l) lengths[i + static_cast<std::uint64_t>(l)] = drawn.length[l];
    }
}

template <class Number>
class SentenceDraws {
    using T = ScalarOf<Number>;
    static constexpr int lanes = panel_lanes<T>;

public:
    SentenceDraws(const Problem& problem, const Memory<T>& memory, std::uint64_t seed, std::uint64_t member)
        : problem_(problem), m_(memory), seed_(seed), member_(member), normals_(seed, member) {}

    // Sentences first .. of all steps' batches, `count` of them, fresh or of the table, and their eps; those past the last are empty.
    // Returns the tokens of the longest.
    int batch(const TokenTable& table, std::uint64_t first, std::uint64_t count, int panels) const {
        const int places =
            problem_.fresh.parameters ? fresh(first, count, panels) : chosen(table, first, count, panels);
        noise(Purpose::sequence_noise, first, panels);
        return places;
    }

    // Sentences first .. of a table in its order, and their eps as held-out ones.
    int rows(const TokenTable& table, std::uint64_t first, std::uint64_t count, int panels) const {
        const int places = fill(panels, count, [&](std::uint64_t i) { return row_of(table, first + i); });
        noise(Purpose::sequence_held_out_noise, first, panels);
        return places;
    }

    // One sentence of a table in every place.
    int repeated(const TokenTable& table, std::uint64_t row, std::uint64_t count, int panels) const {
        return fill(panels, count, [&](std::uint64_t) { return row_of(table, row); });
    }

    // What the decoder is not told of the sentences first .. of all steps' batches.
    void drop(std::uint64_t first, std::uint64_t count, int places, int panels) const {
        if (!(problem_.word_dropout > 0.0)) return;
        for (std::uint64_t i = 0; i < count; ++i) {
            Words w = {};
            for (int t = 1; t < places; ++t) {
                const auto k = static_cast<std::uint64_t>(t - 1);
                if (k % 4 == 0)
                    w = words_(seed_, counter_of(Purpose::sequence_word_dropout,
                                                 (first + i) * token_blocks(problem_) + k / 4, member_));
                if (uniform_32(w.value[k % 4]) < problem_.word_dropout)
                    m_.given_tokens[place(t, i, panels)] = unknown_word;
            }
        }
    }

    static std::uint64_t place(int t, std::uint64_t i, int panels) {
        return static_cast<std::uint64_t>(t) * static_cast<std::uint64_t>(panels) * lanes + i;
    }

private:
    struct Sentence {
        const std::int32_t* tokens;
        std::uint32_t length;
    };
    static Sentence row_of(const TokenTable& table, std::uint64_t i) { return {table.sentence(i), table.length(i)}; }

    int chosen(const TokenTable& table, std::uint64_t first, std::uint64_t count, int panels) const {
        return fill(panels, count, [&](std::uint64_t i) {
            const Words w = words_(seed_, counter_of(Purpose::sequence_choice, first + i, member_));
            return row_of(table,
                          static_cast<std::uint64_t>(uniform_32(w.value[0]) * static_cast<double>(table.sentences)));
        });
    }

    int fresh(std::uint64_t first, std::uint64_t count, int panels) const {
        using Wide = Pack<double, register_bytes / 8>;
        auto* work = reinterpret_cast<Wide*>(m_.fresh_work);
        draw_fresh_sentences(problem_.fresh, seed_, member_, first, count, work, m_.fresh_tokens, m_.fresh_lengths);
        return fill(panels, count, [&](std::uint64_t i) {
            return Sentence{m_.fresh_tokens + i * problem_.most_tokens, m_.fresh_lengths[i]};
        });
    }

    template <class Choose>
    int fill(int panels, std::uint64_t count, const Choose& choose) const {
        const std::uint64_t all = static_cast<std::uint64_t>(panels) * lanes;
        const auto most = static_cast<int>(problem_.most_tokens);
        int places = 1;
        for (std::uint64_t i = 0; i < all; ++i) {
            const Sentence s = i < count ? choose(i) : Sentence{nullptr, 0};
            const auto length = static_cast<int>(s.length);
            places = length > places ? length : places;
            m_.lengths[i] = static_cast<T>(length);
            m_.given_tokens[place(0, i, panels)] = start_mark;
            for (int t = 0; t < most; ++t) {
                const std::int32_t token = t < length ? s.tokens[t] : end_mark;
                m_.tokens[place(t, i, panels)] = token;
                if (t + 1 < most) m_.given_tokens[place(t + 1, i, panels)] = token;
            }
        }
        return places;
    }

    void noise(Purpose purpose, std::uint64_t first, int panels) const {
        normals_.all(purpose, first, problem_.latent, panels, m_.latent.eps);
    }

    const Problem& problem_;
    const Memory<T>& m_;
    std::uint64_t seed_, member_;
    PanelNormals<Number> normals_;
    Random123Words words_;
};

}  // namespace modecollapse::sequence
