// Trains and evaluates one VAE on one thread. Samples stand in the SIMD lanes; what a member computes does not depend on
// the instruction set (kernels/lanes/panel_products.hpp), nor on what the thread did before.
//
// This file is compiled once per instruction set, with MC_VAE_LANES_FUNCTION naming the result. It must not instantiate
// inline functions of the standard library: the linker could hand an AVX-512 copy to the baseline path.
#include "kernels/vae/lanes.hpp"

#include "kernels/lanes/philox_pack.hpp"
#include "kernels/training/descent.hpp"
#include "kernels/training/panel_tile.hpp"
#include "kernels/vae/data.hpp"
#include "kernels/vae/lift.hpp"
#include "kernels/vae/pass.hpp"
#include "modecollapse/random/random123_words.hpp"

#ifndef MC_VAE_LANES_FUNCTION
#define MC_VAE_LANES_FUNCTION vae_lanes_baseline
#endif

namespace modecollapse::vae {
namespace {

template <class Number>
class Member {
    using T = ScalarOf<Number>;
    using Row = typename PanelRow<Number>::Type;
    using Tile = PanelTile<Number>;
    static constexpr int lanes = panel_lanes<T>;

public:
    explicit Member(const Call& call)
        : call_(call),
          problem_(*call.problem),
          m_(*static_cast<const Memory<T>*>(call.memory)),
          pass_(problem_, m_),
          draws_(problem_, call.seed, call.member),
          l_(static_cast<int>(problem_.latent)),
          t_(static_cast<int>(problem_.dimension)),
          classes_(static_cast<int>(classes_of(problem_))) {}

    Answer answer() {
        switch (call_.kind) {
            case TaskKind::prepare:
                draw_start(problem_, call_.seed, call_.member, m_.parameters);
                lift(0);
                return {0, true, 0.0};
            case TaskKind::train:
                return train();
            case TaskKind::gradient:
                return gradient(call_.first, call_.given);
            case TaskKind::evaluate:
                return {0, true, 0.0, !evaluate()};
            case TaskKind::decode:
                return {0, true, 0.0, !decode()};
        }
        return {0, true, 0.0};
    }

private:
    // The gradient at the parameters as they are, of the batch of a step. Finite: the loss is.
    Answer gradient(std::uint64_t step, const double* given) {
        const double beta = problem_.kl_weight.at(static_cast<double>(step));
        for (std::uint64_t i = 0; i < m_.padded_parameters; ++i) m_.gradient[i] = T(0);
        pass_.pack(static_cast<double>(step));
        double loss = 0.0;
        const double share = 1.0 / static_cast<double>(problem_.batch);
        for (std::uint64_t first = 0; first < problem_.batch; first += tile_.size) {
            if (is_due(call_.stop)) return {0, true, 0.0, true};
            const std::uint64_t count = tile_.of(problem_.batch - first);
            const int panels = Tile::panels_of(count);
            Tile::weigh(share, count, panels, m_.weight);
            if (given)
                take(given + first * static_cast<std::uint64_t>(t_ + l_), count, panels);
            else
                draws_.batch(step * problem_.batch + first, panels, m_.x, m_.eps);
            go_forward(panels);
            for (std::uint64_t i = 0; i < count; ++i)
                loss += of_classes(m_.misfit, i, panels) +
                        beta * (of_classes(m_.kl, i, panels) + static_cast<double>(m_.class_kl[i]));
            pass_.reverse(beta, panels);
        }
        pass_.finish_gradient();
        loss *= share;
        return {1, loss - loss == 0.0, loss};
    }

    Answer train() {
        const DescentArrays<T> arrays = {m_.parameters, m_.first_moment, m_.second_moment, m_.gradient,
                                         m_.padded_parameters};
        return train_steps<Answer>(
            call_.first, call_.count, [&](std::uint64_t step) { return gradient(step, nullptr); },
            [&](std::uint64_t step) {
                const bool finite = descend<Number>(problem_.optimizer, step, problem_.steps, arrays);
                lift(step + 1);
                return finite;
            });
    }

    // A linear decoder's singular values, as of a step.
    void lift(std::uint64_t step) const {
        if (problem_.decoder != Decoder::linear) return;
        const InverseLipschitz& l = problem_.inverse_lipschitz;
        lift_weights<Number>(l.at(l.first, static_cast<double>(step)), t_, l_,
                             m_.parameters + layout_of(problem_).network);
    }

