// Counted operations of an ensemble of K components, and the memory of a thread.
#pragma once

#include "modecollapse/components/problem.hpp"

namespace modecollapse::components {

double work_of_a_member(const Payload& problem);  // multiplications
double memory_of_a_thread(const Payload& problem);

}  // namespace modecollapse::components
