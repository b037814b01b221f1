// Trains and evaluates one sequence VAE on one thread. Sentences stand in the SIMD lanes; what a member computes does not depend
// on the instruction set (kernels/lanes/panel_products.hpp), nor on what the thread did before.
//
// This file is compiled once per instruction set, with MC_SEQUENCE_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
#include "kernels/sequence/lanes.hpp"

#include "kernels/sequence/data.hpp"
#include "kernels/sequence/pass.hpp"
#include "kernels/training/descent.hpp"
#include "kernels/training/panel_tile.hpp"

#ifndef MC_SEQUENCE_LANES_FUNCTION
#define MC_SEQUENCE_LANES_FUNCTION sequence_lanes_baseline
#endif

namespace modecollapse::sequence {
namespace {

template <class Number>
class Member {
    using T = ScalarOf<Number>;
    using Tile = PanelTile<Number>;
    static constexpr int lanes = panel_lanes<T>;

public:
    explicit Member(const Call& call)
        : call_(call),
          problem_(*call.problem),
          m_(*static_cast<const Memory<T>*>(call.memory)),
          pass_(problem_, m_),
          draws_(problem_, m_, call.seed, call.member),
          l_(static_cast<int>(problem_.latent)) {}

    Answer answer() {
        switch (call_.kind) {
            case TaskKind::prepare:
                draw_start(problem_, call_.seed, call_.member, m_.parameters);
                return {0, true, 0.0};
            case TaskKind::train:
                return train();
            case TaskKind::gradient:
                return gradient(call_.first);
            case TaskKind::evaluate:
                return {0, true, 0.0, !evaluate()};
            case TaskKind::weigh:
                return {0, true, 0.0, !weigh()};
            case TaskKind::draw:
                return {0, true, 0.0, !draw()};
        }
        return {0, true, 0.0};
    }

private:
    // The gradient at the parameters as they are, of the batch of a step. Finite: the loss is.
    Answer gradient(std::uint64_t step) {
        const double beta = problem_.kl_weight.at(static_cast<double>(step));
        for (std::uint64_t i = 0; i < m_.padded_parameters; ++i) m_.gradient[i] = T(0);
        pass_.pack(static_cast<double>(step));
        double loss = 0.0;
        const double share = 1.0 / static_cast<double>(problem_.batch);
        for (std::uint64_t done = 0; done < problem_.batch; done += tile_.size) {
            if (is_due(call_.stop)) return {0, true, 0.0, true};
            const std::uint64_t count = tile_.of(problem_.batch - done), first = step * problem_.batch + done;
            const int panels = Tile::panels_of(count);
            Tile::weigh(share, count, panels, m_.latent.weight);
            const int places = call_.given ? draws_.rows(call_.data->training, done, count, panels)
                                           : draws_.batch(call_.data->training, first, count, panels);
            if (call_.given) take(call_.given + done * static_cast<std::uint64_t>(l_), count, panels, m_.latent.eps);
            draws_.drop(first, count, places, panels);
            pass_.encode(places, panels);
            pass_.follow(places, panels);
            pass_.compare(Sweep::gradient, places, panels);
            for (std::uint64_t i = 0; i < count; ++i)
                loss += static_cast<double>(m_.latent.misfit[i]) + beta * static_cast<double>(m_.latent.kl[i]);
            pass_.reverse(beta, places, panels);
        }
        pass_.finish_gradient();
        loss *= share;
        return {1, loss - loss == 0.0, loss};
    }

    Answer train() {
        const DescentArrays<T> arrays = {m_.parameters, m_.first_moment, m_.second_moment, m_.gradient,
                                         m_.padded_parameters};
        return train_steps<Answer>(
            call_.first, call_.count, [&](std::uint64_t step) { return gradient(step); },
            [&](std::uint64_t step) { return descend<Number>(problem_.optimizer, step, problem_.steps, arrays); });
    }

    // The held-out sentences, a tile at a time. False: given up.
    bool evaluate() {
        pass_.pack(static_cast<double>(call_.first));
        const TokenTable& table = call_.data->held_out;
        const Evaluation& out = call_.evaluation;
        for (std::uint64_t done = 0; done < table.sentences; done += tile_.size) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t count = tile_.of(table.sentences - done);
            const int panels = Tile::panels_of(count);
            const int places = draws_.rows(table, done, count, panels);
            pass_.encode(places, panels);
            if (out.misfit) {
                pass_.follow(places, panels);
                pass_.compare(Sweep::values, places, panels);
            }
            for (std::uint64_t i = 0; i < count; ++i) {
                const std::uint64_t to = (done + i) * static_cast<std::uint64_t>(l_);
                for (int k = 0; k < l_; ++k) {
                    if (out.mean) out.mean[to + k] = Tile::number(m_.latent.code, 2 * l_, i, k);
                    if (out.variance) out.variance[to + k] = exp(Tile::number(m_.latent.code, 2 * l_, i, l_ + k));
                    if (out.sample) out.sample[to + k] = Tile::number(m_.latent.z, l_, i, k);
                }
                if (out.kl) out.kl[done + i] = static_cast<double>(m_.latent.kl[i]);
                if (out.misfit) out.misfit[done + i] = static_cast<double>(m_.latent.misfit[i]);
            }
        }
        return true;
    }

