// From states of the decoder and latents to the logits of the next tokens, softmax cross-entropy, and the reverse pass; on panels
// of places (sequence/problem.hpp), a chunk of them at a time: the gradient of a chunk needs no other.
//
//   u = [h_t, z],   logits = W u + b,  or  T2(E T1(u))
//   misfit = sum_t ( log sum_k e^{logit_k} - logit_{x_t} ),   d logit_k = weight ( softmax_k - [k = x_t] )
#pragma once

#include "kernels/sequence/memory.hpp"

namespace modecollapse::sequence {

enum class Sweep { values, gradient };  // forward only, or forward and reverse

template <class Number>
class HeadPass {
public:
    using Layers = PanelLayers<Number>;
    using T = typename Layers::T;
    using Row = typename Layers::Row;
    static constexpr int lanes = Layers::lanes;

    HeadPass(const Problem& problem, const Memory<T>& memory, const Layers& layers)
        : problem_(problem),
          m_(memory.head),
          layers_(layers),
          at_(layout_of(problem)),
          first_(problem.first_map, memory.head.first_map, layers),
          second_(problem.second_map, memory.head.second_map, layers),
          parameters_(memory.parameters),
          gradient_(memory.gradient),
          inputs_(static_cast<int>(head_inputs(problem))),
          width_(static_cast<int>(problem.decoder.width)),
          latent_(static_cast<int>(problem.latent)),
          words_(static_cast<int>(words_of(problem))) {}

    // After every change of the parameters; step: of the schedule of L.
    void pack(double step) {
        if (problem_.head == Head::linear) {
            Layers::pack(parameters_ + at_.head, words_, inputs_, m_.packed, m_.packed_transposed);
            return;
        }
        first_.pack(parameters_ + at_.head);
        second_.pack(parameters_ + at_.second_map);
        const vae::InverseLipschitz& l = problem_.inverse_lipschitz;
        first_l_ = l.at(l.first, step);
        second_l_ = l.at(l.second, step);
    }

    // Logits of the states of panels q = first .. first + count - 1 of `states` (places x panels, width, lanes), at z
    // (panels, l, lanes).
    void forward(const T* states, const T* z, int first, int count, int panels) const {
        for (int q = 0; q < count; ++q) {
            const T *h = states + Layers::at(first + q, width_, 0),
                    *of_z = z + Layers::at((first + q) % panels, latent_, 0);
            T* to = m_.joined + Layers::at(q, inputs_, 0);
            for (int r = 0; r < width_; ++r) store(load<Row>(h + Layers::at(0, 0, r)), to + Layers::at(0, 0, r));
            for (int r = 0; r < latent_; ++r)
                store(load<Row>(of_z + Layers::at(0, 0, r)), to + Layers::at(0, 0, width_ + r));
        }
        if (problem_.head == Head::linear) {
            Layers::apply(m_.packed, parameters_ + at_.head_biases, words_, inputs_, m_.joined, count, m_.logits,
                          Into::new_values);
            return;
        }
        first_.forward(m_.joined, first_l_, count, m_.middle);
        for (int q = 0; q < count; ++q)
            for (int r = 0; r < words_; ++r)
                store(r < inputs_ ? load<Row>(m_.middle + Layers::at(q, inputs_, r)) : Row(0.0),
                      m_.wide + Layers::at(q, words_, r));
        second_.forward(m_.wide, second_l_, count, m_.logits);
    }

    const T* logits() const { return m_.logits; }

    // misfit (panels, lanes) of the targets' places, at states h_0 .. of the decoder: place t is told by state t + 1. Gradient: adds to
    // that in the parameters, and gives those in the states, d_states, and in z, dz; weight (panels, lanes).
    void run(Sweep sweep, const Places<T>& targets, const T* states, const T* z, const T* weight, T* misfit,
             T* d_states, T* dz) const {
        const int panels = targets.panels, all = targets.count * panels;
        for (long i = 0; i < Layers::at(panels, 1, 0); ++i) misfit[i] = T(0);
        for (long i = 0; sweep == Sweep::gradient && i < Layers::at(panels, latent_, 0); ++i) dz[i] = T(0);
        for (int first = 0; first < all; first += m_.chunk_panels) {
            const int count = all - first < m_.chunk_panels ? all - first : m_.chunk_panels;
            forward(states, z, first, count, panels);
            for (int q = 0; q < count; ++q) compare(sweep, targets, first + q, q, weight, misfit);
            if (sweep == Sweep::gradient) reverse(first, count, panels, d_states, dz);
        }
    }

