#include "host/sweep/run_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace modecollapse {

std::string in_folder(const std::string& folder, const char* name) { return folder + "/" + name; }

bool is_link(const std::string& path) {
    struct stat info;
    return lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

void refuse_links(const std::string& folder) {
    for (const char* name : run_file_names) {
        const std::string path = in_folder(folder, name);
        struct stat info;
        if (lstat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode)) continue;
        throw FolderError(fmt::format("{}: is {} (allowed inside a run folder: regular files)", path,
                                      S_ISLNK(info.st_mode) ? "a symbolic link" : "no regular file"));
    }
}

int open_run_file(const std::string& path, int flags) {
    // O_NONBLOCK: opening a FIFO would wait for its other end; a regular file does not know it
    const int descriptor = ::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (descriptor < 0) return -1;
    struct stat info;
    if (fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode)) return descriptor;
    close(descriptor);
    errno = EINVAL;
    return -1;
}

std::optional<std::string> read_run_file(const std::string& path) {
    const int descriptor = open_run_file(path, O_RDONLY);
    if (descriptor < 0) return std::nullopt;
    std::string bytes;
    std::vector<char> buffer(1 << 20);
    ssize_t got = 1;
    while (got != 0) {
        got = ::read(descriptor, buffer.data(), buffer.size());
        if (got > 0) bytes.append(buffer.data(), static_cast<std::size_t>(got));
        if (got < 0 && errno != EINTR) break;
    }
    const int error = errno;
    close(descriptor);
    errno = error;
    return got == 0 ? std::optional(bytes) : std::nullopt;
}

}  // namespace modecollapse
