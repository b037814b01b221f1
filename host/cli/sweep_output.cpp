#include "host/cli/sweep_output.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "host/cli/failed_members.hpp"
#include "host/cli/parameters.hpp"
#include "host/families/words.hpp"
#include "host/io/netcdf_file.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/run_folder.hpp"
#include "host/sweep/sweep_result.hpp"

namespace modecollapse {
namespace {

// The result, and what the run ends with: attributes of the file and keys of JSON.
Result result_of(const SweepPlan& plan, const SweepState& state, const SweepEnd& end) {
    Result result = sweep_result(plan, state);
    const auto total = [](const char* name, const char* key, std::uint64_t value) {
        return attribute(name, static_cast<std::int64_t>(value)).as(key);
    };
    std::vector<Field> totals = {
        total("cells", "cells", state.cells()), total("cells_complete", "complete", end.complete),
        total("cells_failed", "failed", end.failed), total("cells_pending", "pending", end.pending)};
    if (plan.quantity->counts_members())
        totals.push_back(total("trajectories_total", "trajectories", state.trajectories()));
    result.fields.insert(result.fields.begin(), totals.begin(), totals.end());
    return result;
}

}  // namespace

std::string result_path(const std::string& folder) { return in_folder(folder, "result.nc"); }

RunRecord sweep_record(const SweepFile& file, const Backend& backend) {
    RunRecord record;
    record.title = file.plan.quantity->title();
    record.config_toml = file.config_toml;
    record.files = file.plan.digest_of_files();
    record.seed = file.seed;
    record.backend = backend.name;
    record.isa = backend.isa;
    record.device = backend.device;
    record.precision = file.precision;
    record.started = utc_now();
    return record;
}

SweepEnd end_of_sweep(const Configuration& options, const SweepPlan& plan, const SweepState& state,
                      std::optional<std::uint64_t> shard, std::uint64_t shards) {
    const Family& family = plan.family();
    SweepEnd end;
    std::vector<MemberFailures> failures;
    for (std::uint64_t i = shard.value_or(0); i < state.cells(); i += shard ? shards : 1) {
        const CellState& cell = state.at(i);
        ++(cell.status == CellStatus::complete ? end.complete
           : cell.status == CellStatus::failed ? end.failed
                                               : end.pending);
        const FailedShare members = plan.quantity->failed_share(plan, state.tally(i));
        if (members.share > 0.0 && cell.status != CellStatus::pending)
            failures.push_back(
                {members.failed, members.members, members.share, members.known, "in the cell " + place_of(plan, i)});
    }
    const FailureReport judged =
        judge(failures, options.number("failed-limit"), family.members, remedy_of(family, plan.base));
    end.warning = judged.warning;
    end.exit_code = end.pending > 0                     ? exit_stopped
                    : end.failed > 0 || judged.too_many ? exit_members_failed
                                                        : exit_done;
    return end;
}

void write_sweep_result(const std::string& folder, const SweepPlan& plan, const SweepState& state,
                        const RunRecord& record, const SweepEnd& end) {
    const Result result = result_of(plan, state, end);
    Dataset dataset = dataset_of(result);
    std::vector<Variable> parameters = coordinates_of(result);
    parameters.insert(parameters.end(), plan.parameters.begin(), plan.parameters.end());
    add_parameters(dataset, parameters);
    for (auto& origin : provenance_attributes(record)) dataset.attributes.push_back(std::move(origin));
    dataset.attributes.push_back({"exit_code", std::int64_t{end.exit_code}});
    write_netcdf(result_path(folder), dataset, Links::replaced);
}

void require_sweep_result(const std::string& folder, const SweepPlan& plan, const RunRecord& record) {
    Dataset dataset = dataset_of(sweep_result(plan, SweepState(plan)));
    dataset.attributes = provenance_attributes(record);
    require_netcdf(result_path(folder), dataset);
}

int finish_sweep(const Configuration& options, const std::string& folder, const SweepPlan& plan,
                 const SweepState& state, const SweepEnd& end) {
    std::string summary =
        fmt::format("{} cells complete, {} failed, {} pending", end.complete, end.failed, end.pending);
    if (plan.quantity->counts_members()) summary += fmt::format("; {} {}", state.trajectories(), plan.family().members);
    append_to_log(folder, "ended: " + summary);
    if (!end.warning.empty()) {
        append_to_log(folder, end.warning);
        warn_user(end.warning);
    }
    const std::string& format = options.text("format");
    if (format == "csv") {
        print_to_stdout(to_csv(csv_of(sweep_result(plan, state))));
    } else if (format == "json") {
        print_to_stdout(json_text(json_of(result_of(plan, state, end))));
    } else {
        std::string text = fmt::format("{}\nresult: {}/result.nc\n", summary, folder);
        if (end.pending > 0) text += "stopped early: go on with --resume\n";
        print_to_stdout(text);
    }
    if (end.pending > 0 && !current_watch())  // Python warns by itself
        spdlog::warn("{} of {} cells are pending: they hold no result yet", end.pending,
                     end.complete + end.failed + end.pending);
    return end.exit_code;
}

}  // namespace modecollapse
