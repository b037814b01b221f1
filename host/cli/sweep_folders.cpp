// modecollapse status DIR and modecollapse merge DIR...: commands on run folders that compute nothing.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "host/cli/commands.hpp"
#include "host/cli/sweep_file.hpp"
#include "host/cli/sweep_output.hpp"
#include "host/io/netcdf_reader.hpp"
#include "host/run/watch.hpp"
#include "host/sweep/cell_estimate.hpp"
#include "host/sweep/folder_lock.hpp"
#include "host/sweep/run_folder.hpp"
#include "host/sweep/shards.hpp"

namespace modecollapse {
namespace {

// DIR itself if it holds a run, else the folders of its shards.
std::vector<std::string> run_folders(const std::string& folder) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
        throw UsageError(fmt::format("{}: is not a folder (allowed: the --run-dir of a phase diagram)", folder));
    if (std::filesystem::exists(journal_path(folder), ignored)) return {folder};
    std::vector<std::string> shards;
    for (const ShardFolder& shard :
         shards_in(folder))  // one that was killed before it had a journal has nothing to say
        if (std::filesystem::exists(journal_path(shard.path), ignored)) shards.push_back(shard.path);
    if (shards.empty())
        throw UsageError(fmt::format("{}: holds no run (allowed: the --run-dir of a phase diagram)", folder));
    return shards;
}

// Backend, instruction sets and devices that a manifest names; no device in one of a version that did not record it.
Backend recorded_backend(const std::string& manifest) {
    Backend backend;
    backend.name = comment_of(manifest, "backend");
    backend.isa = recorded_of(manifest, recorded_isa);
    backend.device = recorded_of(manifest, recorded_device);
    return backend;
}

struct LoadedRun {
    std::string manifest;
    SweepFile file;
    Backend backend;
    JournalContents journal;
};

// Throws CorruptFile if the manifest is not the one that the journal was started with.
LoadedRun load_run(const std::string& folder) {
    LoadedRun run{read_manifest(folder), {}, {}, read_journal(journal_path(folder))};
    run.file = read_sweep_file(manifest_path(folder), std::nullopt, {}, CheckedCells::none);
    run.backend = recorded_backend(run.manifest);
    add_platform(run.file.plan, run.backend);
    if (config_hash(sweep_record(run.file, run.backend)) == run.journal.config_hash) {
        require_possible(run.journal, run.file.plan.schema, journal_path(folder));
        return run;
    }
    if (comment_of(run.manifest, "files") != comment_of(run.file.plan.canonical, "files"))
        throw UsageError(fmt::format("{}: a file that an option of the run names is not what it was", folder));
    if (run.manifest.find(fmt::format("# version = {}\n", program_version())) == std::string::npos)
        throw UsageError(fmt::format("{}: the run was made by another version of the program (this is {})", folder,
                                     program_version()));
    throw CorruptFile(fmt::format("{}: manifest.toml is not the one that journal.bin was started with", folder));
}

// Seconds between the first and the last line of a log, by the file's own times: how fast the run went while it ran is
// not kept elsewhere.
double journal_age(const std::string& folder) {
    const auto written = std::filesystem::last_write_time(journal_path(folder));
    return std::chrono::duration<double>(decltype(written)::clock::now() - written).count();
}

// Shards that nobody has begun: their cells are pending, and no folder says so.
void warn_of_missing_shards(const std::string& folder) {
    std::map<std::uint64_t, std::uint64_t> begun;  // n -> folders with a journal
    for (const ShardFolder& shard : shards_in(folder)) {
        std::error_code ignored;
        begun[shard.shard.count] += std::filesystem::exists(journal_path(shard.path), ignored);
    }
    for (const auto& [n, folders] : begun)
        if (folders < n)
            spdlog::warn("{}: {} of {} shards have not begun: their cells are pending", folder, n - folders, n);
}

// Throws UsageError where a merged result would stand beside the runs of another configuration, or take the place of a
// file that is none of this one.
void refuse_foreign_target(const std::string& target, const LoadedRun& merged) {
    std::error_code ignored;
    std::vector<std::string> runs = {target};
    for (const ShardFolder& shard : shards_in(target)) runs.push_back(shard.path);
    for (const std::string& folder : runs)
        if (std::filesystem::exists(journal_path(folder), ignored) &&
            load_run(folder).journal.config_hash != merged.journal.config_hash)
            throw UsageError(fmt::format("merge: --run-dir {}: holds a run of another configuration: {}", target,
                                         first_difference(read_manifest(folder), merged.manifest)));
    if (!std::filesystem::exists(result_path(target), ignored)) return;
    const auto is_its_own = [&] {
        try {
            const Attributes attributes = read_netcdf(result_path(target)).attributes;
            return std::find(attributes.begin(), attributes.end(),
                             Attributes::value_type{"config_hash", merged.journal.config_hash}) != attributes.end();
        } catch (const std::exception&) {
            return false;
        }
    };
    if (!is_its_own())
        throw UsageError(fmt::format(
            "merge: --run-dir {}: holds a result.nc that is not one of this run (choose another folder)", target));
}

// Also of cells that are one member of the journal, by what they say.
std::uint64_t trajectories_run(const SweepPlan& plan, const SweepState& state) {
    if (plan.quantity->counts_members()) return state.trajectories();
    double run = 0.0;
    for (std::uint64_t i = 0; i < state.cells(); ++i) {
        const double members = plan.quantity->failed_share(plan, state.tally(i)).members;
        if (state.at(i).finished && members > 0.0) run += members;  // NaN of a cell that could not be computed
    }
    return static_cast<std::uint64_t>(run);
}

}  // namespace

