// Products of a network's matrices with a tile of samples by the threads of a block: every thread holds a tile of the result
// in registers.
//
//   forward          y(r, p) = start(r) + sum_k w(r, k) x(k, p)      four rows of the samples that 16 bytes take
//   reverse          the same with w(k, r) in the place of w(r, k)
//   weight gradient  sum_p dy(o, p) x(i, p)                          four rows o times four rows i
//
// In arrays over samples 16 bytes are neighbouring samples of a row, and neighbouring threads read neighbours: (rows, samples of a
// tile), or (panels, rows, panel_lanes). Every element is one chain of fused multiply-adds in the order of the inner index, as on
// the CPU (kernels/lanes/panel_products.hpp): the same bits. Rows beyond the last are not stored.
#pragma once

#include "kernels/lanes/panel.hpp"
#include "modecollapse/numbers/number.hpp"
#include "modecollapse/numbers/unroll.hpp"

namespace modecollapse {

inline constexpr int tile_rows = 4;

// What a thread loads and stores at once; addresses are multiples of 16 bytes.
template <class T>
struct alignas(16) Packet {
    static constexpr int size = static_cast<int>(16 / sizeof(T));
    T value[size];

    MC_HOST_DEVICE static Packet load(const T* from) { return *reinterpret_cast<const Packet*>(from); }
    MC_HOST_DEVICE void store(T* to) const { *reinterpret_cast<Packet*>(to) = *this; }
};

// The items (row, column) that worker `index` of `size` does, columns fastest: one division in all, not one an item.
class SharedItems {
public:
    MC_HOST_DEVICE SharedItems(int index, int size, int columns)
        : row(index / columns),
          column(index - row * columns),
          columns_(columns),
          row_step_(size / columns),
          column_step_(size - row_step_ * columns) {}
    MC_HOST_DEVICE void next() {
        row += row_step_;
        column += column_step_;
        if (column < columns_) return;
        column -= columns_;
        ++row;
    }

