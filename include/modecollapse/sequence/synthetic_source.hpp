// The law of synthetic sentences: a latent variable in the plane, and a random LSTM that makes a sentence of it.
//
//   y uniform on 0 .. 4,   z = r (cos 2 pi y/5, sin 2 pi y/5) + s n,   n ~ N(0, I_2)
//   (i, f, g, o)_t = U[x_{t-1}] + V z + W h_{t-1} + b,   x_0 the start mark,  h_0 = c_0 = 0
//   c_t = logistic(f_t) c_{t-1} + logistic(i_t) tanh(g_t),   h_t = logistic(o_t) tanh(c_t)
//   p(x_t = k | x_<t, z) = softmax of A h_t + a over the words and the end mark; the end mark not at t = 1
//
// until the end mark, or n_max tokens (token_table.hpp says which). The start mark and the unknown word are never drawn. U, V, W,
// b are uniform on (-w, w), A and a on (-w', w'); a has log(v / n_max) more for the end mark, so that it is about as likely as not
// within n_max tokens. The true posterior p(z|x) ~ p(x|z) p(z) is in the plane: kernels/sequence/synthetic_posterior.hpp.
//
// Who draws what:
//   seed           purpose                   id             block          gives
//   the source's   sequence_source_weights   0              floor(i / 4)   parameter i, from word i mod 4
//   a sentence's blocks (SentenceBlocks)                    0              word 0: y
//                                                           1              words 0 and 1: n
//                                                           2 + t / 2      token t + 1 (t from 0): words 0, 1 or 2, 3 by t mod 2
//   the source's   sequence_source_draws     the sentence   0 ..           those of sentences known by their number
// Fresh sentences of a training have blocks of its own: draws.hpp.
#pragma once

#include "modecollapse/numbers/constants.hpp"
#include "modecollapse/numbers/elementary.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"
#include "modecollapse/random/normal_variates.hpp"

namespace modecollapse::sequence {

inline constexpr int source_clusters = 5, source_latent = 2;
inline constexpr std::int32_t source_end = 0, source_start = 1, source_first_word = 3;  // token_table.hpp

struct SyntheticLaw {
    std::uint32_t words = 100, most_tokens = 10;  // v, the marks among them; n_max
    std::uint32_t width = 16;                     // H, units of the LSTM
    double weight_scale = 0.5, head_scale = 3.0;  // w, w'
    double radius = 2.0, spread = 0.5;            // r, s
    std::uint64_t seed = 1;
};

// A source, held by others.
struct SourceView {
    SyntheticLaw law;
    const double* parameters = nullptr;  // as source_layout says; null: no source
};

// Where its parameters lie: U (v, 4 H), V (4 H, 2), W (4 H, H), b (4 H), A (v, H), a (v).
struct SourceLayout {
    std::uint64_t of_words, of_latent, recurrent, bias, head, head_bias, count;
};

MC_HOST_DEVICE SourceLayout source_layout(const SyntheticLaw& law) {
    const std::uint64_t v = law.words, h = law.width;
    SourceLayout at = {};
    at.of_latent = at.of_words + 4 * h * v;
    at.recurrent = at.of_latent + 4 * h * source_latent;
    at.bias = at.recurrent + 4 * h * h;
    at.head = at.bias + 4 * h;
    at.head_bias = at.head + v * h;
    at.count = at.head_bias + v;
    return at;
}

template <class WordSource>
MC_HOST_DEVICE double source_parameter(const SyntheticLaw& law, std::uint64_t i, const WordSource& words) {
    const SourceLayout at = source_layout(law);
    const Words w = words(law.seed, counter_of(Purpose::sequence_source_weights, i / 4, 0));
    const double scale = i < at.head ? law.weight_scale : law.head_scale;
    const double more = i == at.head_bias + source_end
                            ? log(static_cast<double>(law.words) / static_cast<double>(law.most_tokens))
                            : 0.0;
    return fma(scale, fma(2.0, uniform_32(w.value[i % 4]), -1.0), more);
}

// Blocks of one sentence's draws: `first`, first + 1, ... of (seed, purpose, id).
struct SentenceBlocks {
    std::uint64_t seed;
    Purpose purpose;
    std::uint64_t id, first;

