// The files of a run folder. Inside it no symbolic link is ever followed: whoever may write there could otherwise have
// a run cut, append to or replace a file elsewhere.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

namespace modecollapse {

// The folder belongs to another configuration, another process holds it, or it is not fit for a run (exit code 2).
struct FolderError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline constexpr const char* run_file_names[] = {"manifest.toml", "journal.bin", "lock", "log.txt", "result.nc"};

std::string in_folder(const std::string& folder, const char* name);
bool is_link(const std::string& path);

// Throws FolderError naming the first file of a run that is a link or no regular file.
void refuse_links(const std::string& folder);

// open(2) with these flags, of a regular file that is no link, or -1 with errno (ELOOP: a link; EINVAL: not regular).
int open_run_file(const std::string& path, int flags);

// All of a file, or nothing with errno. A read error is not the end of the file.
std::optional<std::string> read_run_file(const std::string& path);

}  // namespace modecollapse
