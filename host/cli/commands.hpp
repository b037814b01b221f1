// One function a command: options in, report out. Throws UsageError, DeviceError.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

Report run_probability(const Configuration& options);
Report run_threshold(const Configuration& options);
Report run_trajectory(const Configuration& options);
Report run_basin(const Configuration& options);

std::string info_text(const std::string& format);

}  // namespace modecollapse
