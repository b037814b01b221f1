// How much work a linear VAE is, counted from the settings alone, and a call of its ensemble on whatever backend.
#pragma once

#include "host/mixture/ensemble.hpp"  // Backend
#include "kernels/linear_vae/ensemble.hpp"

namespace modecollapse::linear_vae {

// Multiplications. Of the flow, whose steps are not known before, those of an ordinary trajectory.
double work_of_a_member(const Payload& problem);

// Memory that the members of a thread take, in bytes; none to speak of but for SGD in N dimensions.
double memory_of_a_thread(const Payload& problem);

// Throws DeviceError.
Tally run_linear_vaes(const Task& task, const Records& records, const Backend& backend);

}  // namespace modecollapse::linear_vae
