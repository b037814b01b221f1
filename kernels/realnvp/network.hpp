// The networks of a RealNVP member on panels of samples on one CPU thread: forward, reverse, and the gradient of their
// weights.
//
// Arrays as in memory.hpp. A network maps passive (panels, d/2) to output (panels, d) through hidden (depth, panels,
// width).
#pragma once

#include "kernels/lanes/panel_gradients.hpp"
#include "kernels/realnvp/memory.hpp"
#include "modecollapse/realnvp/coupling.hpp"

namespace modecollapse {

template <class Number>
class PanelNetworks {
public:
    using T = ScalarOf<Number>;
    using Row = typename PanelRow<Number>::Type;
    static constexpr int lanes = panel_lanes<T>;
    static constexpr bool takes_modes = true;

    // stop: once due, products end unfinished; or null.
    [[gnu::always_inline]] inline PanelNetworks(const RealnvpProblem& problem, const RealnvpMemory<T>& memory,
                                                const StopRequest* stop)
        : shape_(problem.shape), m_(memory), stop_(stop), half_(static_cast<int>(half_of(problem.shape))) {}

    // After every change of the parameters; `reverse`: the order of the reverse pass too.
    [[gnu::noinline]] void pack(bool reverse) const {
        for (std::uint32_t layer = 0; layer < shape_.layers; ++layer)
            for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
                const NetworkMatrix matrix = network_matrix(shape_, layer, i);
                const int outputs = static_cast<int>(matrix.outputs), inputs = static_cast<int>(matrix.inputs);
                const T* w = m_.parameters + matrix.weights;
                pack_weights<Number>(w, outputs, inputs, inputs, 1, m_.packed + matrix.weights);
                if (reverse) pack_weights<Number>(w, inputs, outputs, 1, inputs, m_.packed_transposed + matrix.weights);
            }
    }

    T* passive(std::uint32_t layer) const { return m_.passive + layer * samples() * half_; }
    T* active(std::uint32_t layer) const { return m_.active + layer * samples() * half_; }
    T* output(std::uint32_t layer) const { return m_.output + layer * samples() * shape_.dimension; }
    T* hidden(std::uint32_t layer, std::uint32_t i) const {
        return m_.hidden + (static_cast<std::uint64_t>(layer) * shape_.depth + i) * samples() * shape_.width;
    }
    T* delta_hidden(std::uint32_t i) const { return m_.delta_hidden + i * samples() * shape_.width; }

    // output(layer) from passive(layer).
    [[gnu::noinline]] void forward(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const int outputs = static_cast<int>(matrix.outputs), inputs = static_cast<int>(matrix.inputs);
            const T *b = m_.parameters + matrix.biases, *x = i == 0 ? passive(layer) : hidden(layer, i - 1);
            const auto start = [b](int r) { return b[r]; };
            if (i == shape_.depth) {
                T* y = output(layer);
                panel_product<Number>(
                    m_.packed + matrix.weights, outputs, inputs, x, panels, start,
                    [&](int p, int r, const auto& sum) { store(sum, y + row(p, outputs, r)); }, stop_);
            } else {
                T* y = hidden(layer, i);
                panel_product<Number>(
                    m_.packed + matrix.weights, outputs, inputs, x, panels, start,
                    [&](int p, int r, const auto& sum) { store(tanh(sum), y + row(p, outputs, r)); }, stop_);
            }
        }
    }

    // delta_passive, and delta_hidden (before tanh), from delta_output.
    [[gnu::noinline]] void reverse(std::uint32_t layer, int panels) const {
        const auto zero = [](int) { return T(0); };
        for (std::uint32_t i = shape_.depth + 1; i-- > 0;) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const int outputs = static_cast<int>(matrix.outputs), inputs = static_cast<int>(matrix.inputs);
            const T* dy = i == shape_.depth ? m_.delta_output : delta_hidden(i);
            if (i == 0) {
                panel_product<Number>(
                    m_.packed_transposed + matrix.weights, inputs, outputs, dy, panels, zero,
                    [&](int p, int r, const auto& sum) { store(sum, m_.delta_passive + row(p, inputs, r)); }, stop_);
            } else {
                const T* y = hidden(layer, i - 1);
                T* dx = delta_hidden(i - 1);
                panel_product<Number>(
                    m_.packed_transposed + matrix.weights, inputs, outputs, dy, panels, zero,
                    [&](int p, int r, const auto& sum) {
                        using Rows = std::decay_t<decltype(sum)>;
                        const Rows a = load<Rows>(y + row(p, inputs, r));
                        store(sum * fma(-a, a, Rows(1.0)), dx + row(p, inputs, r));
                    },
                    stop_);
            }
        }
    }

    // Adds what delta_output and delta_hidden say to the gradient of the layer's parameters.
    [[gnu::noinline]] void add_gradient(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            add_weight_gradient<Number>(
                i == shape_.depth ? m_.delta_output : delta_hidden(i), static_cast<int>(matrix.outputs),
                i == 0 ? passive(layer) : hidden(layer, i - 1), static_cast<int>(matrix.inputs), panels, m_.transposed,
                m_.gradient + matrix.weights, m_.gradient + matrix.biases, stop_);
        }
    }

    // A team of one.
    static constexpr int index() { return 0; }
    static constexpr int size() { return 1; }
    [[gnu::always_inline]] static inline void sync() {}

    // Offset of row r of panel p in an array of `rows` rows.
    [[gnu::always_inline]] static inline long row(int p, int rows, int r) {
        return (static_cast<long>(p) * rows + r) * lanes;
    }

private:
    std::uint64_t samples() const { return m_.panels * lanes; }

    const RealnvpShape& shape_;
    const RealnvpMemory<T>& m_;
    const StopRequest* stop_;
    int half_;
};

}  // namespace modecollapse
