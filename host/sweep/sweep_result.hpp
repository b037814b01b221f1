// The result of a sweep, finished or not. Equal states give equal results but for the provenance.
#pragma once

#include "host/report/result.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {

// One dimension an axis group, named after its first axis, whose values are its coordinate; zipped axes are further
// coordinates on it. A row a cell: the axes, counts (..., outcome), p_collapse, ci_low, ci_high, status, and what else is
// known of a cell (...), every quantity and histogram of its family among it.
Result sweep_result(const SweepPlan& plan, const SweepState& state);

}  // namespace modecollapse
