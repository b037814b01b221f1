// The networks of a RealNVP member by the threads of a block: forward, reverse, and the gradient of their weights.
//
// Arrays are (rows, samples of a tile): neighbouring threads read neighbouring samples. Team: index(), size(), sync().
#pragma once

#include "kernels/realnvp/memory.hpp"
#include "kernels/training/block_tiles.hpp"
#include "modecollapse/numbers/hyperbolic.hpp"
#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {

template <class T_, class Team, TargetKind target = TargetKind::bimodal>
class BlockNetworks {
public:
    using T = T_;
    using Row = T;
    static constexpr int lanes = 1;
    static constexpr bool takes_modes = target == TargetKind::any;
    static constexpr int sum_lanes =
        static_cast<int>(panel_bytes / sizeof(T));  // of a panel on the CPU, whose sums have this order

    MC_HOST_DEVICE BlockNetworks(const RealnvpProblem& problem, const RealnvpMemory<T>& memory, std::uint64_t samples,
                                 const Team& team)
        : shape_(problem.shape), m_(memory), samples_(static_cast<int>(samples)), team_(team) {}

    MC_HOST_DEVICE int index() const { return team_.index(); }
    MC_HOST_DEVICE int size() const { return team_.size(); }
    MC_HOST_DEVICE void sync() const { team_.sync(); }
    MC_HOST_DEVICE long row(int p, int, int r) const { return at(r, p); }

    MC_HOST_DEVICE T* passive(std::uint32_t layer) const { return m_.passive + before(layer) * half_of(shape_); }
    MC_HOST_DEVICE T* active(std::uint32_t layer) const { return m_.active + before(layer) * half_of(shape_); }
    MC_HOST_DEVICE T* output(std::uint32_t layer) const { return m_.output + before(layer) * shape_.dimension; }
    MC_HOST_DEVICE T* hidden(std::uint32_t layer, std::uint32_t i) const {
        return m_.hidden + before(layer * shape_.depth + i) * shape_.width;
    }
    MC_HOST_DEVICE T* delta_hidden(std::uint32_t i) const { return m_.delta_hidden + before(i) * shape_.width; }

    MC_HOST_DEVICE_CALL void forward(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const T* b = m_.parameters + matrix.biases;
            const bool last = i == shape_.depth;
            T* y = last ? output(layer) : hidden(layer, i);
            const T* x = i == 0 ? passive(layer) : hidden(layer, i - 1);
            product_by_tiles<SumAlong::rows>(
                index(), size(), m_.parameters + matrix.weights, static_cast<int>(matrix.inputs),
                static_cast<int>(matrix.outputs), static_cast<int>(matrix.inputs), [x](int p) { return x + p; },
                samples_, panels, [b](int r) { return b[r]; },
                [&](int r, int p, Packet<T> sum) {
                    if (!last) {
                        MC_UNROLL_ALL
                        for (T& value : sum.value) value = modecollapse::tanh(value);
                    }
                    sum.store(y + at(r, p));
                });
            sync();
        }
    }

    MC_HOST_DEVICE_CALL void reverse(std::uint32_t layer, int panels) const {
        for (std::uint32_t i = shape_.depth + 1; i-- > 0;) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const T* y = i == 0 ? nullptr : hidden(layer, i - 1);
            T* dx = i == 0 ? m_.delta_passive : delta_hidden(i - 1);
            const T* dy = i == shape_.depth ? m_.delta_output : delta_hidden(i);
            product_by_tiles<SumAlong::columns>(
                index(), size(), m_.parameters + matrix.weights, static_cast<int>(matrix.inputs),
                static_cast<int>(matrix.inputs), static_cast<int>(matrix.outputs), [dy](int p) { return dy + p; },
                samples_, panels, [](int) { return T(0); },
                [&](int r, int p, Packet<T> sum) {
                    if (y) {
                        const Packet<T> a = Packet<T>::load(y + at(r, p));
                        MC_UNROLL_ALL
                        for (int l = 0; l < Packet<T>::size; ++l) sum.value[l] *= fma(-a.value[l], a.value[l], T(1));
                    }
                    sum.store(dx + at(r, p));
                });
            sync();
        }
    }

    MC_HOST_DEVICE_CALL void add_gradient(std::uint32_t layer, int panels) const {
        Shares shares(index(), size());
        for (std::uint32_t i = 0; i <= shape_.depth; ++i) {
            const NetworkMatrix matrix = network_matrix(shape_, layer, i);
            const int outputs = static_cast<int>(matrix.outputs), inputs = static_cast<int>(matrix.inputs);
            const T* dy = i == shape_.depth ? m_.delta_output : delta_hidden(i);
            const T* x = i == 0 ? passive(layer) : hidden(layer, i - 1);
            const int weights = shares.first_of(gradient_tiles(outputs, inputs));
            constexpr int span = 2, numbers = span * Packet<T>::size;
            add_gradient_by_tiles<span, T>(weights, size(), {dy, outputs, samples_, numbers},
                                           {x, inputs, samples_, numbers}, padded(panels) / numbers,
                                           m_.gradient + matrix.weights);
            for (int r = shares.first_of(outputs); r < outputs; r += size())
                m_.gradient[matrix.biases + r] += sum_of_samples(dy + at(r, 0), padded(panels) / sum_lanes, sum_lanes);
        }
    }

    // The element-wise parts of the two passes where a library does the products, as in wave.hpp. activate: after
    // matrix i of the forward pass; deactivate: before matrix i - 1 of the reverse pass.
    MC_HOST_DEVICE void activate(std::uint32_t layer, std::uint32_t i, int panels) const {
        const NetworkMatrix matrix = network_matrix(shape_, layer, i);
        const T* b = m_.parameters + matrix.biases;
        T* y = i == shape_.depth ? output(layer) : hidden(layer, i);
        for_each_element(matrix.outputs, panels, [&](int p, int r) {
            const T sum = y[at(r, p)] + b[r];
            y[at(r, p)] = i == shape_.depth ? sum : modecollapse::tanh(sum);
        });
    }
    MC_HOST_DEVICE void deactivate(std::uint32_t layer, std::uint32_t i, int panels) const {
        const T* y = hidden(layer, i - 1);
        T* dx = delta_hidden(i - 1);
        for_each_element(shape_.width, panels, [&](int p, int r) {
            const T a = y[at(r, p)];
            dx[at(r, p)] *= fma(-a, a, T(1));
        });
    }

    // Samples up to the end of the CPU's last panel: those that are not there are zero in dy.
    MC_HOST_DEVICE static int padded(int samples) { return (samples + sum_lanes - 1) / sum_lanes * sum_lanes; }

private:
    MC_HOST_DEVICE std::uint64_t before(std::uint32_t rows) const {
        return static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(samples_);
    }
    // Of sample p in row r of an array of one layer: memory.hpp keeps a tile below 2^28 numbers.
    MC_HOST_DEVICE int at(int r, int p) const { return r * samples_ + p; }

    // f(sample, row): samples fastest, so that a warp reads neighbours.
    template <class Function>
    MC_HOST_DEVICE void for_each_element(std::uint32_t rows, int panels, const Function& f) const {
        SharedItems item(index(), size(), panels);
        for (; item.row < static_cast<int>(rows); item.next()) f(item.column, item.row);
    }

    const RealnvpShape& shape_;
    const RealnvpMemory<T>& m_;
    int samples_;
    Team team_;
};

}  // namespace modecollapse
