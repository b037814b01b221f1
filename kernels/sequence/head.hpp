// From states of the decoder and latents to the logits of the next tokens, softmax cross-entropy, and the reverse pass; on panels
// of places (sequence/problem.hpp), a chunk of them at a time: the gradient of a chunk needs no other.
//
//   u = [h_t, z],   logits = W u + b,  or  T2(E T1(u))
//   misfit = sum_t ( log sum_k e^{logit_k} - logit_{x_t} ),   d logit_k = weight ( softmax_k - [k = x_t] )
#pragma once

#include "kernels/sequence/memory.hpp"

namespace modecollapse::sequence {

enum class Sweep { values, gradient };  // forward only, or forward and reverse

// Layers: kernels/training/layers.hpp.
template <class LayersOfBackend>
class HeadPass {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;
    using Row = typename Layers::Row;
    static constexpr int lanes = Layers::lanes;

    MC_HOST_DEVICE HeadPass(const Problem& problem, const Memory<T>& memory, const Layers& layers)
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
    MC_HOST_DEVICE_CALL void pack(double step) {
        if (problem_.head == Head::linear) {
            layers_.pack(parameters_ + at_.head, words_, inputs_, m_.packed, m_.packed_transposed);
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
    MC_HOST_DEVICE_CALL void forward(const T* states, const T* z, int first, int count, int panels) const {
        layers_.for_each_panel(count, [&](int q) {
            const T *h = states + Layers::at(first + q, width_, 0),
                    *of_z = z + Layers::at((first + q) % panels, latent_, 0);
            T* to = m_.joined + Layers::at(q, inputs_, 0);
            for (int r = 0; r < width_; ++r) store(load<Row>(h + row(r)), to + row(r));
            for (int r = 0; r < latent_; ++r) store(load<Row>(of_z + row(r)), to + row(width_ + r));
        });
        if (problem_.head == Head::linear) {
            layers_.apply(m_.packed, parameters_ + at_.head_biases, words_, inputs_, m_.joined, count, m_.logits,
                          Into::new_values);
            return;
        }
        first_.forward(m_.joined, first_l_, count, m_.middle);
        layers_.for_each_panel(count, [&](int q) {
            for (int r = 0; r < words_; ++r)
                store(r < inputs_ ? load<Row>(m_.middle + Layers::at(q, inputs_, r)) : Row(0.0),
                      m_.wide + Layers::at(q, words_, r));
        });
        second_.forward(m_.wide, second_l_, count, m_.logits);
    }

    MC_HOST_DEVICE int chunk_panels() const { return Layers::panels_of(m_.chunk_places); }

    MC_HOST_DEVICE const T* logits() const { return m_.logits; }

    // misfit (panels, lanes) of the targets' places, at states h_0 .. of the decoder: place t is told by state t + 1. Gradient: adds to
    // that in the parameters, and gives those in the states, d_states, and in z, dz; weight (panels, lanes).
    MC_HOST_DEVICE_CALL void run(Sweep sweep, const Places<T>& targets, const T* states, const T* z, const T* weight,
                                 T* misfit, T* d_states, T* dz) const {
        const int panels = targets.panels, all = targets.count * panels;
        layers_.for_each_row(1, panels, [&](long i) { store(Row(0.0), misfit + i); });
        if (sweep == Sweep::gradient) layers_.for_each_row(latent_, panels, [&](long i) { store(Row(0.0), dz + i); });
        for (int first = 0; first < all && !layers_.is_due(); first += chunk_panels()) {
            const int count = all - first < chunk_panels() ? all - first : chunk_panels();
            forward(states, z, first, count, panels);
            layers_.for_each_panel(count, [&](int q) { compare(sweep, targets, first + q, q, weight); });
            for_each_of_panel(first, count, panels, [&](int p, int q) {
                const long at = Layers::at(p, 1, 0);
                store(load<Row>(misfit + at) + load<Row>(m_.loss + Layers::at(q, 1, 0)), misfit + at);
            });
            if (sweep == Sweep::gradient) reverse(first, count, panels, d_states, dz);
        }
    }

    // After the last tile.
    MC_HOST_DEVICE_CALL void finish_gradient() const {
        if (problem_.head == Head::linear) return;
        first_.finish_gradient();
        second_.finish_gradient();
    }

private:
    // Offset of row r of a panel.
    MC_HOST_DEVICE static long row(int r) { return Layers::at(0, 0, r); }

    // f(p, q) of every panel q of the chunk of places from `first` on, and the panel p of its sentences; those of one p in their order.
    template <class Function>
    MC_HOST_DEVICE void for_each_of_panel(int first, int count, int panels, const Function& f) const {
        const int before = first % panels;
        layers_.for_each_panel(panels, [&](int p) {
            for (int q = p < before ? p + panels - before : p - before; q < count; q += panels) f(p, q);
        });
    }

    // Panel q of the chunk, panel `place` of all places; leaves the gradient in the logits' place.
    MC_HOST_DEVICE_CALL void compare(Sweep sweep, const Places<T>& targets, int place, int q, const T* weight) const {
        const int p = place % targets.panels, t = place / targets.panels;
        const std::int32_t* tokens = targets.tokens + static_cast<long>(place) * lanes;
        T* logits = m_.logits + Layers::at(q, words_, 0);
        T target[lanes];
        for (int i = 0; i < lanes; ++i) target[i] = logits[row(tokens[i]) + i];
        Row most = load<Row>(logits), sum = Row(0.0);
        for (int r = 1; r < words_; ++r) most = max(most, load<Row>(logits + row(r)));
        for (int r = 0; r < words_; ++r) {
            const Row e = exp(load<Row>(logits + row(r)) - most);
            sum = sum + e;
            if (sweep == Sweep::gradient) store(e, logits + row(r));
        }
        const long of_panel = Layers::at(p, 1, 0);
        const auto live = load<Row>(targets.lengths + of_panel) > Row(static_cast<double>(t));
        const Row loss = most + log(sum) - load<Row>(target);
        store(select(live, loss, Row(0.0)), m_.loss + Layers::at(q, 1, 0));
        if (sweep == Sweep::values) return;
        const Row price = select(live, load<Row>(weight + of_panel), Row(0.0)), factor = price / sum;
        for (int r = 0; r < words_; ++r) store(factor * load<Row>(logits + row(r)), logits + row(r));
        store(price, target);
        for (int i = 0; i < lanes; ++i) logits[row(tokens[i]) + i] -= target[i];
    }

    MC_HOST_DEVICE_CALL void reverse(int first, int count, int panels, T* d_states, T* dz) const {
        if (problem_.head == Head::linear) {
            layers_.add_gradient(m_.logits, words_, m_.joined, inputs_, count, gradient_ + at_.head,
                                 gradient_ + at_.head_biases);
            layers_.apply_transposed(m_.packed_transposed, words_, inputs_, m_.logits, count, m_.d_joined,
                                     Into::new_values);
        } else {
            second_.reverse(m_.wide, m_.logits, second_l_, count, m_.d_wide);
            layers_.for_each_panel(count, [&](int q) {
                for (int r = 0; r < inputs_; ++r)
                    store(load<Row>(m_.d_wide + Layers::at(q, words_, r)), m_.middle + Layers::at(q, inputs_, r));
            });
            first_.reverse(m_.joined, m_.middle, first_l_, count, m_.d_joined);
        }
        for_each_of_panel(first, count, panels, [&](int p, int q) {
            const T* from = m_.d_joined + Layers::at(q, inputs_, 0);
            T *h = d_states + Layers::at(first + q, width_, 0), *of_z = dz + Layers::at(p, latent_, 0);
            for (int r = 0; r < width_; ++r) store(load<Row>(from + row(r)), h + row(r));
            for (int r = 0; r < latent_; ++r)
                store(load<Row>(of_z + row(r)) + load<Row>(from + row(width_ + r)), of_z + row(r));
        });
    }

    const Problem& problem_;
    const HeadMemory<T>& m_;
    Layers layers_;
    Layout at_;
    vae::ConvexMap<Layers> first_, second_;
    const T* parameters_;
    T* gradient_;
    double first_l_ = 0.0, second_l_ = 0.0;
    int inputs_, width_, latent_, words_;
};

}  // namespace modecollapse::sequence
