// Files that are either complete or not there: written under a temporary name beside the target, synced, read back,
// renamed. A new file has the mode that the umask leaves, an old one keeps its own.
#pragma once

#include <stdexcept>
#include <string>

namespace modecollapse {

// The disk's fault, while writing (exit code 5). The temporary file has been removed and the target is as it was.
struct WriteError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a symbolic link of the target's name stands for. `followed`: its user's name for a file elsewhere, which is
// written. `replaced`: nothing; inside a run folder, where no link is followed, a file takes its place.
enum class Links { followed, replaced };

// Part of every temporary name, after as much of the target's name as the file system allows.
inline constexpr const char* temporary_infix = ".part-";

// Can a file of this name be made, links followed? Throws std::invalid_argument with the reason if not; leaves nothing
// behind.
void require_creatable(const std::string& path);

// Throws WriteError.
void write_atomically(const std::string& path, const std::string& bytes, Links links = Links::followed);

}  // namespace modecollapse
