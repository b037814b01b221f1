// How many threads a run takes if nobody says: as many as this process may keep busy.
#pragma once

#include <string>

namespace modecollapse {

// Processes of one run on one machine (MPI ranks), the calling one among them.
struct Companions {
    int on_machine = 1;
    int on_same_processors = 1;  // with the same affinity mask
};

// The smallest of: processors of the affinity mask, and the CPU quota of the control group rounded up, each shared with
// the companions;
// SLURM_CPUS_PER_TASK, which is each process's own. At least 1. root: in front of /proc and /sys, for tests.
int default_threads(const Companions& companions = {}, const std::string& root = "");

// Its parts. Processors that the scheduler lets this process use; processors' worth of time that the control group
// grants, infinite
// without a limit.
int processors_of_mask();
double processors_of_quota(const std::string& root = "");

}  // namespace modecollapse