    // One held-out sentence at given latents, a tile of them at a time: the decoder's states know nothing of them. False: given up.
    bool weigh() {
        pass_.pack(static_cast<double>(call_.first));
        const Sweep sweep = call_.score ? Sweep::gradient : Sweep::values;
        const int panels = Tile::panels_of(tile_.size),
                  places = draws_.repeated(call_.data->held_out, call_.row, tile_.size, panels);
        pass_.follow(places, panels);
        for (std::uint64_t done = 0; done < call_.count; done += tile_.size) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t count = tile_.of(call_.count - done);
            Tile::weigh(-1.0, count, panels, m_.latent.weight);
            take(call_.given + done * static_cast<std::uint64_t>(l_), count, panels, m_.latent.z);
            pass_.compare(sweep, places, panels);
            for (std::uint64_t i = 0; i < count; ++i) {
                call_.log_likelihood[done + i] = -static_cast<double>(m_.latent.misfit[i]);
                for (int k = 0; call_.score && k < l_; ++k)
                    call_.score[(done + i) * static_cast<std::uint64_t>(l_) + k] = Tile::number(m_.latent.dz, l_, i, k);
            }
        }
        return true;
    }

    // Sentences at given latents, token by token. False: given up.
    bool draw() {
        pass_.pack(static_cast<double>(call_.first));
        const auto most = static_cast<int>(problem_.most_tokens);
        for (std::uint64_t done = 0; done < call_.count; done += tile_.size) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t count = tile_.of(call_.count - done);
            const int panels = Tile::panels_of(count);
            take(call_.given + done * static_cast<std::uint64_t>(l_), count, panels, m_.latent.z);
            for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(panels) * lanes; ++i) {
                m_.lengths[i] = static_cast<T>(most);
                m_.given_tokens[SentenceDraws<Number>::place(0, i, panels)] = start_mark;
            }
            for (int t = 0; t < most; ++t)
                pass_.next_logits(t, panels, [&](int first, int chunk, const T* logits) {
                    for (int k = 0; k < chunk * lanes; ++k) {
                        const std::uint64_t i =
                            static_cast<std::uint64_t>(first) * lanes + static_cast<std::uint64_t>(k);
                        const std::int32_t token = next_token(done + i, t, logits, k);
                        m_.tokens[SentenceDraws<Number>::place(t, i, panels)] = token;
                        if (t + 1 < most) m_.given_tokens[SentenceDraws<Number>::place(t + 1, i, panels)] = token;
                    }
                });
            for (std::uint64_t i = 0; i < count; ++i) {
                bool ended = false;
                for (int t = 0; t < most; ++t) {
                    const std::int32_t token = ended ? end_mark : m_.tokens[SentenceDraws<Number>::place(t, i, panels)];
                    call_.tokens[(done + i) * static_cast<std::uint64_t>(most) + static_cast<std::uint64_t>(t)] = token;
                    ended = token == end_mark;
                }
            }
        }
        return true;
    }

    // The token whose interval of the distribution function holds the uniform number; of lane k of the logits' panels.
    std::int32_t next_token(std::uint64_t draw, int t, const T* logits, int k) const {
        const int words = static_cast<int>(words_of(problem_));
        const auto logit = [&](int r) __attribute__((always_inline)) {
            return static_cast<double>(logits[Pass<Number>::at(k / lanes, words, r) + k % lanes]);
        };
        double most = logit(0), sum = 0.0;
        for (int r = 1; r < words; ++r) most = logit(r) > most ? logit(r) : most;
        for (int r = 0; r < words; ++r) sum += exp(logit(r) - most);
        const auto at = static_cast<std::uint64_t>(t);
        const Words w =
            words_(call_.seed,
                   counter_of(Purpose::sequence_draws,
                              first_token_block + (call_.row + draw) * token_blocks(problem_) + at / 4, call_.member));
        double left = uniform_32(w.value[at % 4]) * sum;
        for (int r = 0; r < words; ++r) {
            left -= exp(logit(r) - most);
            if (left < 0.0) return r;
        }
        return words - 1;
    }

    void take(const double* latents, std::uint64_t count, int panels, T* to) const {
        Tile::take(latents, l_, count, panels, l_, to);
    }

    const Call& call_;
    const Problem& problem_;
    const Memory<T>& m_;
    Pass<Number> pass_;
    Tile tile_ = {m_.panels * lanes};
    SentenceDraws<Number> draws_;
    Random123Words words_;
    int l_;
};

}  // namespace

Answer MC_SEQUENCE_LANES_FUNCTION(const Call& call) {
    if (call.precision == Precision::single_precision) return Member<Pack<float, register_bytes / 4>>(call).answer();
    return Member<Pack<double, register_bytes / 8>>(call).answer();
}

}  // namespace modecollapse::sequence
