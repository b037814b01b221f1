// The threads of a block as fibers, and who runs when.
#include "tests/cuda_on_cpu/machine.hpp"

#include <cuda_runtime.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace modecollapse::cuda_on_cpu {
namespace {

constexpr unsigned int warp_size = 32;
constexpr std::size_t stack_bytes = 1u << 20;
#ifdef __SANITIZE_ADDRESS__
constexpr std::uintptr_t lowest_address = 0x10007fff8000;  // below lies the sanitizer's shadow, where integers point to
#else
constexpr std::uintptr_t lowest_address = 0;
#endif

class Stack {
public:
    Stack()
        : memory_(
              mmap(nullptr, stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
        if (memory_ == MAP_FAILED) throw std::runtime_error("no memory for the stack of a thread");
    }
    Stack(const Stack&) = delete;
    Stack& operator=(const Stack&) = delete;
    ~Stack() { munmap(memory_, stack_bytes); }
    void* first() const { return memory_; }

private:
    void* memory_;
};

// Where a fiber or the scheduler stands. makecontext() begins a fiber; after that _longjmp() changes places without the
// system calls of swapcontext(), which are most of its time. Not under the address sanitizer, which takes a jump for
// the end of the frames between.
struct Place {
    ucontext_t context;
    jmp_buf jump;
    bool begun = false;
};

void change(Place& from, Place& to) {
#ifdef __SANITIZE_ADDRESS__
    swapcontext(&from.context, &to.context);
#else
    if (_setjmp(from.jump) != 0) return;
    from.begun = true;
    if (to.begun) _longjmp(to.jump, 1);
    setcontext(&to.context);
#endif
}

enum class Wait { none, block, warp, ended };

struct Fiber {
    Stack stack;
    Place place;
    Wait wait = Wait::none;
    const char* operation = "";  // of the warp, that it waits in
    std::uint64_t given = 0;
    void* fake_stack = nullptr;  // of the address sanitizer
};

struct Warp {
    std::uint64_t values[warp_size];
};

// The block that runs, and the grid's function.
struct Block {
    std::vector<std::unique_ptr<Fiber>> fibers;
    std::vector<Warp> warps;
    std::vector<unsigned int> turns, lanes;  // warps, threads of a warp, in the order of their turns
    const std::function<void()>* thread = nullptr;
    Place scheduler;
    void* scheduler_fake_stack = nullptr;
    const void* scheduler_stack = nullptr;
    std::size_t scheduler_stack_bytes = 0;
    std::string error;
    std::minstd_rand random{1};
};

Block& block() {
    static Block one;
    return one;
}

#ifdef __SANITIZE_ADDRESS__
void leave(void** save, const void* stack, std::size_t bytes) { __sanitizer_start_switch_fiber(save, stack, bytes); }
void arrive(void* save, const void** stack, std::size_t* bytes) { __sanitizer_finish_switch_fiber(save, stack, bytes); }
#else
void leave(void**, const void*, std::size_t) {}
void arrive(void*, const void**, std::size_t*) {}
#endif

void run_fiber(unsigned int index) {
    Fiber& fiber = *block().fibers[index];
    fiber.wait = Wait::none;
    threadIdx.x = index;
    leave(&block().scheduler_fake_stack, fiber.stack.first(), stack_bytes);
    change(block().scheduler, fiber.place);
    arrive(block().scheduler_fake_stack, nullptr, nullptr);
}

void back_to_scheduler(Fiber& fiber, Wait wait) {
    Block& b = block();
    fiber.wait = wait;
    leave(&fiber.fake_stack, b.scheduler_stack, b.scheduler_stack_bytes);
    change(fiber.place, b.scheduler);
    arrive(fiber.fake_stack, &b.scheduler_stack, &b.scheduler_stack_bytes);
}

void fiber_main() {
    Block& b = block();
    arrive(nullptr, &b.scheduler_stack, &b.scheduler_stack_bytes);
    Fiber& fiber = *b.fibers[threadIdx.x];
    for (;;) {  // a thread of one block after the other
        (*b.thread)();
        back_to_scheduler(fiber, Wait::ended);
    }
}

void start(Fiber& fiber) {
    const bool stands_at_the_end = fiber.wait == Wait::ended;
    fiber.wait = Wait::none;
    fiber.operation = "";
    if (stands_at_the_end) return;
    ucontext_t& context = fiber.place.context;
    getcontext(&context);
    context.uc_stack.ss_sp = fiber.stack.first();
    context.uc_stack.ss_size = stack_bytes;
    context.uc_link = nullptr;
    makecontext(&context, fiber_main, 0);
    fiber.place.begun = false;
}

void shuffle(std::vector<unsigned int>& turns, unsigned int first, unsigned int count) {
    turns.resize(count);
    std::iota(turns.begin(), turns.end(), first);
    std::shuffle(turns.begin(), turns.end(), block().random);
}

// Lets a warp go on whose threads all wait in the same operation. False: not all of them do.
bool release_warp(unsigned int warp) {
    Block& b = block();
    const unsigned int first = warp * warp_size;
    for (unsigned int i = first; i < first + warp_size; ++i)
        if (b.fibers[i]->wait != Wait::warp || b.fibers[i]->operation != b.fibers[first]->operation) return false;
    for (unsigned int i = 0; i < warp_size; ++i) {
        b.warps[warp].values[i] = b.fibers[first + i]->given;
        b.fibers[first + i]->wait = Wait::none;
    }
    return true;
}

// Runs a warp's threads until all of them wait for the block or have ended, or wait in vain. True if anything ran.
bool run_warp(unsigned int warp) {
    Block& b = block();
    bool ran = false;
    do {
        shuffle(b.lanes, warp * warp_size, warp_size);
        for (const unsigned int i : b.lanes)
            if (b.fibers[i]->wait == Wait::none) {
                run_fiber(i);
                ran = true;
            }
    } while (b.error.empty() && release_warp(warp));
    return ran;
}

unsigned int waiting(unsigned int threads, Wait wait) {
    unsigned int count = 0;
    for (unsigned int i = 0; i < threads; ++i) count += block().fibers[i]->wait == wait ? 1 : 0;
    return count;
}

void run_block(unsigned int threads) {
    Block& b = block();
    for (unsigned int i = 0; i < threads; ++i) start(*b.fibers[i]);
    while (b.error.empty()) {
        // warp by warp, so that between two barriers one is as far ahead of another as can be
        bool ran = false;
        shuffle(b.turns, 0, threads / warp_size);
        for (const unsigned int warp : b.turns) ran |= run_warp(warp);
        if (!b.error.empty()) return;
        const unsigned int at_barrier = waiting(threads, Wait::block), ended = waiting(threads, Wait::ended);
        if (ended == threads) return;
        if (at_barrier == threads)
            for (unsigned int i = 0; i < threads; ++i) b.fibers[i]->wait = Wait::none;
        if (at_barrier == threads || ran) continue;
        const char* operation = "";
        for (unsigned int i = 0; i < threads; ++i)
            if (b.fibers[i]->wait == Wait::warp) operation = b.fibers[i]->operation;
        b.error = "block " + std::to_string(blockIdx.x) + " never goes on: of its " + std::to_string(threads) +
                  " threads " + std::to_string(at_barrier) + " wait at __syncthreads, " +
                  std::to_string(waiting(threads, Wait::warp)) + " in a warp's operation (" + operation + "), " +
                  std::to_string(ended) + " have ended";
    }
}

struct Range {
    std::uintptr_t first, end;
};

std::vector<Range> mapped_memory() {
    std::vector<Range> ranges;
    std::FILE* const file = std::fopen("/proc/self/maps", "r");
    if (!file) return ranges;
    char line[512];
    Range range;
    while (std::fgets(line, sizeof line, file))
        if (std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &range.first, &range.end) == 2 && range.first >= lowest_address)
            ranges.push_back(range);
    std::fclose(file);
    return ranges;
}

// An argument's bytes, read as addresses, that lie in memory of the host.
std::string host_address(const Argument* arguments, std::size_t count) {
    const std::vector<Range> ranges = mapped_memory();
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t at = 0; at + sizeof(std::uintptr_t) <= arguments[i].bytes; at += sizeof(std::uintptr_t)) {
            std::uintptr_t value = 0;
            std::memcpy(&value, static_cast<const unsigned char*>(arguments[i].first) + at, sizeof value);
            const auto holds = [&](const Range& range) { return range.first <= value && value < range.end; };
            if (std::any_of(ranges.begin(), ranges.end(), holds) && !on_device(reinterpret_cast<const void*>(value), 1))
                return "argument " + std::to_string(i) + " holds an address of host memory at byte " +
                       std::to_string(at);
        }
    }
    return "";
}

}  // namespace

