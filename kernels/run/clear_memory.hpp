// Zeros into the memory of a thread, gigabytes for wide networks: the machine hands memory out as it is first written, which
// takes seconds a gigabyte when it is busy.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "kernels/run/stop_request.hpp"

namespace modecollapse {

// False: a stop was asked for meanwhile, and what the memory holds means nothing.
inline bool clear_memory(std::byte* memory, std::size_t bytes, const StopRequest* stop) {
    constexpr std::size_t between_looks = std::size_t{1} << 24;
    for (std::size_t done = 0; done < bytes; done += between_looks) {
        if (done > 0 && is_due(stop)) return false;
        std::memset(memory + done, 0, std::min(between_looks, bytes - done));
    }
    return true;
}

}  // namespace modecollapse
