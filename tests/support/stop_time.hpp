// How soon a run ends after its watch is asked to stop.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "host/run/watch.hpp"

namespace modecollapse::support {

// Asks `work` to stop 0.2 s after its beginning; processor seconds of the program from there to its end, which are the same
// however busy the machine is.
template <class Work>
double seconds_to_stop(const Work& work) {
    RunWatch watch;
    const WatchScope scope(&watch);
    std::clock_t asked = 0;
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        asked = std::clock();
        watch.ask_to_stop();
    });
    EXPECT_THROW(work(), Interrupted);
    other.join();
    return static_cast<double>(std::clock() - asked) / CLOCKS_PER_SEC;
}

}  // namespace modecollapse::support
