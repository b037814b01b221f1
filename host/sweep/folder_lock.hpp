// One process at a time in a run folder.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/sweep/held_file.hpp"

namespace modecollapse {

// Held for the life of the object by flock(2), so that it ends with the process, however that ends; where the file
// system has no flock, by a file that only one process can create. The text in DIR/lock says who it was.
class FolderLock {
public:
    // Throws FolderError if a living process holds it.
    explicit FolderLock(const std::string& folder);
    ~FolderLock();
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

    const std::string& taken_over_from() const { return before_; }  // "host:pid" of a process that died holding it
    const std::string& warning() const { return warning_; }         // empty, or why there is no real lock

private:
    void lock(const std::string& folder);
    void write_name();

    std::string path_, before_, warning_;
    int descriptor_ = -1;
    std::unique_ptr<HeldFile> instead_;
};

// Is a process at work in the folder? Its "host:pid", or nothing.
std::optional<std::string> folder_user(const std::string& folder);

}  // namespace modecollapse
