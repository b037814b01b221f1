#include "host/cli/sweep_output.hpp"

#include <fmt/format.h>

#include "host/io/netcdf_file.hpp"
#include "host/sweep/run_folder.hpp"
#include "host/sweep/sweep_result.hpp"

namespace modecollapse {
namespace {

struct Tally {
    std::uint64_t complete = 0, failed = 0, pending = 0;
};

Tally tally_of(const SweepState& state, std::optional<std::uint64_t> shard, std::uint64_t shards) {
    Tally tally;
    for (std::uint64_t i = shard.value_or(0); i < state.cells(); i += shard ? shards : 1) {
        const CellStatus status = state.at(i).status;
        ++(status == CellStatus::complete ? tally.complete
           : status == CellStatus::failed ? tally.failed
                                          : tally.pending);
    }
    return tally;
}

nlohmann::ordered_json sweep_json(const SweepPlan& plan, const SweepState& state, const Tally& tally) {
    nlohmann::ordered_json json = {{"cells", state.cells()},
                                   {"complete", tally.complete},
                                   {"failed", tally.failed},
                                   {"pending", tally.pending},
                                   {"trajectories", state.trajectories()}};
    json["rows"] = nlohmann::ordered_json::array();
    const Table table = sweep_table(plan, state);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        nlohmann::ordered_json row;
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
            const std::string& text = table.rows[i][c];
            const nlohmann::ordered_json number = nlohmann::ordered_json::parse(text, nullptr, false);
            row[table.columns[c]] = text.empty()            ? nlohmann::ordered_json(nullptr)
                                    : number.is_discarded() ? nlohmann::ordered_json(text)
                                                            : number;
        }
        json["rows"].push_back(std::move(row));
    }
    return json;
}

}  // namespace

RunRecord sweep_record(const SweepFile& file, const Backend& backend) {
    RunRecord record;
    record.title = "Phase diagram of mode collapse";
    record.config_toml = file.config_toml;
    record.seed = file.seed;
    record.backend = backend.name;
    record.isa = backend.isa;
    record.device = backend.device;
    record.precision = file.precision;
    record.started = utc_now();
    return record;
}

void write_sweep_result(const std::string& folder, const SweepPlan& plan, const SweepState& state,
                        const RunRecord& record) {
    Dataset dataset = sweep_dataset(plan, state);
    dataset.attributes = provenance_attributes(record);
    write_netcdf(folder + "/result.nc", dataset);
}

int finish_sweep(const Configuration& options, const std::string& folder, const SweepPlan& plan,
                 const SweepState& state, std::optional<std::uint64_t> shard, std::uint64_t shards) {
    const Tally tally = tally_of(state, shard, shards);
    const std::string summary = fmt::format("{} cells complete, {} failed, {} pending; {} trajectories", tally.complete,
                                            tally.failed, tally.pending, state.trajectories());
    append_to_log(folder, "ended: " + summary);
    const std::string& format = options.text("format");
    if (format == "csv") {
        print_to_stdout(to_csv(sweep_table(plan, state)));
    } else if (format == "json") {
        print_to_stdout(sweep_json(plan, state, tally).dump(2) + '\n');
    } else {
        std::string text = fmt::format("{}\nresult: {}/result.nc\n", summary, folder);
        if (tally.pending > 0) text += "stopped early: go on with --resume\n";
        print_to_stdout(text);
    }
    if (tally.pending > 0) return exit_stopped;
    return tally.failed > 0 ? exit_failed_cells : exit_done;
}

}  // namespace modecollapse
