// The gradient map of an input-convex network on panels of samples, T(v) = grad psi(v) + L v, and the reverse pass through it.
//
// With a_k = U_k v + b_k + V_k h_{k-1}, h_k = g(a_k) (convex_shape.hpp):
//
//   forward    q_depth = g'(a_depth),  p_{k-1} = V_k^T q_k,  q_k = p_k g'(a_k);   grad psi = sum_k U_k^T q_k
//   reverse    of <w, T(v)>, w the gradient from above. <w, grad psi(v)> is psi's tangent along w,
//                  a'_k = U_k w + V_k h'_{k-1},  h'_k = g'(a_k) a'_k,
//              and its reverse pass needs besides q_k, which is what it was above,
//                  s_k = r_k g'(a_k) + p_k a'_k g''(a_k),   r_{k-1} = V_k^T s_k,   r_depth = 0
//              in v:  L w + sum_k U_k^T s_k   (the Hessian of psi times w, and L w)
//              in V_k: q_k h'_{k-1}^T + s_k h_{k-1}^T;  in U_k: q_k w^T + s_k v^T;  in b_k: s_k
//
// V_k = exp(parameter): the parameter's gradient is V_k times that of V_k.
#pragma once

#include <cstddef>

#include "kernels/training/layers.hpp"
#include "modecollapse/vae/convex_shape.hpp"

namespace modecollapse::vae {

// Room of one map; arrays over samples are (panels, rows, lanes), rows of all layers one after another.
template <class T>
struct ConvexMemory {
    T *weights, *packed, *packed_transposed;  // (parameter_count): U, b and V itself
    T *h, *first, *second, *p, *q;            // (depth + 1 layers): values, g', g'', and the forward pass's adjoints
    T *tangent_a, *tangent_h, *s, *r;         // (depth + 1 layers)
    T* gradient;                              // (parameter_count): of U, b and V; then of the parameters
};

// Layers: kernels/training/layers.hpp.
template <class LayersOfBackend>
class ConvexMap {
public:
    using Layers = LayersOfBackend;
    using T = typename Layers::T;
    using Row = typename Layers::Row;

    MC_HOST_DEVICE ConvexMap(const ConvexShape& shape, const ConvexMemory<T>& memory, const Layers& layers)
        : shape_(shape), m_(memory), layers_(layers), n_(static_cast<int>(shape.inputs)) {}

    // After every change of the parameters (parameter_count).
    MC_HOST_DEVICE_CALL void pack(const T* parameters) const {
        for (std::uint32_t k = 0; k <= shape_.depth; ++k) {
            const ConvexLayer layer = convex_layer(shape_, k);
            const int outputs = static_cast<int>(layer.outputs), width = static_cast<int>(shape_.width);
            layers_.for_each(layer.logarithms - layer.direct,
                             [&](std::uint64_t i) { m_.weights[layer.direct + i] = parameters[layer.direct + i]; });
            layers_.pack(m_.weights + layer.direct, outputs, n_, m_.packed + layer.direct,
                         m_.packed_transposed + layer.direct);
            if (k == 0) continue;
            layers_.for_each(layer.outputs * std::uint64_t{shape_.width}, [&](std::uint64_t i) {
                m_.weights[layer.logarithms + i] = exp(parameters[layer.logarithms + i]);
            });
            layers_.pack(m_.weights + layer.logarithms, outputs, width, m_.packed + layer.logarithms,
                         m_.packed_transposed + layer.logarithms);
        }
    }

    // out = T(v); keeps what the reverse pass needs. v, out: (panels, n, lanes).
    MC_HOST_DEVICE_CALL void forward(const T* v, double inverse_lipschitz, int panels, T* out) const {
        for (std::uint32_t k = 0; k <= shape_.depth; ++k) {
            const Place to = place(k, panels);
            to_layer(k, v, m_.weights + convex_layer(shape_, k).biases, m_.h, panels, m_.h + to.offset);
            const bool square = k == 0 && shape_.depth > 0;
            with_activation(shape_.activation, [&](auto activation) {
                layers_.for_each_rows(to.rows, panels, [&](auto rows, long i) {
                    using Rows = decltype(rows);
                    Activated<Rows> g = activated(decltype(activation)::value, load<Rows>(m_.h + to.offset + i));
                    if (square) g = squared(g);
                    store(g.value, m_.h + to.offset + i);
                    store(g.first, m_.first + to.offset + i);
                    store(g.second, m_.second + to.offset + i);
                });
            });
        }
        scale(Row(inverse_lipschitz), v, panels, out);
        for (std::uint32_t k = shape_.depth + 1; k-- > 0;) {
            const Place at = place(k, panels);
            if (k == shape_.depth)
                layers_.for_each_row(at.rows, panels, [&](long i) { store(Row(1.0), m_.p + at.offset + i); });
            layers_.for_each_row(at.rows, panels, [&](long i) {
                store(load<Row>(m_.p + at.offset + i) * load<Row>(m_.first + at.offset + i), m_.q + at.offset + i);
            });
            from_layer(k, m_.q + at.offset, panels, out, m_.p);
        }
    }

