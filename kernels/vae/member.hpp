// One VAE member in training and evaluation: the same text on a CPU thread, samples in the SIMD lanes (lanes.cpp), and by the
// threads of a CUDA block (device.cuh). What a member computes does not depend on either.
//
// Layers: kernels/training/layers.hpp; Normals: PanelNormals or SampleNormals; WordSource: random/streams.hpp.
#pragma once

#include "kernels/training/answer.hpp"
#include "kernels/training/tile.hpp"
#include "kernels/training/train_steps.hpp"
#include "kernels/vae/data.hpp"
#include "kernels/vae/lanes.hpp"
#include "kernels/vae/lift.hpp"
#include "kernels/vae/pass.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse::vae {

template <class Layers, class Normals, class WordSource>
class Member {
    using T = typename Layers::T;
    static constexpr int lanes = Layers::lanes;

public:
    // Once the layers' stop is due, a call ends within a tile, whose work is dropped.
    MC_HOST_DEVICE Member(const Problem& problem, const Memory<T>& memory, std::uint64_t seed, std::uint64_t member,
                          const Layers& layers, const Normals& normals, const WordSource& words)
        : problem_(problem),
          m_(memory),
          pass_(problem_, m_, layers),
          layers_(layers),
          tile_{layers_, tile_samples(problem)},
          draws_(problem_, layers_, normals, words, seed, member),
          l_(static_cast<int>(problem_.latent)),
          t_(static_cast<int>(problem_.dimension)),
          classes_(static_cast<int>(classes_of(problem_))) {}

    // A linear decoder's singular values, as of a step.
    MC_HOST_DEVICE_CALL void lift(std::uint64_t step) const {
        if (problem_.decoder != Decoder::linear) return;
        const InverseLipschitz& l = problem_.inverse_lipschitz;
        const double least = l.at(l.first, static_cast<double>(step));
        layers_.of_one([&] {
            lift_weights<typename Layers::Alone>(least, t_, l_, m_.parameters + layout_of(problem_).network);
            return 0.0;
        });
    }

    // The gradient at the parameters as they are, of the batch of a step. Finite: the loss is. given: as in lanes.hpp.
    MC_HOST_DEVICE_CALL TrainingAnswer gradient(std::uint64_t step, const double* given) {
        const double beta = problem_.kl_weight.at(static_cast<double>(step));
        layers_.for_each(m_.padded_parameters, [&](std::uint64_t i) { m_.gradient[i] = T(0); });
        pass_.pack(static_cast<double>(step));
        double loss = 0.0;
        const double share = 1.0 / static_cast<double>(problem_.batch);
        for (std::uint64_t first = 0; first < problem_.batch; first += tile_.size) {
            if (layers_.is_due()) return {0, true, 0.0, true};
            const std::uint64_t count = tile_.of(problem_.batch - first);
            const int panels = Layers::panels_of(count);
            tile_.weigh(share, count, panels, m_.weight);
            if (given)
                take(given + first * static_cast<std::uint64_t>(t_ + l_), count, panels);
            else
                draws_.batch(step * problem_.batch + first, panels, m_.x, m_.eps);
            go_forward(panels);
            layers_.for_each(count, [&](std::uint64_t i) {
                m_.terms[i] = of_classes(m_.misfit, i, panels) +
                              beta * (of_classes(m_.kl, i, panels) + static_cast<double>(m_.class_kl[i]));
            });
            loss = layers_.of_one([&] {
                double sum = loss;
                MC_UNROLL(8)  // one thread's work: loads ahead of the sum
                for (std::uint64_t i = 0; i < count; ++i) sum += m_.terms[i];
                return sum;
            });
            pass_.reverse(beta, panels);
        }
        if (layers_.is_due()) return {0, true, 0.0, true};
        pass_.finish_gradient();
        loss *= share;
        return {1, loss - loss == 0.0, loss};
    }

    MC_HOST_DEVICE_CALL TrainingAnswer train(std::uint64_t first, std::uint64_t count) {
        const DescentArrays<T> arrays = {m_.parameters, m_.first_moment, m_.second_moment, m_.gradient,
                                         m_.padded_parameters};
        return train_steps<TrainingAnswer>(
            first, count, [&](std::uint64_t step) { return gradient(step, nullptr); },
            [&](std::uint64_t step) {
                const bool finite = descend(layers_, problem_.optimizer, step, problem_.steps, arrays);
                lift(step + 1);
                return finite;
            });
    }

