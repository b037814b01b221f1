// Requests that do not fit into memory are refused before the work: what a run will need, against what this process can
// have.
#pragma once

#include <stdexcept>
#include <string>

namespace modecollapse {

// Bytes that this process can still have: the machine's free memory, the limits of its control groups and its own
// address space.
// root: in front of /proc and /sys, for tests.
double available_memory(const std::string& root = "");

// "4.8 GB", "800 MB".
std::string bytes_text(double bytes);

// Throws TooLarge naming `what` (such as "basin with grid = 10001") if `bytes` are more than can be had.
void require_memory(const std::string& what, double bytes);

// std::domain_error, for it is a request that is out of range: exit code 2.
struct TooLarge : std::domain_error {
    using std::domain_error::domain_error;
};

}  // namespace modecollapse