    template <class WordSource>
    MC_HOST_DEVICE Words operator()(const WordSource& words, std::uint64_t block) const {
        return words(seed, counter_of(purpose, first + block, id));
    }
};
MC_HOST_DEVICE SentenceBlocks blocks_of_sentence(const SyntheticLaw& law, std::uint64_t sentence) {
    return {law.seed, Purpose::sequence_source_draws, sentence, 0};
}
// How many they are.
MC_HOST_DEVICE std::uint64_t sentence_blocks(std::uint32_t most_tokens) { return 2 + (most_tokens + 1u) / 2u; }

struct SourceLatent {
    int cluster;
    double z[source_latent];
};

MC_HOST_DEVICE void cluster_center(const SyntheticLaw& law, int cluster, double* center) {
    const SineCosine<double> direction = sine_cosine_of_turn(cluster / static_cast<double>(source_clusters));
    center[0] = law.radius * direction.cosine;
    center[1] = law.radius * direction.sine;
}

template <class WordSource>
MC_HOST_DEVICE SourceLatent source_latent_of(const SyntheticLaw& law, const SentenceBlocks& blocks,
                                             const WordSource& words) {
    const Words choice = blocks(words, 0), noise = blocks(words, 1);
    const NormalPair<double> n = normal_pair(uniform_32(noise.value[0]), uniform_32(noise.value[1]));
    SourceLatent latent = {static_cast<int>(source_clusters * uniform_32(choice.value[0])), {}};
    cluster_center(law, latent.cluster, latent.z);
    latent.z[0] = fma(law.spread, n.first, latent.z[0]);
    latent.z[1] = fma(law.spread, n.second, latent.z[1]);
    return latent;
}

// log p(z), the prior of the source.
MC_HOST_DEVICE double log_source_prior(const SyntheticLaw& law, const double* z) {
    double exponent[source_clusters], most = 0.0, sum = 0.0;
    for (int y = 0; y < source_clusters; ++y) {
        double center[source_latent];
        cluster_center(law, y, center);
        const double x0 = (z[0] - center[0]) / law.spread, x1 = (z[1] - center[1]) / law.spread;
        exponent[y] = -0.5 * (x0 * x0 + x1 * x1);
        most = y == 0 ? exponent[y] : max(most, exponent[y]);
    }
    for (int y = 0; y < source_clusters; ++y) sum += exp(exponent[y] - most);
    return most + log(sum / source_clusters) - log_two_pi - 2.0 * log(law.spread);
}

// Numbers that a SourceRun needs: h, c (H), gates (4 H), logits (v).
MC_HOST_DEVICE std::uint64_t source_work(const SyntheticLaw& law) { return 6 * law.width + law.words; }

// The LSTM along a sentence, at one z a lane. Number: double, or a pack of it.
template <class Number>
class SourceRun {
public:
    // parameters: as source_layout says; work: source_work numbers.
    MC_HOST_DEVICE SourceRun(const SyntheticLaw& law, const double* parameters, const Number* z, Number* work)
        : law_(law), at_(source_layout(law)), parameters_(parameters), z_{z[0], z[1]}, work_(work) {
        for (std::uint64_t k = 0; k < 2 * law_.width; ++k) work_[k] = Number(0.0);
    }

    // Takes x_{t-1}, that of every lane, and makes the logits of x_t, t = step + 1. Afterwards log_chance.
    MC_HOST_DEVICE void advance(const std::int32_t* previous, std::uint32_t step) {
        advance_by(step, [&](const double* u, std::uint64_t k) {
            double lane[lanes];
            for (int l = 0; l < lanes; ++l)
                lane[l] = u[4 * std::uint64_t{law_.width} * static_cast<std::uint64_t>(previous[l]) + k];
            return load<Number>(lane);
        });
    }
    // The same one in all lanes.
    MC_HOST_DEVICE void advance(std::int32_t previous, std::uint32_t step) {
        advance_by(step, [&](const double* u, std::uint64_t k) {
            return Number(u[4 * std::uint64_t{law_.width} * static_cast<std::uint64_t>(previous) + k]);
        });
    }

    // log p(x_t = token | x_<t, z) after advance, of a token that may be drawn.
    MC_HOST_DEVICE Number log_chance(std::int32_t token) const { return logits()[token] - log_sum_; }
    MC_HOST_DEVICE bool may_draw(std::int32_t token) const {
        return token == source_end ? !first_ : token >= source_first_word;
    }

private:
    static constexpr int lanes = NumberTraits<Number>::lanes;

    // of_word(U, k): of each lane's word
    template <class OfWord>
    MC_HOST_DEVICE void advance_by(std::uint32_t step, const OfWord& of_word) {
        const std::uint64_t width = law_.width;
        Number *h = work_, *c = h + width, *gates = c + width;
        const double *u = parameters_ + at_.of_words, *v = parameters_ + at_.of_latent,
                     *w = parameters_ + at_.recurrent, *b = parameters_ + at_.bias;
        for (std::uint64_t k = 0; k < 4 * width; ++k) {
            Number sum = fma(Number(v[2 * k]), z_[0], fma(Number(v[2 * k + 1]), z_[1], of_word(u, k) + Number(b[k])));
            for (std::uint64_t j = 0; j < width; ++j) sum = fma(Number(w[k * width + j]), h[j], sum);
            gates[k] = sum;
        }
        for (std::uint64_t k = 0; k < width; ++k) {
            c[k] = fma(logistic(gates[width + k]), c[k], logistic(gates[k]) * tanh(gates[2 * width + k]));
            h[k] = logistic(gates[3 * width + k]) * tanh(c[k]);
        }
        first_ = step == 0;
        make_logits(h);
    }