    // `data` of them as of a step, a tile at a time. x: (data, t) out, or null. False: given up.
    template <DataRead read>
    MC_HOST_DEVICE_CALL bool evaluate(std::uint64_t step, std::uint64_t data, const Evaluation& out, double* x,
                                      TileShare share = {}) {
        pass_.pack(static_cast<double>(step));
        layers_.for_each(tile_.size, [&](std::uint64_t i) { m_.weight[i] = T(0); });
        for (std::uint64_t done = share.first * tile_.size; done < data; done += share.step * tile_.size) {
            if (layers_.is_due()) return false;
            const std::uint64_t count = tile_.of(data - done);
            const int panels = Layers::panels_of(count);
            if (read == DataRead::held_out)
                draws_.held_out(done, panels, m_.x, m_.eps);
            else
                draws_.batch(done, panels, m_.x, m_.eps);
            go_forward(panels);
            layers_.for_each(count, [&](std::uint64_t i) { record(out, x, done, i, panels); });
        }
        return !layers_.is_due();
    }

    // `count` given latents (count, l) through the decoder as of a step, a tile at a time. False: given up.
    MC_HOST_DEVICE_CALL bool decode(std::uint64_t step, const double* given, std::uint64_t latents, const Decoded& out,
                                    TileShare share = {}) {
        pass_.pack(static_cast<double>(step));
        const std::uint64_t most = tile_.size * static_cast<std::uint64_t>(classes_);
        for (std::uint64_t done = share.first * most; done < latents; done += share.step * most) {
            if (layers_.is_due()) return false;
            const std::uint64_t left = latents - done, count = left < most ? left : most;
            const int panels = Layers::panels_of(count);
            tile_.take(given + done * static_cast<std::uint64_t>(l_), l_, count, panels, l_, m_.z);
            pass_.decode(panels);
            layers_.for_each(count, [&](std::uint64_t i) {
                for (int k = 0; k < t_; ++k)
                    out.output[(done + i) * static_cast<std::uint64_t>(t_) + k] = tile_.number(m_.f, t_, i, k);
            });
            for (int j = 0; out.jacobian && j < l_; ++j) {
                pass_.differentiate(j, panels);
                layers_.for_each(count, [&](std::uint64_t i) {
                    for (int k = 0; k < t_; ++k)
                        out.jacobian[((done + i) * static_cast<std::uint64_t>(l_) + j) * t_ + k] =
                            tile_.number(m_.df, t_, i, k);
                });
            }
        }
        return !layers_.is_due();
    }

private:
    MC_HOST_DEVICE_CALL void go_forward(int panels) const {
        pass_.encode(panels);
        pass_.sample(panels);
        pass_.decode(classes_ * panels);
        pass_.compare(panels);
    }

    // Place of class y of sample i in an array of one row for each class.
    MC_HOST_DEVICE static std::uint64_t of_class(int y, std::uint64_t i, int panels) {
        return static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(panels) * lanes + i;
    }
    // Sum over the classes, by q(y|x).
    MC_HOST_DEVICE double of_classes(const T* values, std::uint64_t i, int panels) const {
        double sum = 0.0;
        for (int y = 0; y < classes_; ++y) {
            const std::uint64_t at = of_class(y, i, panels);
            sum = fma(static_cast<double>(m_.share[at]), static_cast<double>(values[at]), sum);
        }
        return sum;
    }

    // Sample i of the tile from datum `done` on.
    MC_HOST_DEVICE_CALL void record(const Evaluation& out, double* x, std::uint64_t done, std::uint64_t i,
                                    int panels) const {
        const int rows = static_cast<int>(problem_.encoder.outputs);
        const std::uint64_t datum = done + i;
        for (int y = 0; y < classes_; ++y) {
            const std::uint64_t to =
                (datum * static_cast<std::uint64_t>(classes_) + y) * static_cast<std::uint64_t>(l_);
            for (int k = 0; k < l_; ++k) {
                if (out.mean) out.mean[to + k] = tile_.number(m_.code, rows, i, 2 * l_ * y + k);
                if (out.variance) out.variance[to + k] = exp(tile_.number(m_.code, rows, i, 2 * l_ * y + l_ + k));
            }
            if (out.share)
                out.share[datum * static_cast<std::uint64_t>(classes_) + y] =
                    static_cast<double>(m_.share[of_class(y, i, panels)]);
        }
        if (out.kl) out.kl[datum] = of_classes(m_.kl, i, panels);
        if (out.class_kl) out.class_kl[datum] = static_cast<double>(m_.class_kl[i]);
        if (out.misfit) out.misfit[datum] = of_classes(m_.misfit, i, panels);
        for (int k = 0; x && k < t_; ++k) x[datum * static_cast<std::uint64_t>(t_) + k] = tile_.number(m_.x, t_, i, k);
    }

    // Data and eps, (count, t + l).
    MC_HOST_DEVICE void take(const double* given, std::uint64_t count, int panels) const {
        tile_.take(given, t_ + l_, count, panels, t_, m_.x);
        tile_.take(given + t_, t_ + l_, count, panels, l_, m_.eps);
    }

    const Problem& problem_;
    const Memory<T>& m_;
    Pass<Layers> pass_;
    Layers layers_;
    Tile<Layers> tile_;
    DataDraws<Layers, Normals, WordSource> draws_;
    int l_, t_, classes_;
};

}  // namespace modecollapse::vae
