// How long a piece of work takes this process by itself: on the CPU the processor time of all threads over their number,
// which other programs on the machine do not lengthen; on a GPU the time that passes. Seconds.
#pragma once

#include <chrono>
#include <ctime>

#include "host/mixture/ensemble.hpp"  // Backend

namespace modecollapse {

class WorkTimer {
public:
    WorkTimer() = default;  // of work on one thread
    explicit WorkTimer(const Backend& backend) : cuda_(backend.cuda), threads_(backend.threads) {}

    double seconds() const {
        if (cuda_) return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
        return static_cast<double>(std::clock() - processor_) / CLOCKS_PER_SEC / threads_;
    }

private:
    bool cuda_ = false;
    int threads_ = 1;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
    std::clock_t processor_ = std::clock();
};

}  // namespace modecollapse
