// The result of a sweep, finished or not, as a Dataset and as rows of text. Equal states give equal results but for the
// provenance.
#pragma once

#include "host/io/dataset.hpp"
#include "host/io/table.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {

// One dimension an axis group, named after its first axis, whose values are its coordinate; zipped axes are further
// coordinates on it. counts (..., outcome); p_collapse, ci_low, ci_high, trajectories, status, ci_method, look, looks
// (...); of flows also projected_variance and its error (...).
Dataset sweep_dataset(const SweepPlan& plan, const SweepState& state);

// One row a cell: the axes, the counts, p_collapse, ci_low, ci_high, status, ci_method, look, looks; of flows also
// projected_variance and its error.
Table sweep_table(const SweepPlan& plan, const SweepState& state);

}  // namespace modecollapse
