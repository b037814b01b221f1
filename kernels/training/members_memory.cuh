// The memory of all members that a device works on at once: equal blocks, one after another.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device/launch.cuh"

namespace modecollapse {

struct MemberState {
    std::uint64_t steps;  // made
    bool finite;          // false: a step was not, and the training has ended
};

// Moves an array of the first member to another's: a cursor of the layouts in memory.hpp of the families.
class MemberCursor {
public:
    __device__ explicit MemberCursor(std::size_t offset) : offset_(offset) {}
    template <class T>
    __device__ void take(T*& array, std::uint64_t) const {
        array = moved(array);
    }
    template <class T>
    __device__ T* moved(T* array) const {
        return reinterpret_cast<T*>(reinterpret_cast<unsigned char*>(array) + offset_);
    }

private:
    std::size_t offset_;
};

// Memory: a family's arrays of one member.
template <class Memory>
struct MembersMemory {
    Memory first;
    std::size_t stride;  // bytes from one member to the next

    __device__ MemberCursor cursor(unsigned int place) const { return MemberCursor(place * stride); }
};

}  // namespace modecollapse
