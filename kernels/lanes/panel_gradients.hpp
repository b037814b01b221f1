// The weight gradient of a linear layer on panels: dW = sum_b dy_b x_b^T and db = sum_b dy_b (see panel_products.hpp).
#pragma once

#include "kernels/lanes/panel_products.hpp"

namespace modecollapse {

// Rows of a transposed array: a multiple of what a block takes, so that a block never reads past a sample.
template <class Number>
[[gnu::always_inline]] inline int transposed_rows(int rows) {
    constexpr int unit = block_packs * NumberTraits<Number>::lanes;
    return (rows + unit - 1) / unit * unit;
}

// (panels, rows, lanes) -> (panels x lanes, transposed_rows), zero in the rows that are not there.
template <class Number>
[[gnu::noinline]] void transpose_panels(const ScalarOf<Number>* a, int rows, int panels, ScalarOf<Number>* transposed) {
    using T = ScalarOf<Number>;
    constexpr int lanes = panel_lanes<T>, block = 4;
    const int padded = transposed_rows<Number>(rows);
    for (int p = 0; p < panels; ++p) {
        const T* from = a + static_cast<long>(p) * rows * lanes;
        T* to = transposed + static_cast<long>(p) * lanes * padded;
        int r = 0;
        for (; r + block <= rows; r += block)
            for (int l = 0; l < lanes; l += block) {  // 4 x 4 at a time: the compiler keeps them in registers
                typedef T Four __attribute__((vector_size(block * sizeof(T))));
                Four q[block];
#pragma GCC unroll 4
                for (int i = 0; i < block; ++i) memcpy(&q[i], from + (r + i) * lanes + l, sizeof q[i]);
                const Four low01 = __builtin_shufflevector(q[0], q[1], 0, 4, 1, 5),
                           high01 = __builtin_shufflevector(q[0], q[1], 2, 6, 3, 7);
                const Four low23 = __builtin_shufflevector(q[2], q[3], 0, 4, 1, 5),
                           high23 = __builtin_shufflevector(q[2], q[3], 2, 6, 3, 7);
                const Four row[block] = {__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                                         __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                                         __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                                         __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
#pragma GCC unroll 4
                for (int i = 0; i < block; ++i)
                    memcpy(to + static_cast<long>(l + i) * padded + r, &row[i], sizeof row[i]);
            }
        for (; r < padded; ++r)
            for (int l = 0; l < lanes; ++l)
                to[static_cast<long>(l) * padded + r] = r < rows ? from[r * lanes + l] : T(0);
    }
}

// One block: rows s = 0 .. rows-1 of `scalars` (panels, scalar_rows, lanes) times block_packs packs of columns of
// `transposed`, summed over the samples in order. sums: (rows, block_packs x width).
template <int rows, class Number>
[[gnu::noinline]] void gradient_block(const ScalarOf<Number>* scalars, int scalar_rows,
                                      const ScalarOf<Number>* transposed, int padded, int panels,
                                      ScalarOf<Number>* sums) {
    using T = ScalarOf<Number>;
    constexpr int width = NumberTraits<Number>::lanes, lanes = panel_lanes<T>;
    Number sum[rows][block_packs];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
        for (int v = 0; v < block_packs; ++v) sum[r][v] = broadcast<T, width>(T(0));
    for (int p = 0; p < panels; ++p) {
        const T* s = scalars + static_cast<long>(p) * scalar_rows * lanes;
        for (int l = 0; l < lanes; ++l, ++s, transposed += padded) {
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
        for (int v = 0; v < block_packs; ++v) store(sum[r][v], sums + (r * block_packs + v) * width);
}

template <class Number>
[[gnu::always_inline]] inline void gradient_rows(int rows, const ScalarOf<Number>* scalars, int scalar_rows,
                                                 const ScalarOf<Number>* transposed, int padded, int panels,
                                                 ScalarOf<Number>* sums) {
    switch (rows) {
        case 1:
            return gradient_block<1, Number>(scalars, scalar_rows, transposed, padded, panels, sums);
        case 2:
            return gradient_block<2, Number>(scalars, scalar_rows, transposed, padded, panels, sums);
        case 3:
            return gradient_block<3, Number>(scalars, scalar_rows, transposed, padded, panels, sums);
        case 4:
            return gradient_block<4, Number>(scalars, scalar_rows, transposed, padded, panels, sums);
        case 5:
            return gradient_block<5, Number>(scalars, scalar_rows, transposed, padded, panels, sums);
        default:
            return gradient_block<6, Number>(scalars, scalar_rows, transposed, padded, panels, sums);
    }
}

// weights (outputs, inputs) += dW, biases (outputs) += db. dy: (panels, outputs, lanes); x: (panels, inputs, lanes);
// samples that are not there must be zero in dy. transposed: room for (panels x lanes, transposed_rows of the larger of
// the two).
template <class Number>
[[gnu::noinline]] void add_weight_gradient(const ScalarOf<Number>* dy, int outputs, const ScalarOf<Number>* x,
                                           int inputs, int panels, ScalarOf<Number>* transposed,
                                           ScalarOf<Number>* weights, ScalarOf<Number>* biases) {
    using T = ScalarOf<Number>;
    using Row = typename PanelRow<Number>::Type;
    constexpr int lanes = panel_lanes<T>, width = NumberTraits<Number>::lanes, columns = block_packs * width;
    const bool along_inputs = inputs >= columns || inputs >= outputs;  // rows of dW are contiguous along the inputs
    const int across = along_inputs ? inputs : outputs, others = along_inputs ? outputs : inputs;
    transpose_panels<Number>(along_inputs ? x : dy, across, panels, transposed);
    const int padded = transposed_rows<Number>(across);
    const long step_across = along_inputs ? 1 : inputs, step_other = along_inputs ? inputs : 1;
    const RowBlocks blocks(others);
    T sums[block_rows * columns];
    for (int column = 0; column < across; column += columns) {
        const int used = across - column < columns ? across - column : columns;
        for (int i = 0; i < blocks.blocks; ++i) {
            const int begin = blocks.begin(i), rows = blocks.begin(i + 1) - begin;
            gradient_rows<Number>(rows, (along_inputs ? dy : x) + begin * lanes, others, transposed + column, padded,
                                  panels, sums);
            for (int r = 0; r < rows; ++r) {
                T* to = weights + (begin + r) * step_other + column * step_across;
                if (used == columns && step_across == 1)
                    for (int c = 0; c < columns; c += width)
                        store(load<Number>(to + c) + load<Number>(sums + r * columns + c), to + c);
                else
                    for (int c = 0; c < used; ++c) to[c * step_across] += sums[r * columns + c];
            }
        }
    }
    for (int j = 0; j < outputs; ++j) {
        Row sum = Row(0.0);
        for (int p = 0; p < panels; ++p) sum = sum + load<Row>(dy + (static_cast<long>(p) * outputs + j) * lanes);
        T lane[lanes];
        store(sum, lane);
        for (int half = lanes / 2; half > 0; half /= 2)
            for (int l = 0; l < half; ++l) lane[l] += lane[l + half];
        biases[j] += lane[0];
    }
}

}  // namespace modecollapse
