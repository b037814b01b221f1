// What the training of a sequence VAE draws: its start, its batches of sentences, of a table or fresh ones of a source, what the
// decoder is not told of them, and the latent normals. Blocks: sequence/draws.hpp. WordSource: random/streams.hpp.
#pragma once

#include "kernels/sequence/memory.hpp"
#include "kernels/sequence/token_table.hpp"
#include "kernels/vae/convex_start.hpp"
#include "modecollapse/sequence/draws.hpp"

namespace modecollapse::sequence {

MC_HOST_DEVICE double half_width(std::uint32_t inputs) { return 1.0 / sqrt(static_cast<double>(inputs)); }

// first: where its parameters begin.
template <class Draw>
MC_HOST_DEVICE void draw_lstm(const LstmShape& shape, std::uint64_t first, const Draw& draw) {
    const LstmLayout in = layout_of(shape);
    draw(first, first + in.input, 0.0, half_width(shape.embedding));
    draw(first + in.input, first + in.count, 0.0, half_width(shape.width));
}

// Half-width 1 / sqrt(rows) of an embedding, 1 / sqrt(width) of an LSTM, 1 / sqrt(inputs) of a linear layer, the usual choices.
// index, size: of the worker among those that share the work.
template <class T, class WordSource>
MC_HOST_DEVICE void draw_start(const Problem& problem, const WordSource& words, std::uint64_t seed,
                               std::uint64_t member, T* parameters, int index = 0, int size = 1) {
    const Layout at = layout_of(problem);
    const ParameterDraws<T, WordSource> draw(words, Purpose::sequence_parameters, seed, member, parameters, index,
                                             size);
    draw_lstm(problem.encoder, at.encoder, draw);
    draw(at.code, at.decoder, 0.0, half_width(problem.encoder.width));
    draw_lstm(problem.decoder, at.decoder, draw);
    if (problem.head == Head::linear) {
        draw(at.head, at.count, 0.0, half_width(head_inputs(problem)));
    } else {
        vae::draw_convex_map(problem.first_map, at.head, draw);
        vae::draw_convex_map(problem.second_map, at.second_map, draw);
    }
}

// Layers: kernels/training/layers.hpp; Normals: PanelNormals or SampleNormals (kernels/training/).
template <class Layers, class Normals, class WordSource>
class SentenceDraws {
    using T = typename Layers::T;
    static constexpr int lanes = Layers::lanes;

public:
    MC_HOST_DEVICE SentenceDraws(const Problem& problem, const Memory<T>& memory, const Layers& layers,
                                 const Normals& normals, const WordSource& words, std::uint64_t seed,
                                 std::uint64_t member)
        : problem_(problem),
          m_(memory),
          layers_(layers),
          normals_(normals),
          words_(words),
          seed_(seed),
          member_(member) {}

    // Sentences first .. of all steps' batches, `count` of them, fresh or of the table, and their eps; those past the last are empty.
    // Returns the tokens of the longest.
    MC_HOST_DEVICE_CALL int batch(const TokenTable& table, std::uint64_t first, std::uint64_t count, int panels) const {
        noise(Purpose::sequence_noise, first, panels);
        return problem_.fresh.parameters ? fresh(first, count, panels) : chosen(table, first, count, panels);
    }

    // Sentences first .. of a table in its order, and their eps as held-out ones.
    MC_HOST_DEVICE_CALL int rows(const TokenTable& table, std::uint64_t first, std::uint64_t count, int panels) const {
        noise(Purpose::sequence_held_out_noise, first, panels);
        return fill(panels, count, [&](std::uint64_t i) { return row_of(table, first + i); });
    }

    // One sentence of a table in every place.
    MC_HOST_DEVICE_CALL int repeated(const TokenTable& table, std::uint64_t row, std::uint64_t count,
                                     int panels) const {
        return fill(panels, count, [&](std::uint64_t) { return row_of(table, row); });
    }

    // What the decoder is not told of the sentences first .. of all steps' batches.
    MC_HOST_DEVICE_CALL void drop(std::uint64_t first, std::uint64_t count, int places, int panels) const {
        if (!(problem_.word_dropout > 0.0)) return;
        layers_.for_each(count, [&](std::uint64_t i) {
            Words w = {};
            for (int t = 1; t < places; ++t) {
                const auto k = static_cast<std::uint64_t>(t - 1);
                if (k % 4 == 0)
                    w = words_(seed_, counter_of(Purpose::sequence_word_dropout,
                                                 (first + i) * token_blocks(problem_) + k / 4, member_));
                if (uniform_32(w.value[k % 4]) < problem_.word_dropout)
                    m_.given_tokens[place(t, i, panels)] = unknown_word;
            }
        });
    }

