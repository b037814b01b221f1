// SHA-256 of bytes that come in pieces (FIPS 180-4): what tells a damaged file from the one that was written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace modecollapse {

class Sha256 {
public:
    void add(const void* data, std::size_t size);
    std::string hex();  // the digest of what was added, 64 digits; nothing may be added afterwards

private:
    void compress(const unsigned char* block);

    std::array<std::uint32_t, 8> state_ = {0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au,
                                           0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u};
    std::array<unsigned char, 64> block_ = {};  // the bytes that do not fill a block yet
    std::uint64_t size_ = 0;                    // bytes added
};

}  // namespace modecollapse
