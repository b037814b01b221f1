#include "host/sweep/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cerrno>
#include <cstring>

#include "host/io/atomic_file.hpp"
#include "host/sweep/run_files.hpp"

namespace modecollapse {
namespace {

constexpr char magic[8] = {'M', 'C', 'J', 'O', 'U', 'R', 'N', '1'};
constexpr std::size_t header_bytes = 64;
constexpr std::size_t record_bytes = 128;
constexpr std::size_t hash_bytes = 36;  // a UUID as text

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t get(const char* in, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[i])) << (8 * i);
    return value;
}

void put(std::string& out, double value) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    put(out, bits, 8);
}

double get_double(const char* in) {
    const std::uint64_t bits = get(in, 8);
    double value;
    std::memcpy(&value, &bits, sizeof value);
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
    for (const std::int64_t count : record.counts.count) put(block, static_cast<std::uint64_t>(count), 8);
    put(block, static_cast<std::uint64_t>(record.counts.attempts), 8);
    put(block, static_cast<std::uint64_t>(record.counts.quasi), 8);
    put(block, record.counts.variance_sum);
    put(block, record.counts.variance_squares);
    seal(block, record_bytes);
    return block;
}

JournalRecord decode(const char* block) {
    JournalRecord record;
    record.cell = get(block, 8);
    record.piece = get(block + 8, 8);
    record.status = static_cast<PieceStatus>(std::min<std::uint64_t>(get(block + 16, 8), 0xff));
    for (int i = 0; i < outcome_count; ++i)
        record.counts.count[i] = static_cast<std::int64_t>(get(block + 24 + 8 * i, 8));
    record.counts.attempts = static_cast<std::int64_t>(get(block + 24 + 8 * outcome_count, 8));
    record.counts.quasi = static_cast<std::int64_t>(get(block + 32 + 8 * outcome_count, 8));
    record.counts.variance_sum = get_double(block + 40 + 8 * outcome_count);
    record.counts.variance_squares = get_double(block + 48 + 8 * outcome_count);
    return record;
}

// Can these have been counted? No: a count is negative, or their sum does not fit, or a part is more than the whole.
bool are_possible(const CellCounts& counts) {
    std::int64_t total = 0;
    for (const std::int64_t count : counts.count)
        if (count < 0 || __builtin_add_overflow(total, count, &total)) return false;
    return counts.attempts >= 0 && counts.quasi >= 0 && counts.quasi <= total;
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

Journal Journal::create(const std::string& path, const std::string& config_hash) {
    std::string header(magic, sizeof magic);
    header += config_hash;
    header.resize(sizeof magic + hash_bytes, ' ');
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
    if (bytes.size() < header_bytes || std::memcmp(bytes.data(), magic, sizeof magic) != 0 ||
        !is_sealed(bytes.data(), header_bytes))
        throw CorruptFile(fmt::format("{}: the header is damaged, or this is no journal of this version", path));
    JournalContents contents;
    contents.config_hash = bytes.substr(sizeof magic, hash_bytes);
    const std::size_t slots = (bytes.size() - header_bytes) / record_bytes;
    std::size_t valid = 0;
    for (std::size_t i = slots; i-- > 0 && valid == 0;)
        if (is_sealed(bytes.data() + header_bytes + i * record_bytes, record_bytes)) valid = i + 1;
    contents.records.reserve(valid);
    for (std::size_t i = 0; i < valid; ++i) {
        const char* block = bytes.data() + header_bytes + i * record_bytes;
        if (!is_sealed(block, record_bytes))
            throw CorruptFile(
                fmt::format("{}: record {} of {} is damaged, and valid records follow it", path, i, valid));
        contents.records.push_back(decode(block));
        const JournalRecord& record = contents.records.back();
        if (record.status > PieceStatus::failed || !are_possible(record.counts))
            throw CorruptFile(fmt::format("{}: record {} of {} holds what nobody can have counted", path, i, valid));
    }
    contents.valid_bytes = header_bytes + valid * record_bytes;
    contents.torn_bytes = bytes.size() - contents.valid_bytes;
    return contents;
}

}  // namespace modecollapse
