// manifest.toml of a run folder: the resolved configuration, a sweep file itself, and in comments what else the run
// needs to know.
//
//     # version = 0.1.0            of the configuration: another is another run
//     # recorded isa = avx2        not of the configuration: what has worked here, kept for the reader
#pragma once

#include <map>
#include <string>

namespace modecollapse {

// Key of a "# recorded" line -> a list, comma-separated, to which every process adds its own.
using Recorded = std::map<std::string, std::string>;

inline constexpr const char* recorded_isa = "isa";            // instruction sets that counts came from
inline constexpr const char* recorded_device = "device";      // processors or GPUs that computed them
inline constexpr const char* recorded_array = "Slurm array";  // "MIN-MAX", of whose tasks this is a shard

// Value of "# key = value" in a manifest, or nothing.
std::string comment_of(const std::string& manifest, const std::string& key);
std::string recorded_of(const std::string& manifest, const std::string& key);

// Two lists as one, sorted, each of their entries once.
std::string joined_lists(const std::string& first, const std::string& second);

// The configuration with "# recorded" lines: those of `before` (a manifest, or empty) and these.
std::string manifest_text(const std::string& canonical, const std::string& before, const Recorded& recorded);

// The first line in which two configurations differ, in words. "# recorded" lines are none of them.
std::string first_difference(const std::string& recorded, const std::string& asked);

}  // namespace modecollapse