    MC_HOST_DEVICE static Number logistic(Number x) { return fma(Number(0.5), tanh(Number(0.5) * x), Number(0.5)); }
    MC_HOST_DEVICE Number* logits() const { return work_ + 6 * law_.width; }

    MC_HOST_DEVICE void make_logits(const Number* h) {
        const std::uint64_t width = law_.width;
        Number* a = logits();
        for (std::int32_t k = 0; k < static_cast<std::int32_t>(law_.words); ++k) {
            const auto row = static_cast<std::uint64_t>(k);
            if (!may_draw(k)) continue;
            Number sum = Number(parameters_[at_.head_bias + row]);
            for (std::uint64_t j = 0; j < width; ++j)
                sum = fma(Number(parameters_[at_.head + row * width + j]), h[j], sum);
            a[k] = sum;
        }
        Number most = a[source_first_word], sum = Number(0.0);
        for (std::int32_t k = 0; k < static_cast<std::int32_t>(law_.words); ++k)
            if (may_draw(k)) most = max(most, a[k]);
        for (std::int32_t k = 0; k < static_cast<std::int32_t>(law_.words); ++k)
            if (may_draw(k)) sum = sum + exp(a[k] - most);
        log_sum_ = most + log(sum);
    }

    const SyntheticLaw& law_;
    SourceLayout at_;
    const double* parameters_;
    Number z_[source_latent];
    Number* work_;
    Number log_sum_ = Number(0.0);
    bool first_ = true;
};

// log p(x|z) of a sentence of tokens that the source may draw.
template <class Number>
MC_HOST_DEVICE Number log_source_likelihood(const SyntheticLaw& law, const double* parameters,
                                            const std::int32_t* tokens, std::uint32_t length, const Number* z,
                                            Number* work) {
    SourceRun<Number> run(law, parameters, z, work);
    Number sum = Number(0.0);
    for (std::uint32_t t = 0; t < length; ++t) {
        run.advance(t == 0 ? source_start : tokens[t - 1], t);
        sum = sum + run.log_chance(tokens[t]);
    }
    return sum;
}

// Sentences side by side, lane by lane.
template <class Number>
struct DrawnSentences {
    static constexpr int lanes = NumberTraits<Number>::lanes;

    double z[source_latent][lanes];
    std::uint32_t length[lanes];
};

// Draws a sentence a lane, by its blocks (lanes), each the same whatever the others are. told(lane, t, token): of t from 0 on,
// end marks after the first. goes_on(): asked before every place; false ends the draw, of no use then. work: source_work numbers.
template <class Number, class WordSource, class Told, class GoesOn>
MC_HOST_DEVICE DrawnSentences<Number> draw_source_sentences(const SourceView& source, const SentenceBlocks* blocks,
                                                            const WordSource& words, Number* work, const Told& told,
                                                            const GoesOn& goes_on) {
    constexpr int lanes = DrawnSentences<Number>::lanes;
    const SyntheticLaw& law = source.law;
    DrawnSentences<Number> drawn;
    std::int32_t token[lanes];
    for (int l = 0; l < lanes; ++l) {
        const SourceLatent latent = source_latent_of(law, blocks[l], words);
        for (int k = 0; k < source_latent; ++k) drawn.z[k][l] = latent.z[k];
        drawn.length[l] = law.most_tokens;
        token[l] = source_start;
    }
    const Number z[] = {load<Number>(drawn.z[0]), load<Number>(drawn.z[1])};
    SourceRun<Number> run(law, source.parameters, z, work);
    bool left = true;
    for (std::uint32_t t = 0; t < law.most_tokens && left && goes_on(); ++t) {
        run.advance(token, t);
        double uniform[lanes];  // -1: the sentence has ended
        for (int l = 0; l < lanes; ++l) {
            const Words w = blocks[l](words, 2 + t / 2);
            uniform[l] = t < drawn.length[l] ? uniform_52(w.value[2 * (t % 2)], w.value[2 * (t % 2) + 1]) : -1.0;
        }
        const Number u = load<Number>(uniform);
        Number below = Number(0.0), chosen = Number(static_cast<double>(source_end));
        auto open = below <= u;
        for (std::int32_t k = 0; k < static_cast<std::int32_t>(law.words) && any(open); ++k) {
            if (!run.may_draw(k)) continue;
            // the last one, should the chances' sum be rounded below u
            chosen = select(open, Number(static_cast<double>(k)), chosen);
            below = below + exp(run.log_chance(k));
            open = below <= u;
        }
        double choice[lanes];
        store(chosen, choice);
        left = false;
        for (int l = 0; l < lanes; ++l) {
            token[l] = static_cast<std::int32_t>(choice[l]);
            told(l, t, token[l]);
            if (token[l] == source_end && t < drawn.length[l]) drawn.length[l] = t + 1;
            left = left || t + 1 < drawn.length[l];
        }
    }
    return drawn;
}

}  // namespace modecollapse::sequence
