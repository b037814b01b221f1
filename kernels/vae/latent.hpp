// The latent variable of a tile: what the encoder says of it, one sample of z for each class of the prior, and the reverse pass.
//
//   code of a datum   mean and log variance s of q(z|x,y) for y = 0 .. c - 1, 2 l rows each, then c logits of q(y|x)
//   z_y = m_y + e^{s_y/2} eps, the same eps for all y
//   kl_y = KL(q(z|x,y) || p(z|y)) = 1/2 sum_i [ ((m - a)^2 + e^s) e^{-b} - (s - b) - 1 ]
//   d logit_y = w q_y (g_y - sum_k q_k g_k),   g_y = misfit_y + beta (kl_y + log q_y)
//
// Without clusters there is one class, a = b = 0, and no logits. Arrays of classes: (classes, panels, rows, lanes).
#pragma once

#include "kernels/vae/memory.hpp"

namespace modecollapse::vae {

// Layers: kernels/training/layers.hpp.
template <class LayersOfBackend>
class Latent {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;
    using Row = typename Layers::Row;

    MC_HOST_DEVICE Latent(const Problem& problem, const Memory<T>& memory, const Layers& layers)
        : m_(memory),
          layers_(layers),
          prior_(layout_of(problem).prior),
          clustered_(problem.clusters > 0),
          l_(static_cast<int>(problem.latent)),
          classes_(static_cast<int>(classes_of(problem))),
          rows_(static_cast<int>(problem.encoder.outputs)) {}

    // z, kl and q(y|x) from the code and eps.
    MC_HOST_DEVICE_CALL void sample(int panels) const {
        layers_.for_each_panel(panels, [&](int p) {
            classify(p, panels);
            for (int y = 0; y < classes_; ++y) {
                Row kl = Row(0.0);
                for (int i = 0; i < l_; ++i) {
                    const Row s = log_variance(p, y, i), off = mean(p, y, i) - prior_mean(y, i);
                    const Row deviation = exp(Row(0.5) * s), b = prior_log_variance(y, i);
                    store(fma(deviation, load<Row>(m_.eps + at(p, l_, i)), mean(p, y, i)),
                          m_.z + at(y * panels + p, l_, i));
                    const Row square = fma(off, off, deviation * deviation);
                    kl = kl + Row(0.5) * (square * exp(-b) - (s - b) - Row(1.0));
                }
                store(kl, m_.kl + at(y * panels + p, 1, 0));
            }
        });
    }

    // d_code from dz, which has the samples' weights in it already.
    MC_HOST_DEVICE_CALL void reverse(double beta, int panels) const {
        layers_.for_each_panel(panels, [&](int p) {
            const Row weight = load<Row>(m_.weight + at(p, 1, 0));
            for (int y = 0; y < classes_; ++y) {
                const Row priced = weight * share(p, y, panels) * Row(beta);
                for (int i = 0; i < l_; ++i) {
                    const Row deviation = exp(Row(0.5) * log_variance(p, y, i)),
                              precision = exp(-prior_log_variance(y, i));
                    const Row dz = load<Row>(m_.dz + at(y * panels + p, l_, i));
                    const Row through = dz * deviation * load<Row>(m_.eps + at(p, l_, i));
                    const Row off = mean(p, y, i) - prior_mean(y, i);
                    store(fma(priced, off * precision, dz), m_.d_code + at(p, rows_, 2 * l_ * y + i));
                    store(Row(0.5) * fma(priced, fma(deviation * precision, deviation, Row(-1.0)), through),
                          m_.d_code + at(p, rows_, 2 * l_ * y + l_ + i));
                }
            }
            if (clustered_) reverse_classes(beta, weight, p, panels);
        });
        if (clustered_) reverse_prior(beta, panels);
    }

private:
    MC_HOST_DEVICE static long at(int p, int rows, int r) { return Layers::at(p, rows, r); }

