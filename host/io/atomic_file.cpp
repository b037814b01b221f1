#include "host/io/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace modecollapse {
namespace {

std::string temporary_name(const std::string& path) { return fmt::format("{}.part{}", path, getpid()); }

std::string directory_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

[[noreturn]] void fail(const std::string& path, const char* action) {
    throw WriteError(fmt::format("{}: cannot {}: {}", path, action, std::strerror(errno)));
}

void sync_path(const std::string& path, int flags) {
    const int descriptor = open(path.c_str(), flags);
    if (descriptor < 0) fail(path, "open");
    const bool ok = fsync(descriptor) == 0;
    const int error = errno;
    close(descriptor);
    errno = error;
    if (!ok && error != EINVAL) fail(path, "sync");  // some file systems cannot sync a directory
}

}  // namespace

void require_creatable(const std::string& path) {
    struct stat info;
    if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) throw std::invalid_argument("is not a regular file");
    const std::string temporary = temporary_name(path);
    const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (descriptor < 0) throw std::invalid_argument(fmt::format("cannot be created ({})", std::strerror(errno)));
    close(descriptor);
    unlink(temporary.c_str());
}

void write_atomically(const std::string& path, const std::function<void(const std::string&)>& write) {
    const std::string temporary = temporary_name(path);
    try {
        write(temporary);
        sync_path(temporary, O_RDONLY);
        if (std::rename(temporary.c_str(), path.c_str()) != 0) fail(path, "rename to it");
    } catch (...) {
        unlink(temporary.c_str());
        throw;
    }
    sync_path(directory_of(path), O_RDONLY | O_DIRECTORY);
}

void write_bytes(const std::string& path, const std::string& bytes) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (!file) fail(path, "create");
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
    const int error = errno;
    const bool closed = std::fclose(file) == 0;
    if (!written) errno = error;
    if (!written || !closed) fail(path, "write");
}

void write_text_file(const std::string& path, const std::string& text) {
    write_atomically(path, [&](const std::string& temporary) { write_bytes(temporary, text); });
}

}  // namespace modecollapse
