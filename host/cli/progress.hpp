// Progress on stderr, on a terminal only: a bar within its width, or a plain line now and then where TERM says that lines
// cannot be drawn again; or to whoever watches the run (host/run/watch.hpp). There are no colours that NO_COLOR could ask
// to leave out.
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

    // Redraws at most ten times a second; a plain line every five seconds. fraction in [0, 1]; note: what is being done, a few words.
    void update(double fraction, const std::string& note);

private:
    std::string label_;
    RunWatch* watch_;  // a caller's, of the thread that made it; may be null
    bool enabled_;
    bool redraws_, drawn_ = false;
    std::chrono::steady_clock::time_point started_, last_;
};

}  // namespace modecollapse
