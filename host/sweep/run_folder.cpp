#include "host/sweep/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "host/io/atomic_file.hpp"
#include "host/io/printable.hpp"
#include "host/io/provenance.hpp"
#include "host/sweep/held_file.hpp"

namespace modecollapse {
namespace {

namespace fs = std::filesystem;

// What a process that was killed had begun to write. The lock is held: nobody writes it now.
void remove_leftovers(const std::string& folder) {
    std::error_code ignored;
    std::vector<fs::path> leftovers;
    for (fs::directory_iterator at(folder, ignored), end; !ignored && at != end; at.increment(ignored))
        for (const char* name : run_file_names)
            if (at->path().filename().string().rfind(std::string(name) + temporary_infix, 0) == 0)
                leftovers.push_back(at->path());
    for (const auto& path : leftovers) fs::remove(path, ignored);
}

std::string text_of_manifest(const std::string& path) {
    std::optional<std::string> text = read_run_file(path);
    if (!text) throw CorruptFile(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    return std::move(*text);
}

}  // namespace

void require_folder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (std::error_code ignored; !fs::is_directory(folder, ignored))
        throw FolderError(fmt::format("--run-dir {}: cannot be created ({})", folder, error.message()));
    refuse_links(folder);
}

std::string manifest_path(const std::string& folder) {
    refuse_links(folder);
    std::string path = in_folder(folder, "manifest.toml");
    if (std::error_code ignored; !fs::exists(path, ignored) || !fs::exists(journal_path(folder), ignored))
        throw FolderError(fmt::format("{}: holds no run (no manifest.toml with a journal.bin)", folder));
    return path;
}

std::string journal_path(const std::string& folder) { return in_folder(folder, "journal.bin"); }

std::string read_manifest(const std::string& folder) { return text_of_manifest(manifest_path(folder)); }

std::string recorded_in(const std::string& folder, const std::string& key) {
    return recorded_of(read_run_file(in_folder(folder, "manifest.toml")).value_or(""), key);
}

OpenedRun open_run(const std::string& folder, const SweepPlan& plan, const std::string& config_hash, bool resume,
                   const Recorded& recorded) {
    const std::string& canonical = plan.canonical;
    const std::string journal = journal_path(folder), manifest = in_folder(folder, "manifest.toml");
    if (std::error_code ignored; !fs::exists(journal, ignored)) {
        if (fs::exists(in_folder(folder, "result.nc"), ignored))
            throw FolderError(
                fmt::format("--run-dir {}: holds a result.nc but no journal (choose another folder)", folder));
        remove_leftovers(folder);
        const std::string text = manifest_text(canonical, "", recorded);
        write_atomically(manifest, text, Links::replaced);
        return {Journal::create(journal, config_hash, size_of(plan.schema)), {}, 0, text};
    }
    if (!resume)
        throw FolderError(fmt::format(
            "--run-dir {}: holds a run already (give --resume to go on with it, or choose another folder)", folder));
    JournalContents contents = read_journal(journal);
    const std::string before = text_of_manifest(manifest);
    if (contents.config_hash != config_hash)
        throw FolderError(fmt::format("--run-dir {}: cannot be resumed with another configuration: {}", folder,
                                      first_difference(before, canonical)));
    require_possible(contents, plan.schema, journal);
    remove_leftovers(folder);
    const std::string now = record_in(folder, plan, recorded);
    return {Journal::open(journal, contents.valid_bytes), std::move(contents.records), contents.torn_bytes, now};
}

std::string record_in(const std::string& folder, const SweepPlan& plan, const Recorded& recorded) {
    const std::string manifest = in_folder(folder, "manifest.toml"), before = text_of_manifest(manifest);
    std::string now = manifest_text(plan.canonical, before, recorded);
    if (now != before) write_atomically(manifest, now, Links::replaced);
    return now;
}

void append_to_log(const std::string& folder, const std::string& line) {
    const int descriptor = open_run_file(in_folder(folder, "log.txt"), O_WRONLY | O_CREAT | O_APPEND);
    if (descriptor < 0) return;
    const std::string text = fmt::format("{}  {}  {}\n", utc_now(), name_of_process(), printable_line(line));
    (void)!write(descriptor, text.data(), text.size());
    close(descriptor);
}

}  // namespace modecollapse
