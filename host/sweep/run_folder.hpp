// The folder of a run: manifest, journal, lock, log, and in the end result.nc.
//
//   manifest.toml  the resolved configuration the run was started with (manifest.hpp)
//   journal.bin    what is finished (journal.hpp)
//   lock           held while a process works here (folder_lock.hpp)
//   log.txt        what happened, appended by every process that worked here
//   result.nc      written at every end, also after a stop
//
// Inside it no symbolic link is followed (run_files.hpp).
#pragma once

#include <string>
#include <vector>

#include "host/sweep/journal.hpp"
#include "host/sweep/manifest.hpp"
#include "host/sweep/run_files.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

struct OpenedRun {
    Journal journal;
    std::vector<JournalRecord> records;  // from earlier processes
    std::uint64_t torn_bytes;            // cut off from the journal's end
    std::string manifest;                // with what is recorded, of this process too
};

// A new run in an empty or absent folder, or in one that holds a run (`resume`). The caller holds the lock.
// Throws FolderError if the folder holds a run and `resume` is not set, or one of another configuration (naming the
// first difference); CorruptFile; OtherVersion; WriteError.
OpenedRun open_run(const std::string& folder, const SweepPlan& plan, const std::string& config_hash, bool resume,
                   const Recorded& recorded);

// Makes the folder if needed. Throws FolderError if that is impossible, or if a link stands for a file of the run.
void require_folder(const std::string& folder);

// Path of the manifest of a run folder. Throws FolderError if it holds no run, or links for one.
std::string manifest_path(const std::string& folder);
std::string journal_path(const std::string& folder);
std::string read_manifest(const std::string& folder);

// Adds to what the manifest of a run records, whose lock the caller holds. Returns the manifest. Throws CorruptFile, WriteError.
std::string record_in(const std::string& folder, const SweepPlan& plan, const Recorded& recorded);

// What the manifest of a folder records under a key; empty if it has none.
std::string recorded_in(const std::string& folder, const std::string& key);

void append_to_log(const std::string& folder, const std::string& line);  // best effort: the log never stops a run

}  // namespace modecollapse
