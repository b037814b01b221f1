// The folder of a run: manifest, journal, lock, log, and in the end result.nc.
//
//   manifest.toml  the resolved configuration the run was started with: a sweep file itself
//   journal.bin    what is finished (journal.hpp)
//   lock           held while a process works here: host and process id
//   log.txt        what happened, appended by every process that worked here
//   result.nc      written at every end, also after a stop
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "host/sweep/journal.hpp"

namespace modecollapse {

// The folder belongs to another configuration, or another process holds it (exit code 2).
struct FolderError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Held for the life of the object by flock(2), so that it ends with the process, however that ends. The text in the
// file says who it was.
class FolderLock {
public:
    // Throws FolderError if a living process holds it. taken_over_from receives "host:pid" of a process that died
    // holding it, else stays empty.
    FolderLock(const std::string& folder, std::string& taken_over_from);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    std::string path_;
    int descriptor_ = -1;
};

// Is a process at work in the folder? Its "host:pid", or nothing.
std::optional<std::string> folder_user(const std::string& folder);

struct OpenedRun {
    Journal journal;
    std::vector<JournalRecord> records;  // from earlier processes
    std::uint64_t torn_bytes;            // cut off from the journal's end
};

// A new run in an empty or absent folder, or in one that holds a run (`resume`). The caller holds the lock.
// Throws FolderError if the folder holds a run and `resume` is not set, or one of another configuration (naming the
// first difference); CorruptFile; WriteError.
OpenedRun open_run(const std::string& folder, const std::string& canonical, const std::string& config_hash,
                   bool resume);

// Makes the folder if needed. Throws FolderError if that is impossible.
void require_folder(const std::string& folder);

// Path of the manifest of a run folder. Throws FolderError if it holds no run.
std::string manifest_path(const std::string& folder);
std::string journal_path(const std::string& folder);
std::string read_manifest(const std::string& folder);

// The first line in which two configurations differ, in words.
std::string first_difference(const std::string& recorded, const std::string& asked);

void append_to_log(const std::string& folder, const std::string& line);  // best effort: the log never stops a run

}  // namespace modecollapse
