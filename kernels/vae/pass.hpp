// A tile of data through a VAE: encoder, one latent sample each (latent.hpp), decoder, the objective, and the reverse pass to the
// gradient. Equations: vae/problem.hpp. Arrays as in memory.hpp.
#pragma once

#include "kernels/vae/latent.hpp"
#include "modecollapse/numbers/constants.hpp"

namespace modecollapse::vae {

template <class Number>
class Pass {
public:
    using Layers = PanelLayers<Number>;
    using T = typename Layers::T;
    using Row = typename Layers::Row;
    static constexpr int lanes = Layers::lanes;

    Pass(const Problem& problem, const Memory<T>& memory)
        : problem_(problem),
          m_(memory),
          at_(layout_of(problem)),
          layers_(memory.transposed),
          encoder_(problem.encoder, memory.encoder, layers_),
          network_(problem.network, memory.network, layers_),
          first_(problem.first_map, memory.first_map, layers_),
          second_(problem.second_map, memory.second_map, layers_),
          latent_(problem, memory),
          l_(static_cast<int>(problem.latent)),
          t_(static_cast<int>(problem.dimension)),
          classes_(static_cast<int>(classes_of(problem))) {}

    // After every change of the parameters; step: of the schedule of L.
    void pack(double step) {
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
    void encode(int panels) const { encoder_.forward(m_.x, panels, m_.code); }

    void sample(int panels) const { latent_.sample(panels); }

    // f = decoder(z); keeps what the reverse pass needs. panels: those of all classes.
    void decode(int panels) const {
        if (!is_brenier()) return network_.forward(m_.z, panels, m_.f);
        first_.forward(m_.z, first_l_, panels, m_.middle);
        widen(m_.middle, panels, m_.wide);
        second_.forward(m_.wide, second_l_, panels, m_.f);
    }

    // df = the derivative of f in coordinate k of z, after decode. The maps' Jacobians are symmetric: their reverse passes
    // are tangents too (what they add to the gradient is nobody's).
    void differentiate(int k, int panels) const {
        for (int p = 0; p < panels; ++p)
            for (int i = 0; i < l_; ++i) store(Row(i == k ? 1.0 : 0.0), m_.dz + at(p, l_, i));
        if (!is_brenier()) return network_.tangent(m_.dz, panels, m_.df);
        first_.reverse(m_.z, m_.dz, first_l_, panels, m_.middle);
        widen(m_.middle, panels, m_.d_wide);
        second_.reverse(m_.wide, m_.d_wide, second_l_, panels, m_.df);
    }

    // misfit = -log p(x|z), and df = its gradient in f times the weights of sample and class; adds to the gradient of
    // log s_x^2. panels: of the data.
    void compare(int panels) const {
        const Row log_variance = Row(static_cast<double>(m_.parameters[at_.log_variance]));
        const Row precision = exp(-log_variance);
        Row d_log_variance = Row(0.0);
        for (int q = 0; q < classes_ * panels; ++q) {
            const int p = q % panels;
            const Row weight = load<Row>(m_.weight + at(p, 1, 0)) * load<Row>(m_.share + at(q, 1, 0));
            Row misfit = Row(0.0);
            for (int i = 0; i < t_; ++i) {
                const Row x = load<Row>(m_.x + at(p, t_, i)), f = load<Row>(m_.f + at(q, t_, i));
                if (problem_.likelihood == Likelihood::gaussian) {
                    const Row error = f - x, scaled = precision * error;
                    misfit = misfit + Row(0.5) * fma(scaled, error, log_variance + Row(log_two_pi));
                    store(weight * scaled, m_.df + at(q, t_, i));
                    d_log_variance = fma(weight * Row(0.5), fma(-scaled, error, Row(1.0)), d_log_variance);
                } else {
                    const Activated<Row> a = softplus(f);
                    misfit = misfit + fma(-x, f, a.value);
                    store(weight * (a.first - x), m_.df + at(q, t_, i));
                }
            }
            store(misfit, m_.misfit + at(q, 1, 0));
        }
        if (problem_.likelihood == Likelihood::gaussian && problem_.spread == Spread::trained)
            m_.gradient[at_.log_variance] += sum_of_rows<Number>(d_log_variance);
    }

    // Adds the gradient of the sum over the tile of weight (misfit + beta kl), classes summed out. panels: of the data.
    void reverse(double beta, int panels) const {
        const int decoded = classes_ * panels;
        if (is_brenier()) {
            second_.reverse(m_.wide, m_.df, second_l_, decoded, m_.d_wide);
            for (int p = 0; p < decoded; ++p)
                for (int i = 0; i < l_; ++i) store(load<Row>(m_.d_wide + at(p, t_, i)), m_.middle + at(p, l_, i));
            first_.reverse(m_.z, m_.middle, first_l_, decoded, m_.dz);
        } else {
            network_.reverse(m_.z, m_.df, decoded, m_.dz);
        }
        latent_.reverse(beta, panels);
        encoder_.reverse(m_.x, m_.d_code, panels, nullptr);
    }

    // After the last tile.
    void finish_gradient() const {
        if (!is_brenier()) return;
        first_.finish_gradient();
        second_.finish_gradient();
    }

    [[gnu::always_inline]] static inline long at(int p, int rows, int r) { return Layers::at(p, rows, r); }

private:
    bool is_brenier() const { return problem_.decoder == Decoder::brenier; }

    // E: the first l of t coordinates, zeros in the others.
    void widen(const T* narrow, int panels, T* wide) const {
        for (int p = 0; p < panels; ++p)
            for (int i = 0; i < t_; ++i)
                store(i < l_ ? load<Row>(narrow + at(p, l_, i)) : Row(0.0), wide + at(p, t_, i));
    }

    const Problem& problem_;
    const Memory<T>& m_;
    Layout at_;
    Layers layers_;
    Network<Number> encoder_, network_;
    ConvexMap<Number> first_, second_;
    Latent<Number> latent_;
    double first_l_ = 0.0, second_l_ = 0.0;
    int l_, t_, classes_;
};

}  // namespace modecollapse::vae
