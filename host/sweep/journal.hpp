// The journal of a run: an append-only file of fixed-size records, each with its own checksum. What is in it after a
// sync survives anything.
//
//   header  64 bytes   magic with the format's number, hash of the configuration, counts and sums of a tally, CRC-32
//   record             cell, piece, status, the tally (families/tally.hpp): 8 bytes each; CRC-32 in the last 4 of 8 bytes
//
// Little-endian. A tally has as many counts and sums as the sweep's schema lays out. Records have one size, so that damage in one cannot hide the others. A tail without a valid record (a
// torn write) is cut off and computed again; damage before the last valid record is an error: something other than a
// crash has changed the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/families/tally.hpp"
#include "host/io/corrupt_file.hpp"

namespace modecollapse {

enum class PieceStatus : std::uint8_t { done = 0, failed = 1 };

struct JournalRecord {
    std::uint64_t cell = 0;
    std::uint64_t piece = 0;
    PieceStatus status = PieceStatus::done;
    Tally tally;
};

class Journal {
public:
    // Creates the file, which must not exist. Throws WriteError.
    static Journal create(const std::string& path, const std::string& config_hash, const TallySize& size);

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
    TallySize size;
    std::vector<JournalRecord> records;
    std::uint64_t valid_bytes;  // up to the end of the last valid record
    std::uint64_t torn_bytes;   // after it
};

// Throws CorruptFile, also if it cannot be read; OtherVersion for a journal of another format.
JournalContents read_journal(const std::string& path);

// Throws CorruptFile if tallies are of another size than the schema's, or hold what nobody can have counted.
void require_possible(const JournalContents& contents, const Schema& schema, const std::string& path);

}  // namespace modecollapse
