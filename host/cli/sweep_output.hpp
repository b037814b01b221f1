// What the sweep commands share: provenance, the result file, the closing summary.
#pragma once

#include <optional>
#include <string>

#include "host/cli/output.hpp"
#include "host/cli/sweep_file.hpp"
#include "host/sweep/sweep_state.hpp"

namespace modecollapse {

RunRecord sweep_record(const SweepFile& file, const Backend& backend);

// What a command on a sweep ends with. With a shard index, only the shard's cells count.
struct SweepEnd {
    std::uint64_t complete = 0, failed = 0, pending = 0;
    std::string warning;  // of failed members; empty: none failed
    int exit_code = exit_done;
};
SweepEnd end_of_sweep(const Configuration& options, const SweepPlan& plan, const SweepState& state,
                      std::optional<std::uint64_t> shard, std::uint64_t shards);

std::string result_path(const std::string& folder);

// That file, atomically.
void write_sweep_result(const std::string& folder, const SweepPlan& plan, const SweepState& state,
                        const RunRecord& record, const SweepEnd& end);

// Throws WriteError, before the work, if the result could not be written.
void require_sweep_result(const std::string& folder, const SweepPlan& plan, const RunRecord& record);

// Prints the result (table: a summary; csv: a row a cell; json), logs, and returns the exit code.
int finish_sweep(const Configuration& options, const std::string& folder, const SweepPlan& plan,
                 const SweepState& state, const SweepEnd& end);

}  // namespace modecollapse