    MC_HOST_DEVICE Row mean(int p, int y, int i) const { return load<Row>(m_.code + at(p, rows_, 2 * l_ * y + i)); }
    MC_HOST_DEVICE Row log_variance(int p, int y, int i) const {
        return load<Row>(m_.code + at(p, rows_, 2 * l_ * y + l_ + i));
    }
    MC_HOST_DEVICE Row logit(int p, int y) const { return load<Row>(m_.code + at(p, rows_, 2 * l_ * classes_ + y)); }
    MC_HOST_DEVICE Row share(int p, int y, int panels) const { return load<Row>(m_.share + at(y * panels + p, 1, 0)); }
    MC_HOST_DEVICE Row prior_mean(int y, int i) const { return clustered_ ? prior_parameter(y * l_ + i) : Row(0.0); }
    MC_HOST_DEVICE Row prior_log_variance(int y, int i) const {
        return clustered_ ? prior_parameter((classes_ + y) * l_ + i) : Row(0.0);
    }
    MC_HOST_DEVICE Row prior_parameter(int k) const {
        return Row(static_cast<double>(m_.parameters[prior_ + static_cast<std::uint64_t>(k)]));
    }

    // q(y|x), its logarithm, and KL(q(y|x) || 1/c).
    MC_HOST_DEVICE_CALL void classify(int p, int panels) const {
        if (!clustered_) {
            store(Row(1.0), m_.share + at(p, 1, 0));
            store(Row(0.0), m_.class_kl + at(p, 1, 0));
            return;
        }
        Row most = logit(p, 0), sum = Row(0.0), kl = Row(log(static_cast<double>(classes_)));
        for (int y = 1; y < classes_; ++y) most = max(most, logit(p, y));
        for (int y = 0; y < classes_; ++y) sum = sum + exp(logit(p, y) - most);
        const Row normalizer = most + log(sum);
        for (int y = 0; y < classes_; ++y) {
            const Row log_share = logit(p, y) - normalizer, q = exp(log_share);
            store(log_share, m_.log_share + at(y * panels + p, 1, 0));
            store(q, m_.share + at(y * panels + p, 1, 0));
            kl = fma(q, log_share, kl);
        }
        store(kl, m_.class_kl + at(p, 1, 0));
    }

    MC_HOST_DEVICE_CALL void reverse_classes(double beta, const Row& weight, int p, int panels) const {
        const auto price = [&](int y) {
            const long k = at(y * panels + p, 1, 0);
            return fma(Row(beta), load<Row>(m_.kl + k) + load<Row>(m_.log_share + k), load<Row>(m_.misfit + k));
        };
        Row mean = Row(0.0);
        for (int y = 0; y < classes_; ++y) mean = fma(share(p, y, panels), price(y), mean);
        for (int y = 0; y < classes_; ++y)
            store(weight * share(p, y, panels) * (price(y) - mean), m_.d_code + at(p, rows_, 2 * l_ * classes_ + y));
    }

    MC_HOST_DEVICE_CALL void reverse_prior(double beta, int panels) const {
        const auto price = [this, beta, panels](int p, int y) {
            return load<Row>(m_.weight + at(p, 1, 0)) * share(p, y, panels) * Row(beta);
        };
        T* gradient = m_.gradient + prior_;
        layers_.add_sums(
            classes_ * l_, panels,
            [&](int k) {
                const int y = k / l_, i = k % l_;
                const Row a = prior_mean(y, i), precision = exp(-prior_log_variance(y, i));
                return [=](int p, Row& sum) { sum = fma(-price(p, y), (mean(p, y, i) - a) * precision, sum); };
            },
            gradient);
        layers_.add_sums(
            classes_ * l_, panels,
            [&](int k) {
                const int y = k / l_, i = k % l_;
                const Row a = prior_mean(y, i), precision = exp(-prior_log_variance(y, i));
                return [=](int p, Row& sum) {
                    const Row off = mean(p, y, i) - a, square = fma(off, off, exp(log_variance(p, y, i)));
                    sum = fma(Row(0.5) * price(p, y), fma(-square, precision, Row(1.0)), sum);
                };
            },
            gradient + classes_ * l_);
    }

    const Memory<T>& m_;
    Layers layers_;
    std::uint64_t prior_;
    bool clustered_;
    int l_, classes_, rows_;
};

}  // namespace modecollapse::vae
