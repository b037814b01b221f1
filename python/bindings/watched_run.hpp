// Runs the engine for Python: on a thread of its own, while the calling thread lets other Python threads run, serves
// signals and reports progress.
#pragma once

#include <pybind11/pybind11.h>

#include <functional>

namespace modecollapse {

// Calls `work`, which must not touch Python. progress(fraction, note) is called a few times a second, or never if it is
// None. What `work` or `progress` throws is thrown here; so is KeyboardInterrupt, a fraction of a second after the
// signal, when the run has stopped.
void run_watched(const pybind11::object& progress, const std::function<void()>& work);

}  // namespace modecollapse
