// Memory for members of trained families.
#pragma once

#include <cstdint>
#include <vector>

namespace modecollapse::support {

// Zeroed memory for members, aligned as members ask for.
class AlignedStorage {
public:
    explicit AlignedStorage(std::size_t bytes)
        : storage_(bytes / sizeof(double) + alignment / sizeof(double) + 1, 0.0) {
        const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
        base_ = reinterpret_cast<unsigned char*>(storage_.data()) + (alignment - address % alignment) % alignment;
    }
    AlignedStorage(const AlignedStorage&) = delete;
    AlignedStorage& operator=(const AlignedStorage&) = delete;
    unsigned char* data() const { return base_; }

private:
    static constexpr std::size_t alignment = 64;

    std::vector<double> storage_;
    unsigned char* base_;
};

}  // namespace modecollapse::support
