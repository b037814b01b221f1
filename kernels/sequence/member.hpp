// One sequence VAE member in training and evaluation: the same text on a CPU thread, sentences in the SIMD lanes (lanes.cpp), and by
// the threads of a CUDA block (device.cuh). What a member computes does not depend on either.
//
// Layers: kernels/training/layers.hpp; Normals: PanelNormals or SampleNormals; WordSource: random/streams.hpp.
#pragma once

#include "kernels/sequence/data.hpp"
#include "kernels/sequence/lanes.hpp"
#include "kernels/sequence/pass.hpp"
#include "kernels/training/tile.hpp"
#include "kernels/training/train_steps.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::sequence {

template <class Layers, class Normals, class WordSource>
class Member {
    using T = typename Layers::T;
    using Draws = SentenceDraws<Layers, Normals, WordSource>;
    static constexpr int lanes = Layers::lanes;

public:
    // Once the layers' stop is due, a call ends within a tile, whose work is dropped.
    MC_HOST_DEVICE Member(const Problem& problem, const Memory<T>& memory, std::uint64_t seed, std::uint64_t member,
                          const Layers& layers, const Normals& normals, const WordSource& words)
        : problem_(problem),
          m_(memory),
          pass_(problem_, m_, layers),
          layers_(layers),
          tile_{layers_, tile_sentences(problem)},
          draws_(problem_, m_, layers_, normals, words, seed, member),
          words_(words),
          seed_(seed),
          member_(member),
          l_(static_cast<int>(problem_.latent)) {}

    // The gradient at the parameters as they are, of the batch of a step. Finite: the loss is. given: as in lanes.hpp.
    MC_HOST_DEVICE_CALL TrainingAnswer gradient(std::uint64_t step, const TokenTable& table, const double* given) {
        const double beta = problem_.kl_weight.at(static_cast<double>(step));
        layers_.for_each(m_.padded_parameters, [&](std::uint64_t i) { m_.gradient[i] = T(0); });
        pass_.pack(static_cast<double>(step));
        double loss = 0.0;
        const double share = 1.0 / static_cast<double>(problem_.batch);
        for (std::uint64_t done = 0; done < problem_.batch; done += tile_.size) {
            if (layers_.is_due()) return {0, true, 0.0, true};
            const std::uint64_t count = tile_.of(problem_.batch - done), first = step * problem_.batch + done;
            const int panels = Layers::panels_of(count);
            tile_.weigh(share, count, panels, m_.latent.weight);
            const int places =
                given ? draws_.rows(table, done, count, panels) : draws_.batch(table, first, count, panels);
            if (layers_.is_due()) break;  // then sentences may be missing
            if (given) take(given + done * static_cast<std::uint64_t>(l_), count, panels, m_.latent.eps);
            draws_.drop(first, count, places, panels);
            pass_.encode(places, panels);
            pass_.follow(places, panels);
            pass_.compare(Sweep::gradient, places, panels);
            loss = layers_.of_one([&] {
                double sum = loss;
                MC_UNROLL(8)  // one thread's work: loads ahead of the sum
                for (std::uint64_t i = 0; i < count; ++i)
                    sum += static_cast<double>(m_.latent.misfit[i]) + beta * static_cast<double>(m_.latent.kl[i]);
                return sum;
            });
            pass_.reverse(beta, places, panels);
        }
        if (layers_.is_due()) return {0, true, 0.0, true};
        pass_.finish_gradient();
        loss *= share;
        return {1, loss - loss == 0.0, loss};
    }

    MC_HOST_DEVICE_CALL TrainingAnswer train(std::uint64_t first, std::uint64_t count, const TokenTable& table) {
        const DescentArrays<T> arrays = {m_.parameters, m_.first_moment, m_.second_moment, m_.gradient,
                                         m_.padded_parameters};
        return train_steps<TrainingAnswer>(
            first, count, [&](std::uint64_t step) { return gradient(step, table, nullptr); },
            [&](std::uint64_t step) { return descend(layers_, problem_.optimizer, step, problem_.steps, arrays); });
    }

    // `sentences` of them as of a step, a tile at a time; table: what is read, or trained on. False: given up.
    template <DataRead read>
    MC_HOST_DEVICE_CALL bool evaluate(std::uint64_t step, const TokenTable& table, std::uint64_t sentences,
                                      const Evaluation& out, TileShare share = {}) {
        pass_.pack(static_cast<double>(step));
        for (std::uint64_t done = share.first * tile_.size; done < sentences; done += share.step * tile_.size) {
            if (layers_.is_due()) return false;
            const std::uint64_t count = tile_.of(sentences - done);
            const int panels = Layers::panels_of(count);
            const int places = read == DataRead::held_out ? draws_.rows(table, done, count, panels)
                                                          : draws_.batch(table, done, count, panels);
            pass_.encode(places, panels);
            if (out.misfit) {
                pass_.follow(places, panels);
                pass_.compare(Sweep::values, places, panels);
            }
            layers_.for_each(count, [&](std::uint64_t i) { record(out, done, i); });
        }
        return !layers_.is_due();
    }