std::string run_grid(unsigned int blocks, unsigned int threads, const std::function<void()>& thread,
                     const Argument* arguments, std::size_t count) {
    static std::mutex one_at_a_time;
    const std::lock_guard<std::mutex> lock(one_at_a_time);
    if (threads == 0 || threads > 1024 || threads % warp_size != 0)
        return "blocks of " + std::to_string(threads) + " threads";
    if (const std::string found = host_address(arguments, count); !found.empty()) return found;
    Block& b = block();
    while (b.fibers.size() < threads) b.fibers.push_back(std::make_unique<Fiber>());
    b.warps.resize(threads / warp_size);
    b.thread = &thread;
    b.error.clear();
    gridDim = {blocks, 1, 1};
    blockDim = {threads, 1, 1};
    const DeviceAccess access;
    for (unsigned int i = 0; i < blocks && b.error.empty(); ++i) {
        blockIdx = {i, 0, 0};
        run_block(threads);
    }
    return b.error;
}

void wait_for_block() { back_to_scheduler(*block().fibers[threadIdx.x], Wait::block); }

const std::uint64_t* exchange_in_warp(unsigned int mask, const char* operation, std::uint64_t mine) {
    const unsigned int index = threadIdx.x;
    Fiber& fiber = *block().fibers[index];
    if (mask != 0xffffffffu) block().error = std::string(operation) + " of a part of the warp is not supported here";
    fiber.operation = operation;
    fiber.given = mine;
    back_to_scheduler(fiber, Wait::warp);
    return block().warps[index / warp_size].values;
}

}  // namespace modecollapse::cuda_on_cpu
