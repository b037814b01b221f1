// Shards: part i of n of a grid's cells (those with cell mod n = i), each in a folder of its own inside the run folder,
// DIR/shard-i-of-n. A folder holds a whole run or the shards of one n, never both: merged, cells would be there twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace modecollapse {

struct Shard {
    std::uint64_t index = 0, count = 1;
};

inline constexpr std::uint64_t most_shards = 1000000;

struct ShardFolder {
    std::string path;
    Shard shard;
};

// Folder of a shard of the run in `folder`; of the only one, the folder itself.
std::string shard_folder(const std::string& folder, const Shard& shard);

// What the name of a folder says it is: shard-i-of-n, or nothing.
std::optional<Shard> shard_of_name(const std::string& folder);

// The shards in a folder, by n and i. Throws FolderError for one that is a link.
std::vector<ShardFolder> shards_in(const std::string& folder);

// Throws FolderError if the folder holds what does not go with this shard: shards of another n, or a whole run; for a
// whole run (n = 1), any shard.
void refuse_mixed_shards(const std::string& folder, const Shard& shard);

}  // namespace modecollapse
