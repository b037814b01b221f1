// An LSTM over embedded tokens on panels of sentences, and backpropagation through time (sequence/lstm_shape.hpp).
//
// In reverse, from the gradient dh_t of what looks at h_t and with D = dh_t + (what comes back from t + 1), C likewise of c_t:
//
//   C += D o_t (1 - tanh(c_t)^2)
//   da_i = C g i (1 - i),  da_f = C c_{t-1} f (1 - f),  da_g = C i (1 - g^2),  da_o = D tanh(c_t) o (1 - o)
//   to t - 1:  D = U^T da,  C = C f;   W += da e^T,  U += da h_{t-1}^T,  b += da,  E_{x_t} += W^T da
//
// Layers: kernels/training/layers.hpp. Sentences have lengths: past the end of one its state stays as it is, in reverse too, and nothing is added to a gradient.
#pragma once

#include "kernels/training/layers.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"
#include "modecollapse/sequence/lstm_shape.hpp"

namespace modecollapse::sequence {

// Room of one LSTM. Arrays over positions are (places, panels, rows, lanes), those of states with one place before the first.
template <class T>
struct LstmMemory {
    const T* parameters;                  // (count of layout_of)
    T* gradient;                          // the same
    T *input, *input_transposed;          // W, packed
    T *recurrent, *recurrent_transposed;  // U, packed
    T* embedded;                          // (embedding); in reverse the gradient in it
    T* gates;                             // (4 width): i, f, g, o; in reverse the gradient before their activation
    T *cell, *state;                      // (places + 1; width): c, h
    T *d_cell, *d_state;                  // one place
};

// A tile's tokens at each place (places, panels x lanes), and the sentences' lengths (panels x lanes).
template <class T>
struct Places {
    const std::int32_t* tokens;
    const T* lengths;
    int count, panels;
};

template <class LayersOfBackend>
class Lstm {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;
    using Row = typename Layers::Row;
    static constexpr int lanes = Layers::lanes;

    MC_HOST_DEVICE Lstm(const LstmShape& shape, const LstmMemory<T>& memory, const Layers& layers)
        : m_(memory),
          layers_(layers),
          at_(layout_of(shape)),
          embedding_(static_cast<int>(shape.embedding)),
          width_(static_cast<int>(shape.width)),
          gates_(static_cast<int>(shape.gates())) {}

    // After every change of the parameters.
    MC_HOST_DEVICE_CALL void pack() const {
        layers_.pack(m_.parameters + at_.input, gates_, embedding_, m_.input, m_.input_transposed);
        layers_.pack(m_.parameters + at_.recurrent, gates_, width_, m_.recurrent, m_.recurrent_transposed);
    }

    // h_t after place t = 1 .. (panels, width, lanes); h_0 at 0.
    MC_HOST_DEVICE T* state(int t, int panels) const { return m_.state + Layers::at(t * panels, width_, 0); }

    // All states of the places; keeps what the reverse pass needs.
    MC_HOST_DEVICE_CALL void forward(const Places<T>& places) const {
        start(places.panels);
        take(places, 0, places.count);
        for (int t = 0; t < places.count && !layers_.is_due(); ++t) advance(places, t);
    }

    MC_HOST_DEVICE_CALL void start(int panels) const {
        layers_.for_each_row(width_, panels, [&](long i) {
            store(Row(0.0), m_.state + i);
            store(Row(0.0), m_.cell + i);
        });
    }

    // What the tokens of places first .. first + count - 1 bring to the gates.
    MC_HOST_DEVICE_CALL void take(const Places<T>& places, int first, int count) const {
        const T* rows = m_.parameters + at_.embedding;
        const int q = first * places.panels;
        layers_.for_each_panel(count * places.panels, [&](int p) {
            for (int i = 0; i < lanes; ++i) {
                const T* from =
                    rows + static_cast<long>(places.tokens[static_cast<long>(q + p) * lanes + i]) * embedding_;
                T* to = m_.embedded + Layers::at(q + p, embedding_, 0) + i;
                for (int k = 0; k < embedding_; ++k) to[row(k)] = from[k];
            }
        });
        layers_.apply(m_.input, m_.parameters + at_.biases, gates_, embedding_,
                      m_.embedded + Layers::at(q, embedding_, 0), count * places.panels,
                      m_.gates + Layers::at(q, gates_, 0), Into::new_values);
    }

    // From h_t to h_{t+1}, by the token of place t.
    MC_HOST_DEVICE_CALL void advance(const Places<T>& places, int t) const {
        const int panels = places.panels;
        T* gates = m_.gates + Layers::at(t * panels, gates_, 0);
        if (t > 0) layers_.apply(m_.recurrent, nullptr, gates_, width_, state(t, panels), panels, gates, Into::sum);
        layers_.for_each_of(panels, width_, [&](int p, int j) {
            const auto live = is_live(places, p, t);
            const Gates at(gates, p, j, width_);
            const Row i = logistic(load<Row>(at.i)), f = logistic(load<Row>(at.f)), o = logistic(load<Row>(at.o)),
                      g = modecollapse::tanh(load<Row>(at.g));
            store(i, at.i), store(f, at.f), store(g, at.g), store(o, at.o);
            const long before = Layers::at(t * panels + p, width_, j),
                       after = Layers::at((t + 1) * panels + p, width_, j);
            const Row c = load<Row>(m_.cell + before), next = fma(f, c, i * g);
            store(select(live, next, c), m_.cell + after);
            store(select(live, o * modecollapse::tanh(next), load<Row>(m_.state + before)), m_.state + after);
        });
    }

