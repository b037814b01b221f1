#include "host/io/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

namespace modecollapse {
namespace {

constexpr double largest_deflation = 1032.0;  // of zlib
constexpr std::size_t most_at_once = std::size_t{1} << 30;
constexpr unsigned char gzip_mark[] = {0x1f, 0x8b};

}  // namespace

double require_regular_file(const std::string& path) {
    if (path.find("://") != std::string::npos) throw BadData("is an address, and not a file");
    struct stat info;
    if (stat(path.c_str(), &info) != 0) throw BadData(std::string("cannot be read: ") + std::strerror(errno));
    if (!S_ISREG(info.st_mode)) throw BadData("is not a regular file");
    return static_cast<double>(info.st_size);
}

struct ByteSource::Stream {
    int file = -1;
    std::vector<unsigned char> buffer = std::vector<unsigned char>(1u << 17);
    z_stream z = {};  // of a plain file only what is left of the buffer
    bool compressed = false, in_member = false, cut_off = false;

    ~Stream() {
        if (compressed) inflateEnd(&z);
        if (file >= 0) close(file);
    }

    // Is there another byte?
    bool has_more() {
        if (z.avail_in > 0) return true;
        ssize_t got = 0;
        do got = ::read(file, buffer.data(), buffer.size());
        while (got < 0 && errno == EINTR);
        if (got < 0) throw BadData(std::string("cannot be read: ") + std::strerror(errno));
        z.next_in = buffer.data();
        z.avail_in = static_cast<uInt>(got);
        return got > 0;
    }

    // A compressed file is one member behind another, and perhaps zeros at the end, as of a tape.
    bool begin_member() {
        while (has_more() && *z.next_in == 0) ++z.next_in, --z.avail_in;
        if (!has_more()) return false;
        if (*z.next_in != gzip_mark[0]) throw BadData("has bytes behind its end that are not compressed");
        inflateReset(&z);
        return in_member = true;
    }

    std::size_t copy(unsigned char* to, std::size_t count) {
        const std::size_t some = has_more() ? std::min<std::size_t>(count, z.avail_in) : 0;
        std::copy_n(z.next_in, some, to);
        z.next_in += some;
        z.avail_in -= static_cast<uInt>(some);
        return some;
    }

    std::size_t decompress(unsigned char* to, std::size_t count) {
        z.next_out = to;
        z.avail_out = static_cast<uInt>(std::min(count, most_at_once));
        const uInt wanted = z.avail_out;
        while (z.avail_out > 0 && (in_member || begin_member())) {
            if (!has_more()) {
                cut_off = true;
                break;
            }
            const int status = inflate(&z, Z_NO_FLUSH);
            if (status == Z_MEM_ERROR) throw std::bad_alloc();
            if (status == Z_STREAM_END)
                in_member = false;
            else if (status != Z_OK && status != Z_BUF_ERROR)
                throw BadData("is damaged: it cannot be decompressed");
        }
        return wanted - z.avail_out;
    }
};

ByteSource::ByteSource(const std::string& path) : stream_(std::make_unique<Stream>()) {
    require_regular_file(path);
    Stream& s = *stream_;
    s.file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // it may have become a pipe meanwhile
    struct stat info;
    if (s.file < 0 || fstat(s.file, &info) != 0) throw BadData(std::string("cannot be read: ") + std::strerror(errno));
    if (!S_ISREG(info.st_mode)) throw BadData("is not a regular file");
    if (s.has_more() && s.z.avail_in > 1 && std::equal(gzip_mark, gzip_mark + 2, s.z.next_in)) {
        if (inflateInit2(&s.z, 15 + 16) != Z_OK) throw std::bad_alloc();  // 16: of gzip
        s.compressed = s.in_member = true;
    }
    most_bytes_ = static_cast<double>(info.st_size) * (s.compressed ? largest_deflation : 1.0);
}

ByteSource::~ByteSource() = default;

std::size_t ByteSource::read_up_to(void* to, std::size_t count) {
    auto* next = static_cast<unsigned char*>(to);
    std::size_t done = 0;
    while (done < count) {
        const std::size_t got = stream_->compressed ? stream_->decompress(next + done, count - done)
                                                    : stream_->copy(next + done, count - done);
        if (got == 0) break;
        done += got;
    }
    return done;
}

void ByteSource::read(void* to, std::size_t count) {
    if (read_up_to(to, count) < count) throw BadData("is cut off");
}

void ByteSource::require_end() {
    char more = 0;
    if (read_up_to(&more, 1) != 0) throw BadData("is longer than its header says");
    if (stream_->cut_off) throw BadData("is cut off");
}

}  // namespace modecollapse