    int row, column;

private:
    int columns_, row_step_, column_step_;
};

// Numbers 0 .. n-1 of work that several loops without a meeting between them hand out: each loop goes on with the worker
// after the last one's.
class Shares {
public:
    MC_HOST_DEVICE Shares(int index, int size) : index_(index), size_(size) {}
    // This worker's first item of the next `items`, the others `size` apart.
    MC_HOST_DEVICE int first_of(int items) {
        const int first = index_;
        index_ -= items % size_;
        if (index_ < 0) index_ += size_;
        return first;
    }

private:
    int index_, size_;
};

// Sum of the lanes of a panel's row, halves onto halves; they are used up.
template <class T, int lanes>
MC_HOST_DEVICE T halved_lanes(T (&lane)[lanes]) {
    MC_UNROLL_ALL
    for (int half = lanes / 2; half > 0; half /= 2) MC_UNROLL_ALL
    for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
    return lane[0];
}

enum class SumAlong { rows, columns };  // w(r, k) at w[r * stride + k]; or w(k, r) at w[k * stride + r]

// x_of(first sample) -> where its rows begin, row_step apart. Up to three numbers behind w are read with columns, and not used.
// start(row) -> T; finish(row, first sample, Packet<T>) stores a part of a row.
template <SumAlong sum_along, class T, class Rows, class Start, class Finish>
MC_HOST_DEVICE void product_by_tiles(int index, int size, const T* w, int stride, int rows, int inner, const Rows& x_of,
                                     int row_step, int samples, const Start& start, const Finish& finish) {
    constexpr int width = Packet<T>::size;
    constexpr bool along = sum_along == SumAlong::rows;
    SharedItems item(index, size, samples / width);
    for (; item.row * tile_rows < rows; item.next()) {
        const int first = item.row * tile_rows, sample = item.column * width, last = rows - 1 - first;
        const T* from[tile_rows];
        Packet<T> sum[tile_rows];
        MC_UNROLL_ALL
        for (int i = 0; i < tile_rows; ++i) {
            const int row = first + (i < last ? i : last);
            from[i] = along ? w + row * stride : w + first + i;
            const T begin = start(row);
            MC_UNROLL_ALL
            for (int l = 0; l < width; ++l) sum[i].value[l] = begin;
        }
        const T* values = x_of(sample);
        MC_UNROLL(8)
        for (int k = 0; k < inner; ++k, values += row_step) {
            const Packet<T> v = Packet<T>::load(values);
            MC_UNROLL_ALL
            for (int i = 0; i < tile_rows; ++i) {
                const T weight = from[i][along ? k : k * stride];
                MC_UNROLL_ALL
                for (int l = 0; l < width; ++l) sum[i].value[l] = fma(weight, v.value[l], sum[i].value[l]);
            }
        }
        MC_UNROLL_ALL
        for (int i = 0; i < tile_rows; ++i)
            if (i <= last) finish(first + i, sample, sum[i]);
    }
}

MC_HOST_DEVICE int row_tiles(int rows) { return (rows + tile_rows - 1) / tile_rows; }
MC_HOST_DEVICE int gradient_tiles(int outputs, int inputs) { return row_tiles(outputs) * row_tiles(inputs); }

// Rows of samples for the weight gradient: row r from first + r * row on, `span` packets of it, then the next ones `step` further.
template <class T>
struct SampleRows {
    const T* first;
    int rows, row, step;
};

// Adds sum_p dy(o, p) x(i, p) to gradient[o * inputs + i]; index: of the worker's first tile; spans: of every row.
template <int span, class T>
MC_HOST_DEVICE void add_gradient_by_tiles(int index, int size, const SampleRows<T>& dy, const SampleRows<T>& x,
                                          int spans, T* gradient) {
    constexpr int width = Packet<T>::size;
    SharedItems item(index, size, row_tiles(x.rows));
    for (; item.row * tile_rows < dy.rows; item.next()) {
        const int o = item.row * tile_rows, i = item.column * tile_rows, last_o = dy.rows - 1 - o,
                  last_i = x.rows - 1 - i;
        T sum[tile_rows][tile_rows] = {};
        const T *d[tile_rows], *a[tile_rows];
        MC_UNROLL_ALL
        for (int r = 0; r < tile_rows; ++r) {
            d[r] = dy.first + (o + (r < last_o ? r : last_o)) * dy.row;
            a[r] = x.first + (i + (r < last_i ? r : last_i)) * x.row;
        }
        MC_UNROLL(1)
        for (int p = 0; p < spans; ++p) {
            MC_UNROLL_ALL
            for (int next = 0; next < span * width; next += width) {
                Packet<T> left[tile_rows], right[tile_rows];
                MC_UNROLL_ALL
                for (int r = 0; r < tile_rows; ++r) {
                    left[r] = Packet<T>::load(d[r] + next);
                    right[r] = Packet<T>::load(a[r] + next);
                }
                MC_UNROLL_ALL
                for (int l = 0; l < width; ++l) MC_UNROLL_ALL
                for (int r = 0; r < tile_rows; ++r) MC_UNROLL_ALL
                for (int c = 0; c < tile_rows; ++c) sum[r][c] = fma(left[r].value[l], right[c].value[l], sum[r][c]);
            }
            MC_UNROLL_ALL
            for (int r = 0; r < tile_rows; ++r) {
                d[r] += dy.step;
                a[r] += x.step;
            }
        }
        MC_UNROLL_ALL
        for (int r = 0; r < tile_rows; ++r) MC_UNROLL_ALL
        for (int c = 0; c < tile_rows; ++c)
            if (r <= last_o && c <= last_i) gradient[(o + r) * x.rows + i + c] += sum[r][c];
    }
}

// Sum of a row over its samples in the order of a panel on the CPU: its lanes one by one, then halves onto halves. of: panels of
// panel_lanes<T> numbers, `step` apart.
template <class T>
MC_HOST_DEVICE T sum_of_samples(const T* of, int panels, int step) {
    constexpr int lanes = panel_lanes<T>;
    T lane[lanes] = {};
    MC_UNROLL(1)
    for (int p = 0; p < panels; ++p, of += step) MC_UNROLL_ALL
    for (int l = 0; l < lanes; l += Packet<T>::size) {
        const Packet<T> values = Packet<T>::load(of + l);
        MC_UNROLL_ALL
        for (int k = 0; k < Packet<T>::size; ++k) lane[l + k] += values.value[k];
    }
    return halved_lanes(lane);
}

}  // namespace modecollapse
