// Watching a run from outside: another thread asks it to stop, and hears of its progress. Python's Ctrl-C and tqdm come
// in this way.
//
// A watch is set for a thread, and holds for what that thread calls; threads that a run starts are given it by hand.
// Without one nothing is asked and nothing is heard.
#pragma once

#include <atomic>
#include <functional>
#include <string>

namespace modecollapse {

struct RunWatch {
    std::atomic<bool> stop{false};
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

bool stop_asked();
const std::atomic<bool>* stop_flag();  // of the calling thread's watch, for threads that it starts; null without one
void throw_if_stop_asked();            // throws Interrupted

}  // namespace modecollapse
