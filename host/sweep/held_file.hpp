// The lock of file systems that have none (NFS and Lustre mounted without locks, some FUSE): a file that only one
// process can create. Unlike flock(2) it outlives a killed process, so its text tells who holds it:
//
//     host:pid
//     identity of the boot, namespace of the number, start of the process in clock ticks
//
// A holder of this machine that no longer runs is recognised, and its place taken. Of another machine's nobody can know.
#pragma once

#include <optional>
#include <string>

namespace modecollapse {

// Is this errno of flock(2) that of a file system without locks?
bool has_no_locks(int error);

// Who holds the folder's file and is, for all that can be known, alive: "host:pid", or nothing.
std::optional<std::string> living_holder(const std::string& folder);

class HeldFile {
public:
    // Throws FolderError if a living process holds it.
    explicit HeldFile(const std::string& folder);
    ~HeldFile();
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;

private:
    bool create() const;  // false, with errno, if it is there already or cannot be made

    std::string path_;
};

// "host:pid" of this process.
std::string name_of_process();

}  // namespace modecollapse