    // After the last tile.
    void finish_gradient() const {
        if (problem_.head == Head::linear) return;
        first_.finish_gradient();
        second_.finish_gradient();
    }

private:
    // Panel q of the chunk, panel `place` of all places; leaves the gradient in the logits' place.
    void compare(Sweep sweep, const Places<T>& targets, int place, int q, const T* weight, T* misfit) const {
        const int p = place % targets.panels, t = place / targets.panels;
        const std::int32_t* tokens = targets.tokens + static_cast<long>(place) * lanes;
        T* logits = m_.logits + Layers::at(q, words_, 0);
        T target[lanes];
        for (int i = 0; i < lanes; ++i) target[i] = logits[static_cast<long>(tokens[i]) * lanes + i];
        Row most = load<Row>(logits), sum = Row(0.0);
        for (int r = 1; r < words_; ++r) most = max(most, load<Row>(logits + Layers::at(0, 0, r)));
        for (int r = 0; r < words_; ++r) {
            const Row e = exp(load<Row>(logits + Layers::at(0, 0, r)) - most);
            sum = sum + e;
            if (sweep == Sweep::gradient) store(e, logits + Layers::at(0, 0, r));
        }
        const long of_panel = Layers::at(p, 1, 0);
        const auto live = load<Row>(targets.lengths + of_panel) > Row(static_cast<double>(t));
        const Row loss = most + log(sum) - load<Row>(target);
        store(load<Row>(misfit + of_panel) + select(live, loss, Row(0.0)), misfit + of_panel);
        if (sweep == Sweep::values) return;
        const Row price = select(live, load<Row>(weight + of_panel), Row(0.0)), factor = price / sum;
        for (int r = 0; r < words_; ++r)
            store(factor * load<Row>(logits + Layers::at(0, 0, r)), logits + Layers::at(0, 0, r));
        store(price, target);
        for (int i = 0; i < lanes; ++i) logits[static_cast<long>(tokens[i]) * lanes + i] -= target[i];
    }

    void reverse(int first, int count, int panels, T* d_states, T* dz) const {
        if (problem_.head == Head::linear) {
            layers_.add_gradient(m_.logits, words_, m_.joined, inputs_, count, gradient_ + at_.head,
                                 gradient_ + at_.head_biases);
            Layers::apply(m_.packed_transposed, nullptr, inputs_, words_, m_.logits, count, m_.d_joined,
                          Into::new_values);
        } else {
            second_.reverse(m_.wide, m_.logits, second_l_, count, m_.d_wide);
            for (int q = 0; q < count; ++q)
                for (int r = 0; r < inputs_; ++r)
                    store(load<Row>(m_.d_wide + Layers::at(q, words_, r)), m_.middle + Layers::at(q, inputs_, r));
            first_.reverse(m_.joined, m_.middle, first_l_, count, m_.d_joined);
        }
        for (int q = 0; q < count; ++q) {
            const T* from = m_.d_joined + Layers::at(q, inputs_, 0);
            T *h = d_states + Layers::at(first + q, width_, 0),
              *of_z = dz + Layers::at((first + q) % panels, latent_, 0);
            for (int r = 0; r < width_; ++r) store(load<Row>(from + Layers::at(0, 0, r)), h + Layers::at(0, 0, r));
            for (int r = 0; r < latent_; ++r) {
                T* to = of_z + Layers::at(0, 0, r);
                store(load<Row>(to) + load<Row>(from + Layers::at(0, 0, width_ + r)), to);
            }
        }
    }

    const Problem& problem_;
    const HeadMemory<T>& m_;
    const Layers& layers_;
    Layout at_;
    vae::ConvexMap<Layers> first_, second_;
    const T* parameters_;
    T* gradient_;
    double first_l_ = 0.0, second_l_ = 0.0;
    int inputs_, width_, latent_, words_;
};

}  // namespace modecollapse::sequence
