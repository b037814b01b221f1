// The weight gradient of a linear layer on panels: dW = sum_b dy_b x_b^T and db = sum_b dy_b (see panel_products.hpp).
#pragma once

#include "kernels/lanes/panel_products.hpp"

namespace modecollapse {

// Rows of the transposed array that a block of the weight gradient takes.
template <class Number>
inline constexpr int block_columns = block_packs* NumberTraits<Number>::lanes;

// A square of `side` rows of 32 bytes, transposed: in registers where they are that wide.
template <class T>
struct Square {
    static constexpr int side = 32 / static_cast<int>(sizeof(T));
    typedef T Line __attribute__((vector_size(32)));

    // from: rows `step` apart; to: lines `stride` apart.
    [[gnu::always_inline]] static inline void transpose(const T* from, int step, T* to, int stride) {
        Line q[side];
#pragma GCC unroll 8
        for (int i = 0; i < side; ++i) memcpy(&q[i], from + i * step, sizeof q[i]);
        if constexpr (side == 8) {
#pragma GCC unroll 8
            for (int i = 0; i < side; i += 2) {  // numbers, then pairs, then fours change places
                const Line low = __builtin_shufflevector(q[i], q[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
                q[i + 1] = __builtin_shufflevector(q[i], q[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
                q[i] = low;
            }
#pragma GCC unroll 8
            for (int i = 0; i < side; ++i)
                if ((i & 2) == 0) {
                    const Line low = __builtin_shufflevector(q[i], q[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
                    q[i + 2] = __builtin_shufflevector(q[i], q[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
                    q[i] = low;
                }
#pragma GCC unroll 8
            for (int i = 0; i < side / 2; ++i) {
                const Line low = __builtin_shufflevector(q[i], q[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
                q[i + 4] = __builtin_shufflevector(q[i], q[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
                q[i] = low;
            }
        } else {
            const Line low01 = __builtin_shufflevector(q[0], q[1], 0, 4, 2, 6),
                       high01 = __builtin_shufflevector(q[0], q[1], 1, 5, 3, 7);
            const Line low23 = __builtin_shufflevector(q[2], q[3], 0, 4, 2, 6),
                       high23 = __builtin_shufflevector(q[2], q[3], 1, 5, 3, 7);
            q[0] = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
            q[1] = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
            q[2] = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
            q[3] = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
        }
#pragma GCC unroll 8
        for (int i = 0; i < side; ++i) memcpy(to + i * stride, &q[i], sizeof q[i]);
    }
};

// (panels, rows, lanes) -> (blocks of columns, panels x lanes, block_columns), zero in the rows that are not there: a block is
// read from the first number to the last.
template <class Number>
[[gnu::noinline]] void transpose_panels(const ScalarOf<Number>* a, int rows, int panels, ScalarOf<Number>* transposed) {
    using T = ScalarOf<Number>;
    constexpr int lanes = panel_lanes<T>, side = Square<T>::side, columns = block_columns<Number>;
    for (int begin = 0; begin < rows; begin += columns) {
        const int used = rows - begin < columns ? rows - begin : columns;
        for (int p = 0; p < panels; ++p, transposed += lanes * columns) {
            const T* from = a + (static_cast<long>(p) * rows + begin) * lanes;
            if (used < columns) memset(transposed, 0, lanes * columns * sizeof(T));
            int r = 0;
            for (; r + side <= used; r += side)
                for (int l = 0; l < lanes; l += side)
                    Square<T>::transpose(from + r * lanes + l, lanes, transposed + l * columns + r, columns);
            for (; r < used; ++r)
                for (int l = 0; l < lanes; ++l) transposed[l * columns + r] = from[r * lanes + l];
        }
    }
}

// Sum of the lanes of a row, halves onto halves.
template <int lanes, class T>
[[gnu::always_inline]] inline T halved_sum(T* lane) {
    if constexpr (lanes > 1) {
        constexpr int half = lanes / 2;
        typedef T Half __attribute__((vector_size(half * sizeof(T))));
        Half low, high;
        memcpy(&low, lane, sizeof low);
        memcpy(&high, lane + half, sizeof high);
        low += high;
        memcpy(lane, &low, sizeof low);
        return halved_sum<half>(lane);
    } else {
        return lane[0];
    }
}

// One block: rows s = 0 .. rows-1 of `scalars` (panels, scalar_rows, lanes) times one block of columns of
// `transposed`, summed over the samples in order. Epilogue: (row, first column of a pack, sums).
template <int rows, class Number, class Epilogue>
[[gnu::always_inline]] inline void gradient_block(const ScalarOf<Number>* scalars, int scalar_rows,
                                                  const ScalarOf<Number>* transposed, int panels,
                                                  const Epilogue& epilogue) {
    using T = ScalarOf<Number>;
    constexpr int width = NumberTraits<Number>::lanes, lanes = panel_lanes<T>;
    Number sum[rows][block_packs];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < block_packs; ++v) sum[r][v] = broadcast<T, width>(T(0));
    for (int p = 0; p < panels; ++p) {
        const T* s = scalars + static_cast<long>(p) * scalar_rows * lanes;
        for (int l = 0; l < lanes; ++l, ++s, transposed += block_columns<Number>) {
            Number xs[block_packs];
#pragma GCC unroll 8
            for (int v = 0; v < block_packs; ++v) xs[v] = load<Number>(transposed + v * width);
#pragma GCC unroll 8
            for (int r = 0; r < rows; ++r) {
                const Number w = broadcast<T, width>(s[r * lanes]);
#pragma GCC unroll 8
                for (int v = 0; v < block_packs; ++v) sum[r][v] = fma(w, xs[v], sum[r][v]);
            }
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < block_packs; ++v) epilogue(r, v * width, sum[r][v]);
}

// weights (outputs, inputs) += dW, biases (outputs) += db. dy: (panels, outputs, lanes); x: (panels, inputs, lanes);
// samples that are not there must be zero in dy; biases may be null. transposed: room for (panels x lanes) times the larger of the two,
// rounded up to block_columns. stop: once due, it ends unfinished; or null.
template <class Number>
[[gnu::noinline]] void add_weight_gradient(const ScalarOf<Number>* dy, int outputs, const ScalarOf<Number>* x,
                                           int inputs, int panels, ScalarOf<Number>* transposed,
                                           ScalarOf<Number>* weights, ScalarOf<Number>* biases,
                                           const StopRequest* stop) {
    using T = ScalarOf<Number>;
    using Row = typename PanelRow<Number>::Type;
    constexpr int lanes = panel_lanes<T>, columns = block_columns<Number>;
    const bool along_inputs = inputs >= columns || inputs >= outputs;  // rows of dW are contiguous along the inputs
    const int across = along_inputs ? inputs : outputs, others = along_inputs ? outputs : inputs;
    transpose_panels<Number>(along_inputs ? x : dy, across, panels, transposed);
    const long step_across = along_inputs ? 1 : inputs, step_other = along_inputs ? inputs : 1;
    const RowBlocks blocks(others);
    T sums[block_rows * columns];
    const bool watched = is_watched(stop, across, others, panels);
    for (int column = 0; column < across; column += columns) {
        const int used = across - column < columns ? across - column : columns;
        const T* block = transposed + static_cast<long>(column) * panels * lanes;
        for (int i = 0; i < blocks.blocks; ++i) {
            if (watched && i % 32 == 0 && is_due(stop)) return;
            const int begin = blocks.begin(i), rows = blocks.begin(i + 1) - begin;
            const T* scalars = (along_inputs ? dy : x) + begin * lanes;
            T* to = weights + begin * step_other + column * step_across;
            with_rows(
                rows, [&](auto count) __attribute__((always_inline)) {
                    constexpr int n = decltype(count)::value;
                    const bool whole = used == columns && step_across == 1;
                    gradient_block<n, Number>(scalars, others, block, panels, [&](int r, int c, const Number& sum) {
                        if (whole) {
                            store(load<Number>(to + r * step_other + c) + sum, to + r * step_other + c);
                        } else {
                            store(sum, sums + r * columns + c);
                        }
                    });
                    if (whole) return;
                    for (int r = 0; r < n; ++r)
                        for (int c = 0; c < used; ++c) to[r * step_other + c * step_across] += sums[r * columns + c];
                });
        }
    }
    for (int j = 0; biases && j < outputs; ++j) {
        Row sum = Row(0.0);
        for (int p = 0; p < panels; ++p) sum = sum + load<Row>(dy + (static_cast<long>(p) * outputs + j) * lanes);
        T lane[lanes];
        store(sum, lane);
        biases[j] += halved_sum<lanes>(lane);
    }
}

}  // namespace modecollapse
