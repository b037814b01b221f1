#include "host/io/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace modecollapse {
namespace {

constexpr double largest_deflation = 1032.0;  // of zlib
constexpr std::size_t most_at_once = std::size_t{1} << 30;

}  // namespace

double require_regular_file(const std::string& path) {
    if (path.find("://") != std::string::npos) throw BadData("is an address, and not a file");
    struct stat info;
    if (stat(path.c_str(), &info) != 0) throw BadData(std::string("cannot be read: ") + std::strerror(errno));
    if (!S_ISREG(info.st_mode)) throw BadData("is not a regular file");
    return static_cast<double>(info.st_size);
}

ByteSource::ByteSource(const std::string& path) {
    require_regular_file(path);
    const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // it may have become a pipe meanwhile
    struct stat info;
    if (file < 0 || fstat(file, &info) != 0) {
        const std::string reason = std::strerror(errno);
        if (file >= 0) close(file);
        throw BadData("cannot be read: " + reason);
    }
    const gzFile opened = S_ISREG(info.st_mode) ? gzdopen(file, "rb") : nullptr;
    if (!opened) {
        close(file);
        throw BadData("is not a regular file");
    }
    file_ = opened;
    gzbuffer(opened, 1u << 17);
    most_bytes_ = static_cast<double>(info.st_size) * (gzdirect(opened) ? 1.0 : largest_deflation);
}

ByteSource::~ByteSource() { gzclose(static_cast<gzFile>(file_)); }

std::size_t ByteSource::read_up_to(void* to, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
        const auto wanted = static_cast<unsigned>(std::min(count - done, most_at_once));
        const int got = gzread(static_cast<gzFile>(file_), static_cast<char*>(to) + done, wanted);
        if (got < 0) throw BadData("is damaged: it cannot be decompressed");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

void ByteSource::read(void* to, std::size_t count) {
    if (read_up_to(to, count) < count) throw BadData("is cut off");
}

void ByteSource::require_end() {
    char more = 0;
    if (read_up_to(&more, 1) != 0) throw BadData("is longer than its header says");
    int status = Z_OK;
    gzerror(static_cast<gzFile>(file_), &status);
    if (status == Z_BUF_ERROR) throw BadData("is cut off");
    if (status != Z_OK && status != Z_STREAM_END) throw BadData("is damaged: it cannot be decompressed");
}

}  // namespace modecollapse
