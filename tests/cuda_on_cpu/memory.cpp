// Device memory: each allocation in pages of its own with a guard page behind, closed to the host but for a
// DeviceAccess.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <stdexcept>

#include "tests/cuda_on_cpu/machine.hpp"

namespace modecollapse::cuda_on_cpu {
namespace {

constexpr std::size_t alignment = 256;   // cudaMalloc's
constexpr unsigned char pattern = 0xcb;  // as a double -1.4e55, as a float -2.7e7

struct Allocation {
    unsigned char* pages;
    std::size_t open_bytes;  // of pages, without the guard page
    std::size_t bytes;       // asked for
};

struct Memory {
    std::mutex mutex;
    std::map<const unsigned char*, Allocation> allocations;  // by first byte
    int accesses = 0;
};

Memory& memory() {
    static Memory* const all = new Memory;  // outlives every static object that frees memory
    return *all;
}

std::size_t rounded_up(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

void protect(const Allocation& allocation, int protection) {
    if (mprotect(allocation.pages, allocation.open_bytes, protection) != 0) throw std::runtime_error("mprotect failed");
}

}  // namespace

void* allocate(std::size_t bytes) {
    Memory& all = memory();
    const std::lock_guard<std::mutex> lock(all.mutex);
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t used = rounded_up(bytes, alignment), open_bytes = rounded_up(used, page);
    void* const pages = mmap(nullptr, open_bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return nullptr;
    const Allocation allocation = {static_cast<unsigned char*>(pages), open_bytes, bytes};
    std::memset(pages, pattern, open_bytes);
    mprotect(allocation.pages + open_bytes, page, PROT_NONE);
    if (all.accesses == 0) protect(allocation, PROT_NONE);
    unsigned char* const first = allocation.pages + (open_bytes - used);
    all.allocations[first] = allocation;
    return first;
}

std::size_t release(void* first) {
    if (first == nullptr) return 0;
    Memory& all = memory();
    const std::lock_guard<std::mutex> lock(all.mutex);
    const auto found = all.allocations.find(static_cast<unsigned char*>(first));
    if (found == all.allocations.end()) throw std::logic_error("cudaFree: not the start of an allocation");
    const Allocation allocation = found->second;
    protect(allocation, PROT_READ | PROT_WRITE);
    const unsigned char* const end = allocation.pages + allocation.open_bytes;
    const bool intact = std::all_of(static_cast<const unsigned char*>(first) + allocation.bytes, end,
                                    [](unsigned char c) { return c == pattern; });
    munmap(allocation.pages, allocation.open_bytes + static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
    all.allocations.erase(found);
    if (!intact) throw std::logic_error("cudaFree: bytes beyond the end of the allocation were written to");
    return allocation.bytes;
}

bool on_device(const void* first, std::size_t bytes) {
    Memory& all = memory();
    const std::lock_guard<std::mutex> lock(all.mutex);
    const auto* const begin = static_cast<const unsigned char*>(first);
    auto after = all.allocations.upper_bound(begin);
    if (after == all.allocations.begin()) return false;
    const auto& [start, allocation] = *std::prev(after);
    const auto offset = static_cast<std::size_t>(begin - start);
    return offset <= allocation.bytes && bytes <= allocation.bytes - offset;
}

DeviceAccess::DeviceAccess() {
    Memory& all = memory();
    const std::lock_guard<std::mutex> lock(all.mutex);
    if (all.accesses++ > 0) return;
    for (const auto& [first, allocation] : all.allocations) protect(allocation, PROT_READ | PROT_WRITE);
}

DeviceAccess::~DeviceAccess() {
    Memory& all = memory();
    const std::lock_guard<std::mutex> lock(all.mutex);
    if (--all.accesses > 0) return;
    for (const auto& [first, allocation] : all.allocations) protect(allocation, PROT_NONE);
}

}  // namespace modecollapse::cuda_on_cpu
