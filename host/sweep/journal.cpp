#include "host/sweep/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cerrno>
#include <cstring>

#include "host/io/atomic_file.hpp"
#include "host/io/printable.hpp"
#include "host/sweep/run_files.hpp"
#include "host/sweep/tally_words.hpp"

namespace modecollapse {
namespace {

constexpr char magic[8] = {'M', 'C', 'J', 'O', 'U', 'R', 'N', '2'};  // the last is the format's number
constexpr std::size_t number_at = sizeof magic - 1;
constexpr std::size_t header_bytes = 64;
constexpr std::size_t hash_bytes = 36;  // a UUID as text
constexpr std::size_t size_at = sizeof magic + hash_bytes;

std::size_t record_bytes(const TallySize& size) { return 8 * (3 + words_of(size) + 1); }

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t get(const char* in, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[i])) << (8 * i);
    return value;
}

// Pads to `size - 4` and closes with the CRC-32 of all before it.
void seal(std::string& block, std::size_t size) {
    block.resize(size - 4, '\0');
    boost::crc_32_type crc;
    crc.process_bytes(block.data(), block.size());
    put(block, crc.checksum(), 4);
}

bool is_sealed(const char* block, std::size_t size) {
    boost::crc_32_type crc;
    crc.process_bytes(block, size - 4);
    return crc.checksum() == get(block + size - 4, 4);
}

std::string encode(const JournalRecord& record) {
    std::string block;
    put(block, record.cell, 8);
    put(block, record.piece, 8);
    put(block, static_cast<std::uint64_t>(record.status), 8);
    put_tally(record.tally, [&](std::uint64_t word) { put(block, word, 8); });
    seal(block, block.size() + 8);
    return block;
}

JournalRecord decode(const char* block, const TallySize& size) {
    JournalRecord record;
    record.cell = get(block, 8);
    record.piece = get(block + 8, 8);
    record.status = static_cast<PieceStatus>(std::min<std::uint64_t>(get(block + 16, 8), 0xff));
    block += 24;
    record.tally = take_tally(size, [&] {
        const std::uint64_t word = get(block, 8);
        block += 8;
        return word;
    });
    return record;
}

// Throws OtherVersion for the header of a sound journal of another format.
void require_header(const std::string& bytes, const std::string& path) {
    if (bytes.size() < header_bytes || std::memcmp(bytes.data(), magic, number_at) != 0 ||
        !is_sealed(bytes.data(), header_bytes))
        throw CorruptFile(fmt::format("{}: the header is damaged, or this is no journal", path));
    if (bytes[number_at] == magic[number_at]) return;
    throw OtherVersion(
        fmt::format("{}: is a journal of format {}, this version reads format {} (allowed: finish the run with the "
                    "version that began it, which its manifest.toml names, or begin anew in another folder)",
                    path, printable(bytes.substr(number_at, 1)), magic[number_at]));
}

[[noreturn]] void fail(const std::string& path, const char* action) {
    throw WriteError(fmt::format("{}: cannot {}: {}", path, action, std::strerror(errno)));
}

// All bytes of the journal. A read error must not look like the end of the file: the caller would cut off what follows.
std::string bytes_of(const std::string& path) {
    std::optional<std::string> bytes = read_run_file(path);
    if (!bytes) throw CorruptFile(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    return std::move(*bytes);
}

}  // namespace

Journal::Journal(Journal&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(other.descriptor_), pending_(std::move(other.pending_)) {
    other.descriptor_ = -1;
}

Journal::~Journal() {
    if (descriptor_ >= 0) close(descriptor_);
}

Journal Journal::create(const std::string& path, const std::string& config_hash, const TallySize& size) {
    std::string header(magic, sizeof magic);
    header += config_hash;
    header.resize(size_at, ' ');
    put(header, size.counts, 4);
    put(header, size.sums, 4);
    seal(header, header_bytes);
    // complete or not there: a run folder never holds half a header
    write_atomically(path, header, Links::replaced);
    return open(path, header_bytes);
}

Journal Journal::open(const std::string& path, std::uint64_t valid_bytes) {
    const int descriptor = open_run_file(path, O_WRONLY);
    if (descriptor < 0) fail(path, "open");
    Journal journal(path, descriptor);
    if (ftruncate(descriptor, static_cast<off_t>(valid_bytes)) != 0) fail(path, "cut the torn tail of");
    if (lseek(descriptor, 0, SEEK_END) < 0) fail(path, "seek in");
    return journal;
}

void Journal::append(const JournalRecord& record) { pending_ += encode(record); }

void Journal::sync() {
    if (pending_.empty()) return;
    if (descriptor_ < 0) throw WriteError(fmt::format("{}: closed after an earlier write error", path_));
    const auto give_up = [this](const char* action) {
        const int error = errno;
        close(descriptor_);
        descriptor_ = -1;
        errno = error;
        fail(path_, action);
    };
    const off_t synced = lseek(descriptor_, 0, SEEK_CUR);
    if (synced < 0) give_up("seek in");
    for (std::size_t done = 0; done < pending_.size();) {
        const ssize_t written = write(descriptor_, pending_.data() + done, pending_.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) give_up("write to");
        done += static_cast<std::size_t>(written);
    }
    pending_.clear();
    if (fdatasync(descriptor_) != 0) {
        // The kernel may have dropped what it could not write, and still show it to readers until the machine restarts:
        // cut it off.
        const int error = errno;
        (void)!ftruncate(descriptor_, synced);
        errno = error;
        give_up("sync");
    }
}

JournalContents read_journal(const std::string& path) {
    const std::string bytes = bytes_of(path);
    require_header(bytes, path);
    JournalContents contents;
    contents.config_hash = bytes.substr(sizeof magic, hash_bytes);
    contents.size = {get(bytes.data() + size_at, 4), get(bytes.data() + size_at + 4, 4)};
    const std::size_t size = record_bytes(contents.size), slots = (bytes.size() - header_bytes) / size;
    std::size_t valid = 0;
    for (std::size_t i = slots; i-- > 0 && valid == 0;)
        if (is_sealed(bytes.data() + header_bytes + i * size, size)) valid = i + 1;
    contents.records.reserve(valid);
    for (std::size_t i = 0; i < valid; ++i) {
        const char* block = bytes.data() + header_bytes + i * size;
        if (!is_sealed(block, size))
            throw CorruptFile(
                fmt::format("{}: record {} of {} is damaged, and valid records follow it", path, i, valid));
        contents.records.push_back(decode(block, contents.size));
    }
    contents.valid_bytes = header_bytes + valid * size;
    contents.torn_bytes = bytes.size() - contents.valid_bytes;
    return contents;
}

void require_possible(const JournalContents& contents, const Schema& schema, const std::string& path) {
    const TallySize size = size_of(schema);
    if (contents.size.counts != size.counts || contents.size.sums != size.sums)
        throw CorruptFile(fmt::format("{}: its tallies hold {} counts and {} sums, those of the sweep {} and {}", path,
                                      contents.size.counts, contents.size.sums, size.counts, size.sums));
    for (std::size_t i = 0; i < contents.records.size(); ++i) {
        const JournalRecord& record = contents.records[i];
        if (record.status > PieceStatus::failed || !are_possible(schema, record.tally) ||
            (record.status == PieceStatus::failed && total_of(schema, record.tally) != 0))
            throw CorruptFile(fmt::format("{}: record {} of {} holds what nobody can have counted", path, i,
                                          contents.records.size()));
    }
}

}  // namespace modecollapse
