// What the sweep commands share: provenance, the result file, the closing summary.
#pragma once

#include <optional>
#include <string>

#include "host/cli/output.hpp"
#include "host/cli/sweep_file.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {

RunRecord sweep_record(const SweepFile& file, const Backend& backend);

// DIR/result.nc, atomically.
void write_sweep_result(const std::string& folder, const SweepPlan& plan, const SweepState& state,
                        const RunRecord& record);

// Prints the result (table: a summary; csv: a row a cell; json), logs, and returns the exit code. With a shard index,
// only its cells count as pending.
int finish_sweep(const Configuration& options, const std::string& folder, const SweepPlan& plan,
                 const SweepState& state, std::optional<std::uint64_t> shard, std::uint64_t shards);

}  // namespace modecollapse
