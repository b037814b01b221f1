// Work that may crash the process, tried in a child process first.
#pragma once

#include <functional>

namespace modecollapse {

// Does the work come to its end, also by an exception, in a copy of this process? Nothing that it does or prints is seen
// here. False: it crashed, or took `seconds` of processor time. True also where no process can be started.
bool ends_in_a_child(const std::function<void()>& work, unsigned seconds);

}  // namespace modecollapse
