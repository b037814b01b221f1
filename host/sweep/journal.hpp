// The journal of a run: an append-only file of fixed-size records, each with its own checksum. What is in it after a
// sync survives anything.
//
//   header  64 bytes   magic, format version, hash of the configuration, CRC-32
//   record 128 bytes   cell, piece, status, what was counted (cell_counts.hpp), CRC-32
//
// Little-endian. Records have one size, so that damage in one cannot hide the others. A tail without a valid record (a
// torn write) is cut off and computed again; damage before the last valid record is an error: something other than a
// crash has changed the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/io/corrupt_file.hpp"
#include "host/sweep/cell_counts.hpp"

namespace modecollapse {

enum class PieceStatus : std::uint8_t { done = 0, failed = 1 };

struct JournalRecord {
    std::uint64_t cell = 0;
    std::uint64_t piece = 0;
    PieceStatus status = PieceStatus::done;
    CellCounts counts;
};

class Journal {
public:
    // Creates the file, which must not exist. Throws WriteError.
    static Journal create(const std::string& path, const std::string& config_hash);

    // Opens for appending, after `read`: cuts the file at `valid_bytes`. Throws WriteError.
    static Journal open(const std::string& path, std::uint64_t valid_bytes);

    Journal(Journal&& other) noexcept;
    Journal& operator=(Journal&&) = delete;
    Journal(const Journal&) = delete;
    ~Journal();

    // Appends; durable only after sync. Both throw WriteError, and the journal is then closed to further records.
    void append(const JournalRecord& record);
    void sync();

private:
    explicit Journal(const std::string& path, int descriptor) : path_(path), descriptor_(descriptor) {}
    std::string path_;
    int descriptor_;
    std::string pending_;
};

struct JournalContents {
    std::string config_hash;
    std::vector<JournalRecord> records;
    std::uint64_t valid_bytes;  // up to the end of the last valid record
    std::uint64_t torn_bytes;   // after it
};

// Throws CorruptFile, std::runtime_error if it cannot be read.
JournalContents read_journal(const std::string& path);

}  // namespace modecollapse
