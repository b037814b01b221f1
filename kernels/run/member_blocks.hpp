// Members of a task over CPU threads: blocks of so many that every thread gets several, and the memory that a thread works in.
#pragma once

#include <algorithm>
#include <memory>
#include <new>

#include "kernels/run/cpu_blocks.hpp"
#include "kernels/run/members.hpp"

namespace modecollapse {

struct AlignedDelete {
    void operator()(double* memory) const { ::operator delete[](memory, std::align_val_t(64)); }
};
using AlignedDoubles = std::unique_ptr<double[], AlignedDelete>;

// At the beginning of a cache line; not set. Throws std::bad_alloc.
inline AlignedDoubles aligned_doubles(std::size_t count) {
    return AlignedDoubles(static_cast<double*>(::operator new[](count * sizeof(double), std::align_val_t(64))));
}

// size: of a state; lanes: members that run(part, ends, memory) takes at once; memory(): for one thread.
template <class Task, class Memory, class Run>
void run_member_blocks(const Task& task, const MemberEnds& ends, std::uint64_t size, int lanes, int threads,
                       const Memory& memory, const Run& run) {
    const std::uint64_t at_once = static_cast<std::uint64_t>(lanes);
    const std::uint64_t fair = 16 * static_cast<std::uint64_t>(std::max(threads, 1)) * at_once;
    const std::uint64_t registers = std::clamp<std::uint64_t>(task.count / fair, 1, 512);
    struct Nothing {
        Nothing& operator+=(const Nothing&) { return *this; }
    };
    run_blocks<Nothing>(task.count, registers * at_once, threads, [&] {
        return [&, own = memory()](std::uint64_t begin, std::uint64_t count) {
            run(part_of(task, size, begin, count),
                MemberEnds{ends.state + begin * size, ends.status + begin, ends.attempts + begin}, own.get());
            return Nothing{};
        };
    });
}

}  // namespace modecollapse
