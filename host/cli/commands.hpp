// One function a command: options in, report out. Throws UsageError, DeviceError; the folder commands FolderError,
// CorruptFile, WriteError too.
#pragma once

#include "host/cli/output.hpp"

namespace modecollapse {

Report run_probability(const Configuration& options);
Report run_threshold(const Configuration& options);
Report run_trajectory(const Configuration& options);
Report run_basin(const Configuration& options);
Report run_theory(const Configuration& options);
Report run_variance(const Configuration& options);
Report run_folds(const Configuration& options);
Report run_sample(const Configuration& options);
Report run_encode(const Configuration& options);
Report run_reconstruct(const Configuration& options);

// The commands on run folders write as they go: they return an exit code. positionals: what stands on the command line
// besides options.
int run_phase_diagram(const Configuration& options, const std::vector<std::string>& positionals);
int run_status(const Configuration& options, const std::vector<std::string>& positionals);
int run_merge(const Configuration& options, const std::vector<std::string>& positionals);

std::string info_text(const std::string& format);

}  // namespace modecollapse
