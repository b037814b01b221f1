#include "kernels/run/stop_request.hpp"

#include <ctime>

namespace modecollapse {
namespace {

std::int64_t now() {  // clock_gettime, unlike what stands over it, is promised to be safe in a signal handler
    timespec time = {};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

void StopRequest::ask(double seconds) {
    constexpr double most_seconds = 1e9;
    const std::int64_t at = now() + static_cast<std::int64_t>((seconds < most_seconds ? seconds : most_seconds) * 1e9);
    std::int64_t before = at_.load();
    while (at < before && !at_.compare_exchange_weak(before, at)) {
    }
}

bool StopRequest::is_due() const {
    const std::int64_t at = at_.load(std::memory_order_relaxed);
    return at != never && now() >= at;  // without a request no clock is read
}

bool is_due(const StopRequest* request) { return request && request->is_due(); }

}  // namespace modecollapse
