// Counted operations of an ensemble of K components, the memory of a thread, and a call of it on whatever backend.
#pragma once

#include "host/mixture/ensemble.hpp"  // Backend
#include "kernels/components/ensemble.hpp"

namespace modecollapse::components {

// Nodes of an expectation of the target's responsibilities where no table of them is made, of modes as far apart as these.
double nodes_of_target(const Payload& problem);

double work_of_a_member(const Payload& problem);  // multiplications
double memory_of_a_thread(const Payload& problem);

// Throws DeviceError.
void run_to_ends(const Task& task, const Ends& ends, const Backend& backend);

}  // namespace modecollapse::components