    // The held-out data, a tile at a time. False: given up.
    bool evaluate() {
        pass_.pack(static_cast<double>(call_.first));
        for (std::uint64_t i = 0; i < tile_.size; ++i) m_.weight[i] = T(0);
        for (std::uint64_t done = 0; done < problem_.held_out; done += tile_.size) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t count = tile_.of(problem_.held_out - done);
            const int panels = Tile::panels_of(count);
            draws_.held_out(done, panels, m_.x, m_.eps);
            go_forward(panels);
            record(done, count, panels);
        }
        return true;
    }

    void go_forward(int panels) const {
        pass_.encode(panels);
        pass_.sample(panels);
        pass_.decode(classes_ * panels);
        pass_.compare(panels);
    }

    // Place of class y of sample i in an array of one row for each class.
    static std::uint64_t of_class(int y, std::uint64_t i, int panels) {
        return static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(panels) * lanes + i;
    }
    // Sum over the classes, by q(y|x).
    double of_classes(const T* values, std::uint64_t i, int panels) const {
        double sum = 0.0;
        for (int y = 0; y < classes_; ++y) {
            const std::uint64_t at = of_class(y, i, panels);
            sum = fma(static_cast<double>(m_.share[at]), static_cast<double>(values[at]), sum);
        }
        return sum;
    }

    void record(std::uint64_t done, std::uint64_t count, int panels) const {
        const Evaluation& out = call_.evaluation;
        const int rows = static_cast<int>(problem_.encoder.outputs);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t datum = done + i;
            for (int y = 0; y < classes_; ++y) {
                const std::uint64_t to =
                    (datum * static_cast<std::uint64_t>(classes_) + y) * static_cast<std::uint64_t>(l_);
                for (int k = 0; k < l_; ++k) {
                    if (out.mean) out.mean[to + k] = Tile::number(m_.code, rows, i, 2 * l_ * y + k);
                    if (out.variance) out.variance[to + k] = exp(Tile::number(m_.code, rows, i, 2 * l_ * y + l_ + k));
                }
                if (out.share)
                    out.share[datum * static_cast<std::uint64_t>(classes_) + y] =
                        static_cast<double>(m_.share[of_class(y, i, panels)]);
            }
            if (out.kl) out.kl[datum] = of_classes(m_.kl, i, panels);
            if (out.class_kl) out.class_kl[datum] = static_cast<double>(m_.class_kl[i]);
            if (out.misfit) out.misfit[datum] = of_classes(m_.misfit, i, panels);
            for (int k = 0; call_.data && k < t_; ++k)
                call_.data[datum * static_cast<std::uint64_t>(t_) + k] = Tile::number(m_.x, t_, i, k);
        }
    }

    // The given latents through the decoder, a tile at a time. False: given up.
    bool decode() {
        pass_.pack(static_cast<double>(call_.first));
        const std::uint64_t most = tile_.size * static_cast<std::uint64_t>(classes_);
        for (std::uint64_t done = 0; done < call_.count; done += most) {
            if (is_due(call_.stop)) return false;
            const std::uint64_t left = call_.count - done, count = left < most ? left : most;
            const int panels = Tile::panels_of(count);
            Tile::take(call_.given + done * static_cast<std::uint64_t>(l_), l_, count, panels, l_, m_.z);
            pass_.decode(panels);
            for (std::uint64_t i = 0; i < count; ++i)
                for (int k = 0; k < t_; ++k)
                    call_.decoded.output[(done + i) * static_cast<std::uint64_t>(t_) + k] =
                        Tile::number(m_.f, t_, i, k);
            for (int j = 0; call_.decoded.jacobian && j < l_; ++j) {
                pass_.differentiate(j, panels);
                for (std::uint64_t i = 0; i < count; ++i)
                    for (int k = 0; k < t_; ++k)
                        call_.decoded.jacobian[((done + i) * static_cast<std::uint64_t>(l_) + j) * t_ + k] =
                            Tile::number(m_.df, t_, i, k);
            }
        }
        return true;
    }

    // Data and eps, (count, t + l).
    void take(const double* given, std::uint64_t count, int panels) const {
        Tile::take(given, t_ + l_, count, panels, t_, m_.x);
        Tile::take(given + t_, t_ + l_, count, panels, l_, m_.eps);
    }

    const Call& call_;
    const Problem& problem_;
    const Memory<T>& m_;
    Pass<Number> pass_;
    Tile tile_ = {m_.panels * lanes};
    PanelDraws<Number> draws_;
    int l_, t_, classes_;
};

}  // namespace

Answer MC_VAE_LANES_FUNCTION(const Call& call) {
    if (call.precision == Precision::single_precision) return Member<Pack<float, register_bytes / 4>>(call).answer();
    return Member<Pack<double, register_bytes / 8>>(call).answer();
}

}  // namespace modecollapse::vae
