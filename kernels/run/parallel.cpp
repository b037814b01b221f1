#include "kernels/run/parallel.hpp"

#include <cstdio>

namespace modecollapse {
namespace {

void note_refused(const std::exception& error, std::size_t got, std::uint64_t wanted) {
    static std::atomic<bool> noted{false};
    if (noted.exchange(true)) return;
    std::fprintf(stderr, "modecollapse: %zu threads instead of %llu: the system starts no more (%s)\n", got + 1,
                 static_cast<unsigned long long>(wanted) + 1, error.what());
}

}  // namespace

Crew::Crew(std::uint64_t others, Work work) : work_(std::move(work)) {
    try {
        threads_.reserve(others);
        while (threads_.size() < others) threads_.emplace_back([this] { run(work_); });
    } catch (const std::exception& error) {  // std::system_error, std::bad_alloc
        note_refused(error, threads_.size(), others);
    }
}

Crew::~Crew() { wait(); }

void Crew::run(const Work& work) {
    try {
        work(*this);
    } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (!first_) first_ = std::current_exception();
        failed_.store(true, std::memory_order_relaxed);
    }
}

void Crew::take_part() { run(work_); }
void Crew::take_part(const Work& work) { run(work); }

void Crew::wait() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

void Crew::join() {
    wait();
    if (first_) std::rethrow_exception(first_);
}

void on_threads(int threads, const Crew::Work& work) {
    Crew crew(static_cast<std::uint64_t>(std::max(threads, 1) - 1), work);
    crew.take_part();
    crew.join();
}

}  // namespace modecollapse
