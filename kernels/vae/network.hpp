// A network with equal hidden layers on panels of samples: forward, and the reverse pass to its input and its parameters. Layers:
// kernels/training/layers.hpp.
#pragma once

#include "kernels/training/layers.hpp"
#include "modecollapse/vae/network_shape.hpp"

namespace modecollapse::vae {

// Room of one network; arrays over samples are (panels, rows, lanes), hidden layers one after another.
template <class T>
struct NetworkMemory {
    const T* parameters;            // (parameter_count)
    T *packed, *packed_transposed;  // (parameter_count)
    T* gradient;                    // (parameter_count)
    T *hidden, *slope;              // (depth layers): f and f'
    T *above, *below;               // (width): gradients of two layers
};

template <class LayersOfBackend>
class Network {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;
    using Row = typename Layers::Row;

    MC_HOST_DEVICE Network(const NetworkShape& shape, const NetworkMemory<T>& memory, const Layers& layers)
        : shape_(shape), m_(memory), layers_(layers) {}

    // After every change of the parameters.
    MC_HOST_DEVICE_CALL void pack() const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkLayer layer = network_layer(shape_, i);
            layers_.pack(m_.parameters + layer.weights, static_cast<int>(layer.outputs), static_cast<int>(layer.inputs),
                         m_.packed + layer.weights, m_.packed_transposed + layer.weights);
        }
    }

    // y (panels, outputs, lanes) from x (panels, inputs, lanes); keeps what the reverse pass needs.
    MC_HOST_DEVICE_CALL void forward(const T* x, int panels, T* y) const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkLayer layer = network_layer(shape_, i);
            const bool last = i == shape_.depth;
            T* to = last ? y : hidden(i, panels);
            layers_.apply(m_.packed + layer.weights, m_.parameters + layer.biases, static_cast<int>(layer.outputs),
                          static_cast<int>(layer.inputs), i == 0 ? x : hidden(i - 1, panels), panels, to,
                          Into::new_values);
            if (last) break;
            T* slope = m_.slope + (to - m_.hidden);
            with_activation(shape_.activation, [&](auto activation) {
                layers_.for_each_rows(static_cast<int>(layer.outputs), panels, [&](auto rows, long at) {
                    using Rows = decltype(rows);
                    const Activated<Rows> f = activated(decltype(activation)::value, load<Rows>(to + at));
                    store(f.value, to + at);
                    store(f.first, slope + at);
                });
            });
        }
    }

    // Adds the gradient in the parameters; dx (null: nobody asks) is that in the input. After forward at x.
    MC_HOST_DEVICE_CALL void reverse(const T* x, const T* dy, int panels, T* dx) const {
        const T* above = dy;
        for (std::uint32_t i = shape_.depth + 1; i-- > 0;) {
            const NetworkLayer layer = network_layer(shape_, i);
            const int outputs = static_cast<int>(layer.outputs), inputs = static_cast<int>(layer.inputs);
            layers_.add_gradient(above, outputs, i == 0 ? x : hidden(i - 1, panels), inputs, panels,
                                 m_.gradient + layer.weights, m_.gradient + layer.biases);
            T* below = i == 0 ? dx : above == m_.above ? m_.below : m_.above;
            if (!below) return;
            layers_.apply_transposed(m_.packed_transposed + layer.weights, outputs, inputs, above, panels, below,
                                     Into::new_values);
            if (i == 0) return;
            const T* slope = m_.slope + (hidden(i - 1, panels) - m_.hidden);
            layers_.for_each_row(inputs, panels,
                                 [&](long at) { store(load<Row>(below + at) * load<Row>(slope + at), below + at); });
            above = below;
        }
    }

    // dy = J dx, J the derivative of the output at the input of the last forward pass.
    MC_HOST_DEVICE_CALL void tangent(const T* dx, int panels, T* dy) const {
        const T* below = dx;
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkLayer layer = network_layer(shape_, i);
            const int outputs = static_cast<int>(layer.outputs);
            T* to = i == shape_.depth ? dy : below == m_.above ? m_.below : m_.above;
            layers_.apply(m_.packed + layer.weights, nullptr, outputs, static_cast<int>(layer.inputs), below, panels,
                          to, Into::new_values);
            if (i == shape_.depth) break;
            const T* slope = m_.slope + (hidden(i, panels) - m_.hidden);
            layers_.for_each_row(outputs, panels,
                                 [&](long at) { store(load<Row>(to + at) * load<Row>(slope + at), to + at); });
            below = to;
        }
    }

private:
    MC_HOST_DEVICE T* hidden(std::uint32_t i, int panels) const {
        return m_.hidden + Layers::at(static_cast<int>(i) * panels, static_cast<int>(shape_.width), 0);
    }

    const NetworkShape& shape_;
    const NetworkMemory<T>& m_;
    Layers layers_;
};

}  // namespace modecollapse::vae
