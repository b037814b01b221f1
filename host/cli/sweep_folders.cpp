// modecollapse status DIR and modecollapse merge DIR...: commands on run folders that compute nothing.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "host/cli/commands.hpp"
#include "host/cli/sweep_file.hpp"
#include "host/cli/sweep_output.hpp"
#include "host/sweep/run_folder.hpp"

namespace modecollapse {
namespace {

// DIR itself if it holds a run, else its folders shard-*, sorted.
std::vector<std::string> run_folders(const std::string& folder) {
    if (!std::filesystem::is_directory(folder))
        throw UsageError(fmt::format("{}: is not a folder (allowed: the --run-dir of a phase diagram)", folder));
    if (std::filesystem::exists(journal_path(folder))) return {folder};
    std::vector<std::string> shards;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().rfind("shard-", 0) == 0) shards.push_back(entry.path().string());
    std::sort(shards.begin(), shards.end());
    if (shards.empty()) throw UsageError(fmt::format("{}: holds no run (allowed: the --run-dir of a phase diagram)", folder));
    return shards;
}

// Backend and instruction set that a manifest names.
Backend recorded_backend(const std::string& manifest) {
    const auto after = [&](const std::string& key) {
        const auto at = manifest.find("# " + key + " = ");
        if (at == std::string::npos) return std::string("unknown");
        const auto begin = at + key.size() + 5;
        return manifest.substr(begin, manifest.find('\n', begin) - begin);
    };
    Backend backend;
    backend.name = after("backend");
    backend.isa = after("instruction set");
    return backend;
}

// Seconds between the first and the last line of a log, by the file's own times: how fast the run went while it ran is not kept elsewhere.
double journal_age(const std::string& folder) {
    const auto written = std::filesystem::last_write_time(journal_path(folder));
    return std::chrono::duration<double>(decltype(written)::clock::now() - written).count();
}

}  // namespace

int run_status(const Configuration& options, const std::vector<std::string>& positionals) {
    if (positionals.size() != 1) throw UsageError(fmt::format("status: {} folders given (allowed: one)", positionals.size()));
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    Table table{{"folder", "state", "cells", "complete", "failed", "pending", "trajectories", "seconds left"}, {}};
    for (const std::string& folder : run_folders(positionals.front())) {
        const SweepFile file = read_sweep_file(manifest_path(folder), std::nullopt);
        const JournalContents contents = read_journal(journal_path(folder));
        SweepState state(file.plan);
        state.add(contents.records);
        const auto user = folder_user(folder);
        // cells of other shards are not this folder's
        std::uint64_t index = 0, count = 1;
        const std::string name = std::filesystem::path(folder).filename().string();
        if (std::sscanf(name.c_str(), "shard-%lu-of-%lu", &index, &count) != 2 || count == 0) index = 0, count = 1;
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
                left = std::max(0.0, seconds / static_cast<double>(complete + failed) * static_cast<double>(pending) - journal_age(folder));
        }
        const std::string doing = user ? fmt::format("running ({})", *user) : pending ? "stopped" : "finished";
        json.push_back({{"folder", folder},
                        {"running", user.has_value()},
                        {"state", doing},
                        {"cells", complete + failed + pending},
                        {"complete", complete},
                        {"failed", failed},
                        {"pending", pending},
                        {"trajectories", state.trajectories()},
                        {"seconds_left", left ? nlohmann::ordered_json(*left) : nlohmann::ordered_json(nullptr)}});
        table.rows.push_back({folder, doing, fmt::format("{}", complete + failed + pending), fmt::format("{}", complete),
                              fmt::format("{}", failed), fmt::format("{}", pending), fmt::format("{}", state.trajectories()),
                              left ? fmt::format("{:.0f}", *left) : ""});
    }
    const std::string& format = options.text("format");
    print_to_stdout(format == "json" ? json.dump(2) + '\n' : format == "csv" ? to_csv(table) : to_aligned_text(table));
    return exit_done;
}

int run_merge(const Configuration& options, const std::vector<std::string>& positionals) {
    if (positionals.empty())
        throw UsageError("merge: no folder given (allowed: the --run-dir of a sharded run, or the folders of its shards)");
    std::vector<std::string> folders;
    for (const std::string& folder : positionals)
        for (const std::string& part : run_folders(folder)) folders.push_back(part);
    if (!options.has("run-dir") && positionals.size() > 1) throw UsageError("merge: --run-dir DIR is missing: the folder for the result");
    const std::string target = options.has("run-dir") ? options.text("run-dir") : positionals.front();

    const std::string manifest = read_manifest(folders.front());
    SweepFile file = read_sweep_file(manifest_path(folders.front()), std::nullopt);
    const Backend backend = recorded_backend(manifest);
    add_platform(file.plan, backend);
    std::vector<JournalRecord> records;
    std::string hash;
    for (const std::string& folder : folders) {
        const JournalContents contents = read_journal(journal_path(folder));
        if (hash.empty()) hash = contents.config_hash;
        if (contents.config_hash != hash)
            throw UsageError(fmt::format("merge: {} and {} are of different configurations: {}", folders.front(), folder,
                                         first_difference(manifest, read_manifest(folder))));
        records.insert(records.end(), contents.records.begin(), contents.records.end());
    }
    SweepState state(file.plan);
    state.add(records);
    require_folder(target);
    RunRecord record = sweep_record(file, backend);
    record.finished = utc_now();
    write_sweep_result(target, file.plan, state, record);
    return finish_sweep(options, target, file.plan, state, std::nullopt, 1);
}

}  // namespace modecollapse
