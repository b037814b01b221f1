#include "host/cli/stop_signals.hpp"

#include <atomic>

namespace modecollapse {
namespace {

std::atomic<RunWatch*> watch_of_program{nullptr};
std::atomic<double> grace_of_program{0.0};
volatile std::sig_atomic_t last_signal = 0;
static_assert(std::atomic<RunWatch*>::is_always_lock_free && std::atomic<double>::is_always_lock_free,
              "a signal handler reads them");

void on_signal(int number) {
    last_signal = number;
    if (RunWatch* watch = watch_of_program.load()) watch->ask_to_stop(grace_of_program.load());
}

}  // namespace

StopSignals::StopSignals(RunWatch& watch, double grace, Second second)
    : handled_{{{SIGINT, {}, false},
                {SIGTERM, {}, false},
                {SIGHUP, {}, false},
                {SIGUSR1, {}, false},
                {SIGXCPU, {}, false}}} {
    watch_of_program = &watch;
    grace_of_program = grace;
    for (Handled& handled : handled_) {
        if (sigaction(handled.number, nullptr, &handled.before) != 0 || handled.before.sa_handler == SIG_IGN) continue;
        struct sigaction action = {};
        action.sa_handler = on_signal;
        action.sa_flags = SA_RESTART | (second == Second::kills ? static_cast<int>(SA_RESETHAND) : 0);
        handled.replaced = sigaction(handled.number, &action, nullptr) == 0;
    }
}

StopSignals::~StopSignals() {
    for (const Handled& handled : handled_)
        if (handled.replaced) sigaction(handled.number, &handled.before, nullptr);
    watch_of_program = nullptr;
}

const char* StopSignals::received() {
    switch (last_signal) {
        case 0:
            return nullptr;
        case SIGINT:
            return "SIGINT";
        case SIGTERM:
            return "SIGTERM";
        case SIGHUP:
            return "SIGHUP";
        case SIGUSR1:
            return "SIGUSR1";
        default:
            return "SIGXCPU";
    }
}

}  // namespace modecollapse
