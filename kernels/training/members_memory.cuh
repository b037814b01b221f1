// The memory of all members that a device works on at once: equal blocks, one after another.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/device/launch.cuh"
#include "kernels/training/answer.hpp"

namespace modecollapse {

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

// Parameters and moments of the members of a wave, in the type T of their precision, to and from doubles of the caller.
template <class T>
class MemberStates {
public:
    // Memory: of the first member, with parameters, first_moment and second_moment. count: parameters of a member.
    template <class Memory>
    MemberStates(const Memory& first, std::size_t stride, std::uint64_t count)
        : arrays_{first.parameters, first.first_moment, first.second_moment}, stride_(stride), count_(count) {}

    // States: (members, count) arrays, how many steps were made, and which failed (task.hpp).
    template <class States>
    MemberState upload(const States& from, std::uint64_t member, std::uint64_t place) const {
        const double* const hosts[] = {from.parameters, from.first_moment, from.second_moment};
        for (int k = 0; k < 3; ++k) {
            const double* const host = hosts[k] + member * count_;
            const std::vector<T> values(host, host + count_);
            gpu::copy(at(k, place), values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice);
        }
        return {from.steps[member], from.failed[member] == 0};
    }
    template <class States>
    void download(const MemberState& state, std::uint64_t place, const States& to, std::uint64_t member) const {
        double* const hosts[] = {to.parameters, to.first_moment, to.second_moment};
        for (int k = 0; k < 3; ++k) download(k, place, hosts[k] + member * count_);
        to.steps[member] = state.steps;
        to.failed[member] = state.finite ? 0 : 1;
    }
    void download_parameters(std::uint64_t place, double* to) const { download(0, place, to); }

private:
    void download(int k, std::uint64_t place, double* to) const {
        std::vector<T> values(count_);
        gpu::copy(values.data(), at(k, place), count_ * sizeof(T), cudaMemcpyDeviceToHost);
        std::copy(values.begin(), values.end(), to);
    }
    void* at(int k, std::uint64_t place) const {
        return reinterpret_cast<unsigned char*>(arrays_[k]) + place * stride_;
    }

    T* arrays_[3];  // of the first member
    std::size_t stride_;
    std::uint64_t count_;
};

// The least number of steps that a member who can go on has made; `end` where none has fewer.
inline std::uint64_t least_steps(const std::vector<MemberState>& states, std::uint64_t end) {
    for (const MemberState& state : states)
        if (state.finite) end = std::min(end, state.steps);
    return end;
}

}  // namespace modecollapse
