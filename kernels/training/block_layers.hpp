// The layers of layers.hpp by the threads of a CUDA block: a "panel" is one sample, so that neighbouring threads have neighbouring
// samples. Arrays lie as on the CPU, (panels of 64 bytes, rows, panel_lanes), and every sum has its order there: the same bits.
//
// Products are shared by tiles (block_tiles.hpp), W is read where it stands: `packed` is W itself. Host + device: tests run it by
// teams of CPU threads. Team: block_team.hpp.
#pragma once

#include "kernels/training/block_call.hpp"
#include "kernels/training/block_tiles.hpp"
#include "kernels/training/layers.hpp"

namespace modecollapse {

// Of a block's product: W (outputs, inputs) and b, or null; x and y over `samples`.
template <class T>
struct BlockProduct {
    const T *w, *b, *x;
    T* y;
    int outputs, inputs, samples;
    Into into;
};

// y (rows, samples) = b + W x, or W^T x.
template <SumAlong sum_along, class T>
MC_BLOCK_CALL void block_product(int index, int size, BlockProduct<T> of) {
    constexpr int lanes = panel_lanes<T>;
    const bool along = sum_along == SumAlong::rows;
    const int rows = along ? of.outputs : of.inputs, inner = along ? of.inputs : of.outputs;
    const bool biased = of.b != nullptr;
    const T *w = of.w, *b = biased ? of.b : of.w, *x = of.x;
    T* y = of.y;
    MC_IN_DEVICE_MEMORY(w);
    MC_IN_DEVICE_MEMORY(b);
    MC_IN_DEVICE_MEMORY(x);
    MC_IN_DEVICE_MEMORY(y);
    const bool adds = of.into == Into::sum;
    product_by_tiles<sum_along>(
        index, size, w, of.inputs, rows, inner, [x, inner](int p) { return x + p / lanes * inner * lanes + p % lanes; },
        lanes, of.samples, [b, biased](int r) { return biased ? b[r] : T(0); },
        [y, rows, adds](int r, int p, Packet<T> sum) {
            T* to = y + (p / lanes * rows + r) * lanes + p % lanes;
            if (adds) {
                const Packet<T> before = Packet<T>::load(to);
                MC_UNROLL_ALL
                for (int l = 0; l < Packet<T>::size; ++l) sum.value[l] = before.value[l] + sum.value[l];
            }
            sum.store(to);
        });
}

// W += sum dy x^T, b += sum dy; y: dy.
template <class T>
MC_BLOCK_CALL void block_gradient(int index, int size, const T* dy, int outputs, const T* x, int inputs, int samples,
                                  T* weights, T* biases) {
    constexpr int lanes = panel_lanes<T>, span = lanes / Packet<T>::size;
    MC_IN_DEVICE_MEMORY(dy);
    MC_IN_DEVICE_MEMORY(x);
    MC_IN_DEVICE_MEMORY(weights);
    Shares shares(index, size);
    add_gradient_by_tiles<span, T>(shares.first_of(gradient_tiles(outputs, inputs)), size,
                                   {dy, outputs, lanes, outputs * lanes}, {x, inputs, lanes, inputs * lanes},
                                   samples / lanes, weights);
    if (!biases) return;
    MC_IN_DEVICE_MEMORY(biases);
    for (int r = shares.first_of(outputs); r < outputs; r += size)
        biases[r] += sum_of_samples(dy + r * lanes, samples / lanes, outputs * lanes);
}

template <class T_, class Team>
class BlockLayers {
public:
    using T = T_;
    using Row = T;
    using Alone = double;
    static constexpr int lanes = 1;

    // scratch: as add_sums says.
    MC_HOST_DEVICE BlockLayers(T* scratch, const Team& team) : scratch_(scratch), team_(team) {}

    MC_HOST_DEVICE const Team& team() const { return team_; }
    MC_HOST_DEVICE T* scratch() const { return scratch_; }
    MC_HOST_DEVICE static void pack(const T*, int, int, T*, T*) {}