    // Adds the gradient in the parameters. d_states (places, panels, width, lanes): of what looks at h_1 .., or null; d_last
    // (panels, width, lanes): of what looks at the last state, or null.
    MC_HOST_DEVICE_CALL void reverse(const Places<T>& places, const T* d_states, const T* d_last) const {
        const int panels = places.panels;
        layers_.for_each_row(width_, panels, [&](long i) {
            store(d_last ? load<Row>(d_last + i) : Row(0.0), m_.d_state + i);
            store(Row(0.0), m_.d_cell + i);
        });
        for (int t = places.count; t-- > 0 && !layers_.is_due();) {
            step_back(places, t, d_states ? d_states + Layers::at(t * panels, width_, 0) : nullptr);
            if (t > 0)
                layers_.apply_transposed(m_.recurrent_transposed, gates_, width_,
                                         m_.gates + Layers::at(t * panels, gates_, 0), panels, m_.d_state, Into::sum);
        }
        const int all = places.count * panels;
        layers_.add_gradient(m_.gates, gates_, m_.embedded, embedding_, all, m_.gradient + at_.input,
                             m_.gradient + at_.biases);
        if (places.count > 1)
            layers_.add_gradient(m_.gates + Layers::at(panels, gates_, 0), gates_, state(1, panels), width_,
                                 all - panels, m_.gradient + at_.recurrent, nullptr);
        layers_.meet();  // embedded, of which the gradient was made, is free to change
        layers_.apply_transposed(m_.input_transposed, gates_, embedding_, m_.gates, all, m_.embedded, Into::new_values);
        add_to_embedding(places);
    }

private:
    // Offset of row r of a panel.
    MC_HOST_DEVICE static long row(int r) { return Layers::at(0, 0, r); }

    // Of the sentences of a panel: have they a token at place t?
    MC_HOST_DEVICE static auto is_live(const Places<T>& places, int p, int t) {
        return load<Row>(places.lengths + static_cast<long>(p) * lanes) > Row(static_cast<double>(t));
    }

    struct Gates {
        T *i, *f, *g, *o;
        MC_HOST_DEVICE Gates(T* gates, int p, int j, int width)
            : i(gates + Layers::at(p, 4 * width, j)), f(i + row(width)), g(f + row(width)), o(g + row(width)) {}
    };

    MC_HOST_DEVICE static Row logistic(const Row& a) {
        return fma(Row(0.5), modecollapse::tanh(Row(0.5) * a), Row(0.5));
    }

    // Leaves da in the gates' place, and in d_state what passes a sentence that has ended.
    MC_HOST_DEVICE_CALL void step_back(const Places<T>& places, int t, const T* d_states) const {
        const int panels = places.panels;
        T* gates = m_.gates + Layers::at(t * panels, gates_, 0);
        const Row one = Row(1.0), zero = Row(0.0);
        layers_.for_each_of(panels, width_, [&](int p, int j) {
            const auto live = is_live(places, p, t);
            const Gates at(gates, p, j, width_);
            const long here = Layers::at(p, width_, j), before = Layers::at(t * panels + p, width_, j),
                       after = Layers::at((t + 1) * panels + p, width_, j);
            Row d = load<Row>(m_.d_state + here);
            if (d_states) d = d + load<Row>(d_states + here);
            const Row i = load<Row>(at.i), f = load<Row>(at.f), g = load<Row>(at.g), o = load<Row>(at.o);
            const Row bent = modecollapse::tanh(load<Row>(m_.cell + after)), passed = load<Row>(m_.d_cell + here);
            const Row c = fma(d * o, fma(-bent, bent, one), passed);
            const auto put = [&](const Row& x, T* to) { store(select(live, x, zero), to); };
            put(c * g * i * (one - i), at.i);
            put(c * load<Row>(m_.cell + before) * f * (one - f), at.f);
            put(c * i * fma(-g, g, one), at.g);
            put(d * bent * o * (one - o), at.o);
            store(select(live, c * f, passed), m_.d_cell + here);
            store(select(live, zero, d), m_.d_state + here);
        });
    }

    MC_HOST_DEVICE_CALL void add_to_embedding(const Places<T>& places) const {
        T* rows = m_.gradient + at_.embedding;
        layers_.share_columns(embedding_, [&](const ColumnShare& mine) {
            for (int q = 0; q < places.count * places.panels; ++q) {
                const int place = q / places.panels, panel = q % places.panels;
                for (int i = 0; i < lanes; ++i) {
                    const std::int32_t token = places.tokens[static_cast<long>(q) * lanes + i];
                    if (!mine.has(token) || !(places.lengths[panel * lanes + i] > static_cast<T>(place))) continue;
                    const T* from = m_.embedded + Layers::at(q, embedding_, 0) + i;
                    T* to = rows + static_cast<long>(token) * embedding_;
                    for (int k = mine.first; k < embedding_; k += mine.step) to[k] += from[row(k)];
                }
            }
        });
    }

    const LstmMemory<T>& m_;
    Layers layers_;
    LstmLayout at_;
    int embedding_, width_, gates_;
};

}  // namespace modecollapse::sequence
