// The bytes of a file that nobody vouches for, plain or compressed by gzip, read from the front.
//
// Only a regular file on a disk is opened: no pipe and no device that would never end, no address on a network. How many
// bytes it can hold at most is known before it is read, so that what a header claims can be refused before anything is
// allocated.
#pragma once

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>

namespace modecollapse {

// Why a file of data is refused, without its name.
struct BadData : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Throws BadData unless the path names a regular file that can be read. Returns its size.
double require_regular_file(const std::string& path);

class ByteSource {
public:
    explicit ByteSource(const std::string& path);  // throws BadData
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    double most_bytes() const { return most_bytes_; }
    // Exactly so many bytes. Throws BadData where they end sooner, or are damaged.
    void read(void* to, std::size_t count);
    // The same number, or fewer at the end. Throws BadData where they are damaged.
    std::size_t read_up_to(void* to, std::size_t count);
    // Throws BadData unless all of it has been read, the checksum of a compressed file fits, and nothing but zeros is behind it.
    void require_end();

private:
    struct Stream;
    std::unique_ptr<Stream> stream_;
    double most_bytes_ = 0.0;
};

}  // namespace modecollapse
