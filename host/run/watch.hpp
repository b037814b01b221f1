// Watching a run from outside: another thread or a signal asks it to stop, a time limit does, and another thread hears of
// its progress. Signals of the program, Python's Ctrl-C and tqdm come in this way.
//
// A watch is set for a thread, and holds for what that thread calls; threads that a run starts are given it by hand.
// Without one nothing is asked and nothing is heard.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "kernels/run/stop_request.hpp"

namespace modecollapse {

struct RunWatch {
    StopRequest stop;     // nothing new is begun: no further piece of a sweep
    StopRequest give_up;  // what is at hand is dropped, within a step
    // Both, the second some seconds after the first: a sweep has its pieces finished if that takes no longer.
    void ask_to_stop(double grace = 0.0, double seconds = 0.0) {
        stop.ask(seconds);
        give_up.ask(seconds + grace);
    }
    // The program's: it draws progress on its terminal, and a command that is given up hands back what it has done. A
    // caller's (Python): progress is told, and an error goes on to him.
    enum class Owner { caller, program };
    Owner owner = Owner::caller;

    // fraction in [0, 1]; note: what is being done, a few words. Called from any thread of the run, one at a time.
    std::function<void(double fraction, const std::string& note)> progress;
    // Does a piece of work on the thread that watches, and throws what it throws.
    std::function<void(const std::function<void()>& work)> on_watching_thread;
};

// Thrown inside a run that was asked to stop. No std::exception, so that no handler takes it for a cell's failure.
struct Interrupted {};

// The watch of the calling thread, or null.
RunWatch* current_watch();

// Sets the calling thread's watch while it lives. watch may be null.
class WatchScope {
public:
    explicit WatchScope(RunWatch* watch);
    ~WatchScope();
    WatchScope(const WatchScope&) = delete;
    WatchScope& operator=(const WatchScope&) = delete;

private:
    RunWatch* before_;
};

// On the thread that watches, or here without a watch. For what is bound to a thread: HDF5 has its error settings by
// thread, and prints the misses that netCDF expects on any thread but the one that netCDF silenced.
void run_on_watching_thread(const std::function<void()>& work);

bool stop_asked();                     // RunWatch::stop is due
const StopRequest* give_up_request();  // of the calling thread's watch, for threads that it starts; null without one
void throw_if_given_up();              // throws Interrupted if that is due
bool partial_answers_kept();

// Does part(0), part(1), ... of `count` parts. If the run is given up meanwhile and there are some whose answer is kept,
// it ends there; else throws Interrupted. Returns how many are done.
template <class Part>
std::size_t as_far_as_possible(std::size_t count, const Part& part) {
    for (std::size_t i = 0; i < count; ++i) {
        try {
            throw_if_given_up();
            part(i);
        } catch (const Interrupted&) {
            if (i == 0 || !partial_answers_kept()) throw;
            return i;
        }
    }
    return count;
}

}  // namespace modecollapse
