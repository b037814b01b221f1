// A tile of data through a VAE: encoder, one latent sample each (latent.hpp), decoder, the objective, and the reverse pass to the
// gradient. Equations: vae/problem.hpp. Arrays as in memory.hpp.
#pragma once

#include "kernels/vae/latent.hpp"
#include "modecollapse/numbers/constants.hpp"

namespace modecollapse::vae {

// Layers: kernels/training/layers.hpp.
template <class LayersOfBackend>
class Pass {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;
    using Row = typename Layers::Row;

    MC_HOST_DEVICE Pass(const Problem& problem, const Memory<T>& memory, const Layers& layers)
        : problem_(problem),
          m_(memory),
          at_(layout_of(problem)),
          layers_(layers),
          encoder_(problem.encoder, memory.encoder, layers_),
          network_(problem.network, memory.network, layers_),
          first_(problem.first_map, memory.first_map, layers_),
          second_(problem.second_map, memory.second_map, layers_),
          latent_(problem, memory, layers_),
          l_(static_cast<int>(problem.latent)),
          t_(static_cast<int>(problem.dimension)),
          classes_(static_cast<int>(classes_of(problem))) {}

    // After every change of the parameters; step: of the schedule of L.
    MC_HOST_DEVICE_CALL void pack(double step) {
        encoder_.pack();
        if (is_brenier()) {
            first_.pack(m_.parameters + at_.first_map);
            second_.pack(m_.parameters + at_.second_map);
        } else {
            network_.pack();
        }
        const InverseLipschitz& l = problem_.inverse_lipschitz;
        first_l_ = l.at(l.first, step);
        second_l_ = l.at(l.second, step);
    }

    // The code of x.
    MC_HOST_DEVICE_CALL void encode(int panels) const { encoder_.forward(m_.x, panels, m_.code); }

    MC_HOST_DEVICE_CALL void sample(int panels) const { latent_.sample(panels); }

    // f = decoder(z); keeps what the reverse pass needs. panels: those of all classes.
    MC_HOST_DEVICE_CALL void decode(int panels) const {
        if (!is_brenier()) return network_.forward(m_.z, panels, m_.f);
        first_.forward(m_.z, first_l_, panels, m_.middle);
        widen(m_.middle, panels, m_.wide);
        second_.forward(m_.wide, second_l_, panels, m_.f);
    }

    // df = the derivative of f in coordinate k of z, after decode. The maps' Jacobians are symmetric: their reverse passes
    // are tangents too (what they add to the gradient is nobody's).
    MC_HOST_DEVICE_CALL void differentiate(int k, int panels) const {
        layers_.for_each_panel(panels, [&](int p) {
            for (int i = 0; i < l_; ++i) store(Row(i == k ? 1.0 : 0.0), m_.dz + at(p, l_, i));
        });
        if (!is_brenier()) return network_.tangent(m_.dz, panels, m_.df);
        first_.reverse(m_.z, m_.dz, first_l_, panels, m_.middle);
        widen(m_.middle, panels, m_.d_wide);
        second_.reverse(m_.wide, m_.d_wide, second_l_, panels, m_.df);
    }

    // misfit = -log p(x|z), and df = its gradient in f times the weights of sample and class; adds to the gradient of
    // log s_x^2. panels: of the data.
    MC_HOST_DEVICE_CALL void compare(int panels) const {
        const Row log_variance = Row(static_cast<double>(m_.parameters[at_.log_variance]));
        const Row precision = exp(-log_variance);
        const auto weight = [this, panels](int q) {
            return load<Row>(m_.weight + at(q % panels, 1, 0)) * load<Row>(m_.share + at(q, 1, 0));
        };
        const auto error = [this, panels](int q, int i) {
            return load<Row>(m_.f + at(q, t_, i)) - load<Row>(m_.x + at(q % panels, t_, i));
        };
        layers_.for_each_panel(classes_ * panels, [&](int q) {
            const Row of_q = weight(q);
            Row misfit = Row(0.0);
            for (int i = 0; i < t_; ++i) {
                if (problem_.likelihood == Likelihood::gaussian) {
                    const Row off = error(q, i), scaled = precision * off;
                    misfit = misfit + Row(0.5) * fma(scaled, off, log_variance + Row(log_two_pi));
                    store(of_q * scaled, m_.df + at(q, t_, i));
                } else {
                    const Row x = load<Row>(m_.x + at(q % panels, t_, i)), f = load<Row>(m_.f + at(q, t_, i));
                    const Activated<Row> a = softplus(f);
                    misfit = misfit + fma(-x, f, a.value);
                    store(of_q * (a.first - x), m_.df + at(q, t_, i));
                }
            }
            store(misfit, m_.misfit + at(q, 1, 0));
        });
        if (problem_.likelihood != Likelihood::gaussian || problem_.spread != Spread::trained) return;
        layers_.add_sums(
            1, classes_ * panels,
            [&](int) {
                return [=](int q, Row& sum) {
                    const Row half = weight(q) * Row(0.5);
                    for (int i = 0; i < t_; ++i) {
                        const Row off = error(q, i);
                        sum = fma(half, fma(-(precision * off), off, Row(1.0)), sum);
                    }
                };
            },
            m_.gradient + at_.log_variance);
    }

    // Adds the gradient of the sum over the tile of weight (misfit + beta kl), classes summed out. panels: of the data.
    MC_HOST_DEVICE_CALL void reverse(double beta, int panels) const {
        const int decoded = classes_ * panels;
        if (is_brenier()) {
            second_.reverse(m_.wide, m_.df, second_l_, decoded, m_.d_wide);
            layers_.for_each_panel(decoded, [&](int p) {
                for (int i = 0; i < l_; ++i) store(load<Row>(m_.d_wide + at(p, t_, i)), m_.middle + at(p, l_, i));
            });
            first_.reverse(m_.z, m_.middle, first_l_, decoded, m_.dz);
        } else {
            network_.reverse(m_.z, m_.df, decoded, m_.dz);
        }
        latent_.reverse(beta, panels);
        encoder_.reverse(m_.x, m_.d_code, panels, nullptr);
        layers_.meet();  // what gradients were made of is free to change
    }

    // After the last tile.
    MC_HOST_DEVICE_CALL void finish_gradient() const {
        if (!is_brenier()) return;
        first_.finish_gradient();
        second_.finish_gradient();
    }

    MC_HOST_DEVICE static long at(int p, int rows, int r) { return Layers::at(p, rows, r); }

private:
    MC_HOST_DEVICE bool is_brenier() const { return problem_.decoder == Decoder::brenier; }

    // E: the first l of t coordinates, zeros in the others.
    MC_HOST_DEVICE_CALL void widen(const T* narrow, int panels, T* wide) const {
        layers_.for_each_panel(panels, [&](int p) {
            for (int i = 0; i < t_; ++i)
                store(i < l_ ? load<Row>(narrow + at(p, l_, i)) : Row(0.0), wide + at(p, t_, i));
        });
    }

    const Problem& problem_;
    const Memory<T>& m_;
    Layout at_;
    Layers layers_;
    Network<Layers> encoder_, network_;
    ConvexMap<Layers> first_, second_;
    Latent<Layers> latent_;
    double first_l_ = 0.0, second_l_ = 0.0;
    int l_, t_, classes_;
};

}  // namespace modecollapse::vae
