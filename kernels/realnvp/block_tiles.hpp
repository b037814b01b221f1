// Products of a network's matrices with a tile of samples by the threads of a block: every thread holds a tile of the result
// in registers.
//
//   forward          y(r, p) = start(r) + sum_k w(r, k) x(k, p)      four rows of the samples that 16 bytes take
//   reverse          the same with w(k, r) in the place of w(r, k)
//   weight gradient  sum_p dy(o, p) x(i, p)                          four rows o times four rows i
//
// Arrays over samples are (rows, samples of a tile), so that 16 bytes are neighbouring samples and neighbouring threads read
// neighbours. Every element is one chain of fused multiply-adds in the order of the inner index, as on the CPU
// (kernels/lanes/panel_products.hpp): the same bits. Rows beyond the last are not stored.
#pragma once

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

enum class SumAlong { rows, columns };  // w(r, k) at w[r * stride + k]; or w(k, r) at w[k * stride + r]

// Up to three numbers behind w are read with columns, and not used. start(row) -> T; finish(row, first sample, Packet<T>) stores a part of a row.
template <SumAlong sum_along, class T, class Team, class Start, class Finish>
MC_HOST_DEVICE void product_by_tiles(const Team& team, const T* w, int stride, int rows, int inner, const T* x,
                                     int samples, int panels, const Start& start, const Finish& finish) {
    constexpr int width = Packet<T>::size;
    constexpr bool along = sum_along == SumAlong::rows;
    SharedItems item(team.index(), team.size(), panels / width);
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
        const T* values = x + sample;
        MC_UNROLL(4)
        for (int k = 0; k < inner; ++k, values += samples) {
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

// Adds sum_p dy(o, p) x(i, p) to gradient[o * inputs + i]; index: of the worker's first tile.
template <class T>
MC_HOST_DEVICE void add_gradient_by_tiles(int index, int size, const T* dy, int outputs, const T* x, int inputs,
                                          int samples, int panels, T* gradient) {
    constexpr int width = Packet<T>::size;
    SharedItems item(index, size, row_tiles(inputs));
    for (; item.row * tile_rows < outputs; item.next()) {
        const int o = item.row * tile_rows, i = item.column * tile_rows, last_o = outputs - 1 - o,
                  last_i = inputs - 1 - i;
        T sum[tile_rows][tile_rows] = {};
        const T *d[tile_rows], *a[tile_rows];
        MC_UNROLL_ALL
        for (int r = 0; r < tile_rows; ++r) {
            d[r] = dy + (o + (r < last_o ? r : last_o)) * samples;
            a[r] = x + (i + (r < last_i ? r : last_i)) * samples;
        }
        MC_UNROLL(1)
        for (int p = 0; p < panels; p += 2 * width) {  // of a panel on the CPU: at least four packets
            MC_UNROLL_ALL
            for (int next = 0; next < 2 * width; next += width) {
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
                d[r] += 2 * width;
                a[r] += 2 * width;
            }
        }
        MC_UNROLL_ALL
        for (int r = 0; r < tile_rows; ++r) MC_UNROLL_ALL
        for (int c = 0; c < tile_rows; ++c)
            if (r <= last_o && c <= last_i) gradient[(o + r) * inputs + i + c] += sum[r][c];
    }
}

}  // namespace modecollapse