    MC_HOST_DEVICE static std::uint64_t place(int t, std::uint64_t i, int panels) {
        return static_cast<std::uint64_t>(t) * static_cast<std::uint64_t>(panels) * lanes + i;
    }

private:
    struct Sentence {
        const std::int32_t* tokens;
        std::uint32_t length;
    };
    MC_HOST_DEVICE static Sentence row_of(const TokenTable& table, std::uint64_t i) {
        return {table.sentence(i), table.length(i)};
    }

    MC_HOST_DEVICE int chosen(const TokenTable& table, std::uint64_t first, std::uint64_t count, int panels) const {
        return fill(panels, count, [&](std::uint64_t i) {
            const Words w = words_(seed_, counter_of(Purpose::sequence_choice, first + i, member_));
            return row_of(table,
                          static_cast<std::uint64_t>(uniform_32(w.value[0]) * static_cast<double>(table.sentences)));
        });
    }

    // As many side by side as a worker's number has lanes.
    MC_HOST_DEVICE int fresh(std::uint64_t first, std::uint64_t count, int panels) const {
        using Wide = typename Layers::Alone;
        constexpr int wide = NumberTraits<Wide>::lanes;
        const std::uint64_t most = problem_.most_tokens, blocks_each = sentence_blocks(problem_.most_tokens),
                            room = source_work(problem_.fresh.law);
        layers_.for_each_alone((count + wide - 1) / wide, [&](std::uint64_t k, std::uint64_t worker) {
            SentenceBlocks blocks[wide];
            for (int l = 0; l < wide; ++l)
                blocks[l] = {seed_, Purpose::sequence_choice, member_,
                             first_fresh_block + (first + k * wide + static_cast<std::uint64_t>(l)) * blocks_each};
            std::int32_t* tokens = m_.fresh_tokens + k * wide * most;
            const auto drawn = draw_source_sentences(
                problem_.fresh, blocks, words_, reinterpret_cast<Wide*>(m_.fresh_work) + worker * room,
                [&](int lane, std::uint32_t t, std::int32_t token) {
                    tokens[static_cast<std::uint64_t>(lane) * most + t] = token;
                },
                [&] { return !layers_.is_due(); });
            for (int l = 0; l < wide; ++l) m_.fresh_lengths[k * wide + static_cast<std::uint64_t>(l)] = drawn.length[l];
        });
        return fill(panels, count, [&](std::uint64_t i) {
            return Sentence{m_.fresh_tokens + i * most, m_.fresh_lengths[i]};
        });
    }

    template <class Choose>
    MC_HOST_DEVICE int fill(int panels, std::uint64_t count, const Choose& choose) const {
        const std::uint64_t all = static_cast<std::uint64_t>(panels) * lanes;
        const auto most = static_cast<int>(problem_.most_tokens);
        layers_.for_each(all, [&](std::uint64_t i) {
            const Sentence s = i < count ? choose(i) : Sentence{nullptr, 0};
            const auto length = static_cast<int>(s.length);
            m_.lengths[i] = static_cast<T>(length);
            m_.given_tokens[place(0, i, panels)] = start_mark;
            for (int t = 0; t < most; ++t) {
                const std::int32_t token = t < length ? s.tokens[t] : end_mark;
                m_.tokens[place(t, i, panels)] = token;
                if (t + 1 < most) m_.given_tokens[place(t + 1, i, panels)] = token;
            }
        });
        int places = 1;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto length = static_cast<int>(m_.lengths[i]);
            places = length > places ? length : places;
        }
        return places;
    }

    MC_HOST_DEVICE void noise(Purpose purpose, std::uint64_t first, int panels) const {
        layers_.for_each_panel(panels, [&](int p) {
            for (int l = 0; l < lanes; l += Normals::width)
                normals_(purpose, first + static_cast<std::uint64_t>(p * lanes + l), problem_.latent, p, l,
                         m_.latent.eps);
        });
    }

    const Problem& problem_;
    const Memory<T>& m_;
    Layers layers_;
    Normals normals_;
    WordSource words_;
    std::uint64_t seed_, member_;
};

}  // namespace modecollapse::sequence
