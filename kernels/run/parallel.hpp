// How all work is shared out to threads, here and in host/: one class, and two loops over it.
//
// Who gets a part of the work is decided by a counter that the threads share, so a result never depends on how many of
// them there are: a
// thread that the system refuses (a limit on processes, no memory for a stack) is done without, and a note on stderr
// says so.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace modecollapse {

// Threads beside the calling one, at the same work. Joins them in its destructor.
class Crew {
public:
    using Work = std::function<void(const Crew&)>;

    // Starts up to `others` threads, each of which calls work once. `work` must not outlive what it refers to: join
    // first.
    Crew(std::uint64_t others, Work work);
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    void take_part();                  // the calling thread's share of the work: calls it here
    void take_part(const Work& work);  // the same with work of its own
    void join();                       // waits for all; throws the first thing that anyone threw, as itself

    // For the work: has anyone thrown? Then there is no use in going on.
    bool failed() const { return failed_.load(std::memory_order_relaxed); }

private:
    void run(const Work& work);
    void wait();

    Work work_;
    std::vector<std::thread> threads_;
    std::atomic<bool> failed_{false};
    std::mutex mutex_;  // guards first_
    std::exception_ptr first_;
};

// work(crew) on the calling thread and on up to threads - 1 others.
void on_threads(int threads, const Crew::Work& work);

// body(i) for every i below `count`, on up to `threads` threads.
template <class Body>
void parallel_for(std::uint64_t count, int threads, const Body& body) {
    std::atomic<std::uint64_t> next{0};
    const std::uint64_t useful = std::min(static_cast<std::uint64_t>(std::max(threads, 1)), count);
    on_threads(static_cast<int>(useful), [&](const Crew& crew) {
        for (std::uint64_t i; !crew.failed() && (i = next.fetch_add(1)) < count;) body(i);
    });
}

// body(begin, end) for ranges that together are 0 .. count - 1, some for every thread.
template <class Body>
void parallel_ranges(std::uint64_t count, int threads, const Body& body) {
    const std::uint64_t parts = std::min(count, 4 * static_cast<std::uint64_t>(std::max(threads, 1)));
    if (parts == 0) return;
    const std::uint64_t size = (count + parts - 1) / parts;
    parallel_for((count + size - 1) / size, threads,
                 [&](std::uint64_t part) { body(part * size, std::min(count, (part + 1) * size)); });
}

}  // namespace modecollapse