    // One sentence of a table at given latents (count, l) as of a step, a tile of them at a time: the decoder's states know nothing of
    // them. log_likelihood (count); score (count, l), or null. False: given up.
    MC_HOST_DEVICE_CALL bool weigh(std::uint64_t step, const TokenTable& table, std::uint64_t row, const double* given,
                                   std::uint64_t latents, double* log_likelihood, double* score, TileShare share = {}) {
        pass_.pack(static_cast<double>(step));
        const Sweep sweep = score ? Sweep::gradient : Sweep::values;
        const int panels = Layers::panels_of(tile_.size), places = draws_.repeated(table, row, tile_.size, panels);
        pass_.follow(places, panels);
        for (std::uint64_t done = share.first * tile_.size; done < latents; done += share.step * tile_.size) {
            if (layers_.is_due()) return false;
            const std::uint64_t count = tile_.of(latents - done);
            tile_.weigh(-1.0, count, panels, m_.latent.weight);
            take(given + done * static_cast<std::uint64_t>(l_), count, panels, m_.latent.z);
            pass_.compare(sweep, places, panels);
            layers_.for_each(count, [&](std::uint64_t i) {
                log_likelihood[done + i] = -static_cast<double>(m_.latent.misfit[i]);
                for (int k = 0; score && k < l_; ++k)
                    score[(done + i) * static_cast<std::uint64_t>(l_) + k] = tile_.number(m_.latent.dz, l_, i, k);
            });
        }
        return !layers_.is_due();
    }

    // Sentences (latents, n_max) at given latents, token by token; row: the first draw's number. False: given up.
    MC_HOST_DEVICE_CALL bool draw(std::uint64_t step, std::uint64_t row, const double* given, std::uint64_t latents,
                                  std::int32_t* tokens) {
        pass_.pack(static_cast<double>(step));
        const auto most = static_cast<int>(problem_.most_tokens);
        for (std::uint64_t done = 0; done < latents; done += tile_.size) {
            if (layers_.is_due()) return false;
            const std::uint64_t count = tile_.of(latents - done);
            const int panels = Layers::panels_of(count);
            take(given + done * static_cast<std::uint64_t>(l_), count, panels, m_.latent.z);
            layers_.for_each(static_cast<std::uint64_t>(panels) * lanes, [&](std::uint64_t i) {
                m_.lengths[i] = static_cast<T>(most);
                m_.given_tokens[Draws::place(0, i, panels)] = start_mark;
            });
            for (int t = 0; t < most; ++t)
                pass_.next_logits(t, panels, [&](int first, int chunk, const T* logits) {
                    layers_.for_each(static_cast<std::uint64_t>(chunk) * lanes, [&](std::uint64_t k) {
                        const std::uint64_t i = static_cast<std::uint64_t>(first) * lanes + k;
                        const std::int32_t token = next_token(row + done + i, t, logits, static_cast<int>(k));
                        m_.tokens[Draws::place(t, i, panels)] = token;
                        if (t + 1 < most) m_.given_tokens[Draws::place(t + 1, i, panels)] = token;
                    });
                });
            layers_.for_each(count, [&](std::uint64_t i) {
                bool ended = false;
                for (int t = 0; t < most; ++t) {
                    const std::int32_t token = ended ? end_mark : m_.tokens[Draws::place(t, i, panels)];
                    tokens[(done + i) * static_cast<std::uint64_t>(most) + static_cast<std::uint64_t>(t)] = token;
                    ended = token == end_mark;
                }
            });
        }
        return !layers_.is_due();
    }

private:
    // Sentence i of the tile from sentence `done` on.
    MC_HOST_DEVICE_CALL void record(const Evaluation& out, std::uint64_t done, std::uint64_t i) const {
        const std::uint64_t to = (done + i) * static_cast<std::uint64_t>(l_);
        for (int k = 0; k < l_; ++k) {
            if (out.mean) out.mean[to + k] = tile_.number(m_.latent.code, 2 * l_, i, k);
            if (out.variance) out.variance[to + k] = exp(tile_.number(m_.latent.code, 2 * l_, i, l_ + k));
            if (out.sample) out.sample[to + k] = tile_.number(m_.latent.z, l_, i, k);
        }
        if (out.kl) out.kl[done + i] = static_cast<double>(m_.latent.kl[i]);
        if (out.misfit) out.misfit[done + i] = static_cast<double>(m_.latent.misfit[i]);
    }

    // The token whose interval of the distribution function holds the uniform number; of lane k of the logits' panels.
    MC_HOST_DEVICE_CALL std::int32_t next_token(std::uint64_t draw, int t, const T* logits, int k) const {
        const int words = static_cast<int>(words_of(problem_));
        const auto logit = [&](int r) {
            return static_cast<double>(logits[Pass<Layers>::at(k / lanes, words, r) + k % lanes]);
        };
        double most = logit(0), sum = 0.0;
        for (int r = 1; r < words; ++r) most = logit(r) > most ? logit(r) : most;
        for (int r = 0; r < words; ++r) sum += exp(logit(r) - most);
        const auto at = static_cast<std::uint64_t>(t);
        const Words w = words_(seed_, counter_of(Purpose::sequence_draws,
                                                 first_token_block + draw * token_blocks(problem_) + at / 4, member_));
        double left = uniform_32(w.value[at % 4]) * sum;
        for (int r = 0; r < words; ++r) {
            left -= exp(logit(r) - most);
            if (left < 0.0) return r;
        }
        return words - 1;
    }

    MC_HOST_DEVICE void take(const double* latents, std::uint64_t count, int panels, T* to) const {
        tile_.take(latents, l_, count, panels, l_, to);
    }

    const Problem& problem_;
    const Memory<T>& m_;
    Pass<Layers> pass_;
    Layers layers_;
    Tile<Layers> tile_;
    Draws draws_;
    WordSource words_;
    std::uint64_t seed_, member_;
    int l_;
};

}  // namespace modecollapse::sequence