    MC_HOST_DEVICE void apply(const T* w, const T* b, int outputs, int inputs, const T* x, int panels, T* y,
                              Into into) const {
        block_product<SumAlong::rows, T>(team_.index(), team_.size(), {w, b, x, y, outputs, inputs, panels, into});
        meet();
    }
    MC_HOST_DEVICE void apply_transposed(const T* w, int outputs, int inputs, const T* dy, int panels, T* dx,
                                         Into into) const {
        block_product<SumAlong::columns, T>(team_.index(), team_.size(),
                                            {w, nullptr, dy, dx, outputs, inputs, panels, into});
        meet();
    }
    MC_HOST_DEVICE void add_gradient(const T* dy, int outputs, const T* x, int inputs, int panels, T* weights,
                                     T* biases) const {
        block_gradient<T>(team_.index(), team_.size(), dy, outputs, x, inputs, panels, weights, biases);
    }

    template <class Function>
    MC_HOST_DEVICE void for_each_row(int rows, int panels, const Function& f) const {
        const long numbers = static_cast<long>(rows) * panels;
        for (long i = team_.index(); i < numbers; i += team_.size()) f(i);
        meet();
    }
    template <class Function>
    MC_HOST_DEVICE void for_each_rows(int rows, int panels, const Function& f) const {
        for_each_row(rows, panels, [&](long i) { f(Row(), i); });
    }
    template <class Function>
    MC_HOST_DEVICE void for_each_panel(int panels, const Function& f) const {
        for (int p = team_.index(); p < panels; p += team_.size()) f(p);
        meet();
    }
    template <class Function>
    MC_HOST_DEVICE void for_each(std::uint64_t count, const Function& f) const {
        for (auto i = static_cast<std::uint64_t>(team_.index()); i < count;
             i += static_cast<std::uint64_t>(team_.size()))
            f(i);
        meet();
    }
    template <class Function>
    MC_HOST_DEVICE void for_each_of(int panels, int rows, const Function& f) const {
        constexpr int width = panel_lanes<T>;
        for (int i = team_.index(); i < panels * rows; i += team_.size()) {
            const int group = i / width, of_panels = group / rows;
            f(of_panels * width + i % width, group - of_panels * rows);
        }
        meet();
    }
    template <class Function>
    MC_HOST_DEVICE void for_each_alone(std::uint64_t count, const Function& f) const {
        for_each(count, [&](std::uint64_t i) { f(i, i); });
    }
    template <class Function>
    MC_HOST_DEVICE void share_columns(int columns, const Function& f) const {
        const int size = team_.size(), index = team_.index(), step = size < columns ? size : columns;
        f(ColumnShare{index % step, step, index / step, size / step});
        meet();
    }
    template <class Function>
    MC_HOST_DEVICE double of_one(const Function& f) const {
        if (team_.index() == 0) *team_.number() = f();
        meet();
        const double result = *team_.number();
        meet();
        return result;
    }
    MC_HOST_DEVICE void meet() const { team_.sync(); }

    template <class Make>
    MC_HOST_DEVICE void add_sums(int count, int panels, const Make& make, T* to) const {
        constexpr int width = panel_lanes<T>;
        for (int item = team_.index(); item < count * width; item += team_.size()) {
            const auto add = make(item / width);
            T sum = T(0);
            for (int p = item % width; p < panels; p += width) add(p, sum);
            scratch_[item] = sum;
        }
        meet();
        for (int k = team_.index(); k < count; k += team_.size())
            to[k] += sum_of_samples(scratch_ + k * width, 1, width);
        meet();
    }

    MC_HOST_DEVICE static bool is_due() { return false; }
    MC_HOST_DEVICE static int panels_of(std::uint64_t samples) {
        constexpr std::uint64_t width = panel_lanes<T>;
        return static_cast<int>((samples + width - 1) / width * width);
    }

    // Offset of row r of sample p in an array of `rows` rows.
    MC_HOST_DEVICE static long at(int p, int rows, int r) {
        constexpr int width = panel_lanes<T>;
        return (static_cast<long>(p / width) * rows + r) * width + p % width;
    }

private:
    T* scratch_;
    Team team_;
};

}  // namespace modecollapse
