// Files that are either complete or not there: written under a temporary name beside the target, synced, renamed.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace modecollapse {

// The disk's fault, while writing (exit code 5). The temporary file has been removed and the target is as it was.
struct WriteError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Can a file of this name be made? Throws std::invalid_argument with the reason if not; leaves nothing behind.
void require_creatable(const std::string& path);

// Calls `write` with the temporary name, then syncs and renames. Throws WriteError; a WriteError from `write` passes
// through.
void write_atomically(const std::string& path, const std::function<void(const std::string& temporary)>& write);

// Writes a file in place, for use inside `write`. Throws WriteError.
void write_bytes(const std::string& path, const std::string& bytes);

// Text, atomically.
void write_text_file(const std::string& path, const std::string& text);

}  // namespace modecollapse
