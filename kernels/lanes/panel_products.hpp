// Matrix products of a batched network on SIMD packs: the three of a linear layer y = W x + b and its reverse pass.
//
//   forward            y = W x + b
//   reverse            dx = W^T dy
//   weight gradient    dW = sum_b dy_b x_b^T,  db = sum_b dy_b
//
// Samples stand side by side in panels of 64 bytes (8 double, 16 single): an array of R rows is (panels, R,
// panel_lanes). A block of `block_rows` rows of the result stays in registers while the inner dimension is run through
// once; W is packed block by block beforehand, (block, inner, rows of the block). For dW the samples are the inner
// dimension: one of dy and x is transposed to (sample, row), so that rows of it fill the registers.
//
// Every element is summed in the order of the inner index with fused multiply-adds, whatever the registers' width:
// equal bits on every instruction set. That is what Eigen's or a BLAS library's products do not promise (their blocking
// follows the cache sizes that they find), and Eigen's templates compiled for several instruction sets would share
// symbols.
#pragma once

#include "kernels/lanes/pair.hpp"
#include "kernels/lanes/panel.hpp"
#include "kernels/run/stop_request.hpp"

namespace modecollapse {

// A panel's row as one number: as many packs as 64 bytes take.
template <class Number>
struct PanelRow {
    using Scalar = ScalarOf<Number>;
    static constexpr int packs = panel_lanes<Scalar> / NumberTraits<Number>::lanes;
    using Type =
        std::conditional_t<packs == 1, Number, std::conditional_t<packs == 2, Pair<Number>, Pair<Pair<Number>>>>;
};

inline constexpr int block_rows = 6;   // of a result held in registers
inline constexpr int block_packs = 2;  // packs beside each other in a block of the weight gradient

template <class T, int width>
[[gnu::always_inline]] inline Pack<T, width> broadcast(T x) {
    return x - typename Pack<T, width>::Vector{};
}

// Rows of block i of `rows` rows: blocks differ by one row at most, so that none is nearly empty.
struct RowBlocks {
    int rows, blocks;
    [[gnu::always_inline]] inline explicit RowBlocks(int rows_in)
        : rows(rows_in), blocks((rows_in + block_rows - 1) / block_rows) {}
    [[gnu::always_inline]] inline int begin(int i) const {
        return static_cast<int>(static_cast<long>(rows) * i / blocks);
    }
};

// f(integral_constant) of the rows of a block.
template <class Function>
[[gnu::always_inline]] inline void with_rows(int rows, const Function& f) {
    switch (rows) {
        case 1:
            return f(std::integral_constant<int, 1>{});
        case 2:
            return f(std::integral_constant<int, 2>{});
        case 3:
            return f(std::integral_constant<int, 3>{});
        case 4:
            return f(std::integral_constant<int, 4>{});
        case 5:
            return f(std::integral_constant<int, 5>{});
        default:
            return f(std::integral_constant<int, block_rows>{});
    }
}

// packed: (block, inner, rows of the block), from w: element (row, k) at w[row * row_step + k * inner_step].
template <class Number>
[[gnu::noinline]] void pack_weights(const ScalarOf<Number>* w, int rows, int inner, long row_step, long inner_step,
                                    ScalarOf<Number>* packed) {
    const RowBlocks blocks(rows);
    for (int i = 0; i < blocks.blocks; ++i) {
        const int begin = blocks.begin(i), count = blocks.begin(i + 1) - begin;
        const ScalarOf<Number>* from = w + begin * row_step;
        with_rows(
            count, [&](auto constant) __attribute__((always_inline)) {
                constexpr int n = decltype(constant)::value;
                if (row_step == 1) {
                    for (int k = 0; k < inner; ++k) memcpy(packed + k * n, from + k * inner_step, n * sizeof *packed);
                    return;
                }
                for (int k = 0; k < inner; ++k)
#pragma GCC unroll 8
                    for (int r = 0; r < n; ++r) packed[k * n + r] = from[r * row_step + k * inner_step];
            });
        packed += static_cast<long>(count) * inner;
    }
}

template <class Number>
[[gnu::always_inline]] inline typename PanelRow<Number>::Type row_of(const Number* packs) {
    if constexpr (PanelRow<Number>::packs == 1)
        return packs[0];
    else if constexpr (PanelRow<Number>::packs == 2)
        return {packs[0], packs[1]};
    else
        return {{packs[0], packs[1]}, {packs[2], packs[3]}};
}

// One block of `rows` rows of `side` panels beside each other: start[r] + sum_k packed[k, r] x[k]. Epilogue: (which panel, row in
// the block, one or two rows of the panel as one number).
template <int rows, int side, class Number, class Start, class Epilogue>
[[gnu::always_inline]] inline void product_block(const ScalarOf<Number>* packed, const ScalarOf<Number>* x, int inner,
                                                 const Start& start, const Epilogue& epilogue) {
    using T = ScalarOf<Number>;
    constexpr int width = NumberTraits<Number>::lanes, packs = PanelRow<Number>::packs, lanes = panel_lanes<T>;
    Number sum[side][rows][packs];
#pragma GCC unroll 8
    for (int r = 0; r < rows; ++r)
#pragma GCC unroll 8
        for (int q = 0; q < side; ++q)
#pragma GCC unroll 8
            for (int v = 0; v < packs; ++v) sum[q][r][v] = broadcast<T, width>(start(r));
    for (int k = 0; k < inner; ++k) {
        Number xs[side][packs];
#pragma GCC unroll 8
        for (int q = 0; q < side; ++q)
#pragma GCC unroll 8
            for (int v = 0; v < packs; ++v)
                xs[q][v] = load<Number>(x + (static_cast<long>(q) * inner + k) * lanes + v * width);
#pragma GCC unroll 8
        for (int r = 0; r < rows; ++r) {
            const Number w = broadcast<T, width>(packed[k * rows + r]);
#pragma GCC unroll 8
            for (int q = 0; q < side; ++q)
#pragma GCC unroll 8
                for (int v = 0; v < packs; ++v) sum[q][r][v] = fma(w, xs[q][v], sum[q][r][v]);
        }
    }
    // Two rows at a time where there are two: what the epilogue computes is one long chain of operations a number.
#pragma GCC unroll 8
    for (int q = 0; q < side; ++q) {
#pragma GCC unroll 8
        for (int r = 0; r + 1 < rows; r += 2)
            epilogue(q, r,
                     Pair<typename PanelRow<Number>::Type>{row_of<Number>(sum[q][r]), row_of<Number>(sum[q][r + 1])});
        if constexpr (rows % 2 == 1) epilogue(q, rows - 1, row_of<Number>(sum[q][rows - 1]));
    }
}

// Of a product of so many multiplications by numbers of W: does it take so long that it looks at a stop itself?
[[gnu::always_inline]] inline bool is_watched(const StopRequest* stop, int rows, int inner, int panels) {
    return stop && static_cast<double>(rows) * inner * panels > 65536.0;
}

// y[p] = epilogue(start + W x[p]) for all panels. start(row): scalar; epilogue(panel, row, sum): stores; sum may be of
// two rows. stop: once due, the product ends unfinished; or null.
template <class Number, class Start, class Epilogue>
[[gnu::always_inline]] inline void panel_product(const ScalarOf<Number>* packed, int rows, int inner,
                                                 const ScalarOf<Number>* x, int panels, const Start& start,
                                                 const Epilogue& epilogue, const StopRequest* stop) {
    constexpr int lanes = panel_lanes<ScalarOf<Number>>, packs = PanelRow<Number>::packs;
    constexpr int group = 4;  // panels that share a block of W while it is in the first-level cache
    const RowBlocks blocks(rows);
    const bool watched = is_watched(stop, rows, inner, panels);
    for (int first = 0; first < panels && !(watched && is_due(stop)); first += group) {
        const int last = first + group < panels ? first + group : panels;
        for (int i = 0; i < blocks.blocks; ++i) {
            const int begin = blocks.begin(i);
            const ScalarOf<Number>* w = packed + static_cast<long>(begin) * inner;
            with_rows(
                blocks.begin(i + 1) - begin, [&](auto count) __attribute__((always_inline)) {
                    // So many sums in flight that none waits for the one before it.
                    constexpr int n = decltype(count)::value, side = packs > 1 ? 1 : n <= block_rows / 2 ? group : 2;
                    const auto run = [&](auto beside, int p) __attribute__((always_inline)) {
                        product_block<n, decltype(beside)::value, Number>(
                            w, x + static_cast<long>(p) * inner * lanes, inner, [&](int r) { return start(begin + r); },
                            [&](int q, int r, const auto& sum) { epilogue(p + q, begin + r, sum); });
                    };
                    int p = first;
                    for (; p + side <= last; p += side) run(std::integral_constant<int, side>{}, p);
                    if constexpr (side > 1)
                        for (; p < last; ++p) run(std::integral_constant<int, 1>{}, p);
                });
        }
    }
}

}  // namespace modecollapse