    // dv = gradient of <w, T(v)> in v, and the map's gradient grows by that in its parameters; after forward at v.
    MC_HOST_DEVICE_CALL void reverse(const T* v, const T* w, double inverse_lipschitz, int panels, T* dv) const {
        for (std::uint32_t k = 0; k <= shape_.depth; ++k) {
            const Place to = place(k, panels);
            to_layer(k, w, nullptr, m_.tangent_h, panels, m_.tangent_a + to.offset);
            layers_.for_each_row(to.rows, panels, [&](long i) {
                store(load<Row>(m_.first + to.offset + i) * load<Row>(m_.tangent_a + to.offset + i),
                      m_.tangent_h + to.offset + i);
            });
        }
        scale(Row(inverse_lipschitz), w, panels, dv);
        for (std::uint32_t k = shape_.depth + 1; k-- > 0;) {
            const Place at = place(k, panels);
            const bool last = k == shape_.depth;
            layers_.for_each_row(at.rows, panels, [&](long i) {
                const long j = at.offset + i;
                const Row curved = load<Row>(m_.p + j) * load<Row>(m_.tangent_a + j) * load<Row>(m_.second + j);
                store(last ? curved : fma(load<Row>(m_.r + j), load<Row>(m_.first + j), curved), m_.s + j);
            });
            from_layer(k, m_.s + at.offset, panels, dv, m_.r);
            add_gradient(k, v, w, panels);
        }
    }

    // The gradient of V becomes that of its logarithm.
    MC_HOST_DEVICE_CALL void finish_gradient() const {
        for (std::uint32_t k = 1; k <= shape_.depth; ++k) {
            const ConvexLayer layer = convex_layer(shape_, k);
            layers_.for_each(layer.outputs * std::uint64_t{shape_.width}, [&](std::uint64_t i) {
                m_.gradient[layer.logarithms + i] *= m_.weights[layer.logarithms + i];
            });
        }
    }

private:
    struct Place {  // of a layer's rows in the arrays of all layers
        long offset;
        int rows;
    };
    MC_HOST_DEVICE Place place(std::uint32_t k, int panels) const {
        return {Layers::at(static_cast<int>(k) * panels, static_cast<int>(shape_.width), 0),
                static_cast<int>(outputs_of(shape_, k))};
    }

    // a = U_k x + b + V_k (layer k - 1 of `below`).
    MC_HOST_DEVICE void to_layer(std::uint32_t k, const T* x, const T* b, const T* below, int panels, T* a) const {
        const ConvexLayer layer = convex_layer(shape_, k);
        const int outputs = static_cast<int>(layer.outputs);
        layers_.apply(m_.packed + layer.direct, b, outputs, n_, x, panels, a, Into::new_values);
        if (k > 0)
            layers_.apply(m_.packed + layer.logarithms, nullptr, outputs, static_cast<int>(shape_.width),
                          below + place(k - 1, panels).offset, panels, a, Into::sum);
    }

    // x += U_k^T d, and layer k - 1 of `below` = V_k^T d.
    MC_HOST_DEVICE void from_layer(std::uint32_t k, const T* d, int panels, T* x, T* below) const {
        const ConvexLayer layer = convex_layer(shape_, k);
        const int outputs = static_cast<int>(layer.outputs);
        layers_.apply_transposed(m_.packed_transposed + layer.direct, outputs, n_, d, panels, x, Into::sum);
        if (k > 0)
            layers_.apply_transposed(m_.packed_transposed + layer.logarithms, outputs, static_cast<int>(shape_.width),
                                     d, panels, below + place(k - 1, panels).offset, Into::new_values);
    }

    MC_HOST_DEVICE_CALL void add_gradient(std::uint32_t k, const T* v, const T* w, int panels) const {
        const ConvexLayer layer = convex_layer(shape_, k);
        const int outputs = static_cast<int>(layer.outputs), width = static_cast<int>(shape_.width);
        const long at = place(k, panels).offset;
        T *u = m_.gradient + layer.direct, *b = m_.gradient + layer.biases;
        layers_.add_gradient(m_.q + at, outputs, w, n_, panels, u, nullptr);
        layers_.add_gradient(m_.s + at, outputs, v, n_, panels, u, b);
        if (k == 0) return;
        const long below = place(k - 1, panels).offset;
        T* weights = m_.gradient + layer.logarithms;
        layers_.add_gradient(m_.q + at, outputs, m_.tangent_h + below, width, panels, weights, nullptr);
        layers_.add_gradient(m_.s + at, outputs, m_.h + below, width, panels, weights, nullptr);
    }

    MC_HOST_DEVICE void scale(Row factor, const T* x, int panels, T* y) const {
        layers_.for_each_row(n_, panels, [&](long i) { store(factor * load<Row>(x + i), y + i); });
    }

    const ConvexShape& shape_;
    const ConvexMemory<T>& m_;
    Layers layers_;
    int n_;
};

}  // namespace modecollapse::vae