int run_status(const Configuration& options, const std::vector<std::string>& positionals) {
    if (positionals.size() != 1)
        throw UsageError(fmt::format("status: {} folders given (allowed: one)", positionals.size()));
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    Table table{
        {"folder", "state", "cells", "complete", "failed", "pending", "trajectories", "seconds left", "intervals"}, {}};
    for (const std::string& folder : run_folders(positionals.front())) {
        const LoadedRun run = load_run(folder);
        SweepState state(run.file.plan);
        state.add(run.journal.records);
        const auto user = folder_user(folder);
        const auto [index, count] = shard_of_name(folder).value_or(Shard{});  // cells of others are not this folder's
        std::uint64_t complete = 0, failed = 0, pending = 0;
        for (std::uint64_t i = index; i < state.cells(); i += count) {
            const CellStatus status = state.at(i).status;
            ++(status == CellStatus::complete ? complete : status == CellStatus::failed ? failed : pending);
        }
        // rate: from the lock's time (a process began) to the journal's last record
        std::optional<double> left;
        if (user && complete > 0) {
            const auto began = std::filesystem::last_write_time(folder + "/lock"),
                       wrote = std::filesystem::last_write_time(journal_path(folder));
            const double seconds = std::chrono::duration<double>(wrote - began).count();
            if (seconds > 0)
                left = std::max(0.0, seconds / static_cast<double>(complete + failed) * static_cast<double>(pending) -
                                         journal_age(folder));
        }
        const std::uint64_t looks = most_looks(run.file.plan);
        const SweepQuantity& quantity = *run.file.plan.quantity;
        const std::string method = quantity.counts_members()
                                       ? interval_method_names[static_cast<int>(interval_method(looks))]
                                   : quantity.is_sampled() ? "by cell"
                                                           : "none";
        const std::uint64_t trajectories = trajectories_run(run.file.plan, state);
        if (pending > 0 && !user && !current_watch())  // Python warns by itself
            spdlog::warn("{}: {} of {} cells are pending: they hold no result until the run goes on with --resume",
                         folder, pending, complete + failed + pending);
        const std::string doing = user ? fmt::format("running ({})", *user) : pending ? "stopped" : "finished";
        json.push_back({{"folder", folder},
                        {"running", user.has_value()},
                        {"state", doing},
                        {"cells", complete + failed + pending},
                        {"complete", complete},
                        {"failed", failed},
                        {"pending", pending},
                        {"trajectories", trajectories},
                        {"seconds_left", left ? nlohmann::ordered_json(*left) : nlohmann::ordered_json(nullptr)},
                        {"ci_method", method},
                        {"looks", looks}});
        table.rows.push_back({folder, doing, fmt::format("{}", complete + failed + pending),
                              fmt::format("{}", complete), fmt::format("{}", failed), fmt::format("{}", pending),
                              fmt::format("{}", trajectories), left ? fmt::format("{:.0f}", *left) : "",
                              looks > 1 ? fmt::format("{}, {} looks", method, looks) : method});
    }
    if (!current_watch()) warn_of_missing_shards(positionals.front());
    const std::string& format = options.text("format");
    print_to_stdout(format == "json" ? json_text(json) : format == "csv" ? to_csv(table) : to_aligned_text(table));
    return exit_done;
}

int run_merge(const Configuration& options, const std::vector<std::string>& positionals) {
    if (positionals.empty())
        throw UsageError(
            "merge: no folder given (allowed: the --run-dir of a sharded run, or the folders of its shards)");
    std::vector<std::string> folders;
    for (const std::string& folder : positionals)
        for (const std::string& part : run_folders(folder)) folders.push_back(part);
    if (!options.has("run-dir") && positionals.size() > 1)
        throw UsageError("merge: --run-dir DIR is missing: the folder for the result");
    const std::string target = options.has("run-dir") ? options.text("run-dir") : positionals.front();

    const LoadedRun first = load_run(folders.front());
    std::vector<JournalRecord> records;
    std::string isa, device;
    for (const std::string& folder : folders) {
        const LoadedRun run = load_run(folder);
        isa = joined_lists(isa, run.backend.isa);
        device = joined_lists(device, run.backend.device);
        if (run.journal.config_hash != first.journal.config_hash)
            throw UsageError(fmt::format("merge: {} and {} are of different configurations: {}", folders.front(),
                                         folder, first_difference(first.manifest, run.manifest)));
        records.insert(records.end(), run.journal.records.begin(), run.journal.records.end());
    }
    refuse_foreign_target(target, first);
    SweepState state(first.file.plan);
    state.add(records);
    require_folder(target);
    RunRecord record = sweep_record(first.file, first.backend);
    record.isa = isa;
    record.device = device;
    record.finished = utc_now();
    const SweepEnd end = end_of_sweep(options, first.file.plan, state, std::nullopt, 1);
    write_sweep_result(target, first.file.plan, state, record, end);
    return finish_sweep(options, target, first.file.plan, state, end);
}

}  // namespace modecollapse
