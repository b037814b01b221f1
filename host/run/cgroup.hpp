// The control groups (Linux, versions 1 and 2) that this process is in: what a batch system or a container allows it of
// a machine.
#pragma once

#include <string>
#include <vector>

namespace modecollapse {

// The folders that hold a controller's settings ("cpu", "memory") for this process: its own group's first, then those
// above it, whose limits
// hold as well. Empty where there are no control groups. root: in front of /proc and /sys, for tests.
std::vector<std::string> cgroup_folders(const std::string& controller, const std::string& root = "");

// The first line of a file; empty if there is none.
std::string first_line_of(const std::string& path);

}  // namespace modecollapse
