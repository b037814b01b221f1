// Progress bar on stderr, on a terminal only; or to whoever watches the run (host/run/watch.hpp).
#pragma once

#include <chrono>
#include <string>

#include "host/run/watch.hpp"

namespace modecollapse {

class Progress {
public:
    // `enabled` is overruled if stderr is no terminal, or a caller watches the thread.
    Progress(const std::string& label, bool enabled);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Redraws at most ten times a second. fraction in [0, 1]; note: what is being done, a few words.
    void update(double fraction, const std::string& note);

private:
    std::string label_;
    RunWatch* watch_;  // a caller's, of the thread that made it; may be null
    bool enabled_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point started_, last_;
};

}  // namespace modecollapse
