// Where a result comes from: the global attributes of every result file.
#pragma once

#include <string>

#include "host/io/dataset.hpp"

namespace modecollapse {

inline constexpr const char* schema_version = "2.0";

std::string program_version();   // "0.1.0"
std::string program_git_sha();   // short hash, with "+dirty" if the tree had changes
std::string program_compiler();  // "GCC 12.2.0"
std::string utc_now();           // "2026-01-31T12:00:00Z"

struct RunRecord {
    std::string title;
    std::string config_toml;  // resolved physics and run options
    std::string files;        // digest of the files that options name; empty: of none
    std::string seed;         // empty: nothing random
    std::string backend;
    std::string isa;
    std::string device;
    std::string precision;
    std::string started;
    std::string finished;
};

// Name-based UUID (version 5) of the resolved configuration, the files that it names, program version, precision, backend and instruction set:
// equal hashes mean that equal counts are promised.
std::string config_hash(const RunRecord& record);

Attributes provenance_attributes(const RunRecord& record);

}  // namespace modecollapse
