// --shard i/n, and --shard slurm: the part of a grid that a task of a Slurm job array computes.
//
// Of an array MIN-MAX with a step of 1, task ID takes shard ID - MIN of MAX - MIN + 1. A task submitted again alone
// (COUNT = 1) is its old shard: n and MIN come from the shards that are in the run folder. The array's variables are
// read for --shard slurm only, and by the program only.
#pragma once

#include <string>

#include "host/options/configuration.hpp"
#include "host/sweep/shards.hpp"

namespace modecollapse {

struct AskedShard {
    Shard shard;
    std::string array;  // "MIN-MAX" of a Slurm array, as the manifest records it; empty for i/n
};

// Throws UsageError. `folder` is the run folder, which need not exist, or empty.
AskedShard shard_from(const Configuration& options, const std::string& folder);

}  // namespace modecollapse
