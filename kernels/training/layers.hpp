// What the passes of trained families are written over: linear layers y = W x + b on panels of samples with their reverse passes,
// and the team that works on one member. PanelLayers (panel_layers.hpp): one CPU thread, a panel is a number of the SIMD lanes.
// BlockLayers (block_layers.hpp): the threads of a CUDA block, a "panel" is one sample. Both compute the same bits.
//
// Arrays over samples are (panels, rows, panel_lanes) on both, as in kernels/lanes/panel_products.hpp; W (outputs, inputs),
// row-major. A reverse pass is given zeros for the samples that are not there.
//
//   T, Row, lanes                  a number; of a row of a panel; samples of a panel
//   Alone                          number type of what one thread computes alone, all of its lanes the same
//   at(p, rows, r)                 offset of row r of panel p; the next row lies panel_lanes<T> further
//   panels_of(samples)             those that hold them, up to the end of the last 64 bytes
//   pack(W, outputs, inputs, to, to_transposed)        what the two products read; a block reads W where it stands
//   apply(packed, b, outputs, inputs, x, panels, y, into)            y = W x + b, b may be null
//   apply_transposed(packed, outputs, inputs, dy, panels, dx, into)  dx = W^T dy
//   add_gradient(dy, outputs, x, inputs, panels, W, b)               W += sum dy x^T, b += sum dy (b may be null); ends
//                                                                    without a meeting, of no use to whoever is alone
//   for_each_row(rows, panels, f)  f(offset of a row) for all rows of an array
//   for_each_rows(rows, panels, f) f(Rows, offset): the same, Rows of one or two rows beside each other
//   for_each_panel(panels, f), for_each(count, f)      f(p), f(i): shares of work, then a meeting
//   for_each_of(panels, rows, f)   f(p, r): shares of work, then a meeting
//   for_each_alone(count, f)       f(i, worker): the same of work that needs room of its own, which `worker` < count numbers
//   share_columns(columns, f)      f(ColumnShare): work on rows of a table, `columns` wide, in an order that nobody changes; a meeting
//   of_one(f)                      f() -> double, by one of the team; all have its result
//   meet()                         all wait for all
//   add_sums(count, panels, make, to)   to[k] += sum over all samples, make(k) -> add(p, Row& sum); a block keeps count x
//                                  panel_lanes numbers in its scratch meanwhile
//   is_due()                       a stop was asked for: what follows is of no use, and large products end at once; then it stays
//                                  due. A block is never asked (stops are served between launches)
#pragma once

#include <cstdint>

#include "kernels/lanes/panel.hpp"
#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

// Whose columns of which rows a worker has: first, first + step, ... of row i, if has(i).
struct ColumnShare {
    int first, step, group, groups;

    MC_HOST_DEVICE bool has(int row) const { return row % groups == group; }
};

enum class Into { new_values, sum };  // y = ..., or y += ...

}  // namespace modecollapse
