// Signals that ask the program to stop: Ctrl-C, a terminal that is closed, and what batch systems send before a job's
// time is up.
#pragma once

#include <array>
#include <csignal>

#include "host/run/watch.hpp"

namespace modecollapse {

// While it lives, SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGXCPU ask the watch to stop instead of killing the program. A
// signal that was ignored when the program was started (nohup, a job in the background) stays ignored. One at a time.
class StopSignals {
public:
    // What the second one of a kind does: nothing (a result is about to be written, and cutting that short would lose
    // it), or what it did before, which is to kill.
    enum class Second { asks_again, kills };

    // grace: seconds that what is at hand has to be finished.
    StopSignals(RunWatch& watch, double grace, Second second);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    // "SIGTERM"; null: none has come yet.
    static const char* received();

private:
    struct Handled {
        int number;
        struct sigaction before;
        bool replaced;
    };
    std::array<Handled, 5> handled_;
};

}  // namespace modecollapse
