// A request to stop, by a signal, a time limit or another thread, which whoever takes long looks at between steps.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

class StopRequest {
public:
    // From `seconds` from now on the request holds; of several requests the first to come true does. May be called by a
    // signal handler.
    void ask(double seconds = 0.0);
    bool is_due() const;

private:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    std::atomic<std::int64_t> at_{never};  // nanoseconds of the steady clock
    static_assert(std::atomic<std::int64_t>::is_always_lock_free, "a signal handler asks");
};

// null: never. Not inline: called by code of any instruction set.
bool is_due(const StopRequest* request);

// For loops whose turns take differently long: looks at the request once in `between` units of counted work.
class StopCheck {
public:
    explicit StopCheck(const StopRequest* request, std::uint64_t between = 4096)
        : request_(request), between_(between) {}

    // Has taken `work` units since the last call. True: give up.
    MC_HOST_DEVICE bool operator()(std::uint64_t work) {
        since_ += work;
        if (since_ < between_ || given_up_) return given_up_;
        since_ = 0;
        given_up_ = modecollapse::is_due(request_);
        return given_up_;
    }
    MC_HOST_DEVICE bool given_up() const { return given_up_; }

private:
    const StopRequest* request_;
    std::uint64_t between_, since_ = 0;
    bool given_up_ = false;
};

}  // namespace modecollapse
