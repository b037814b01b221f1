// Fuzz target: a journal, and the records it holds in a small sweep. Input: a byte, then the file. A byte above 127 gives
// header and records the checksums that they should have, or nothing would get past them.
#include <boost/crc.hpp>

#include "host/cli/sweep_file.hpp"
#include "host/io/corrupt_file.hpp"
#include "host/sweep/sweep_state.hpp"
#include "tests/fuzz/file.hpp"

namespace {

using namespace modecollapse;

constexpr const char* sweep =
    "[axes]\nradius = [1.25, 2.0]\ndimension = [5, 20]\n[fixed]\ntrajectories = 40\nseed = 7\n[adaptive]\n"
    "interval-width = 0.2\nlevel = [0.3]\nnear-width = 0.12\nmax-trajectories = 400\n";

void seal(std::string& bytes, std::size_t at, std::size_t size) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data() + at, size - 4);
    for (std::size_t i = 0; i < 4; ++i) bytes[at + size - 4 + i] = static_cast<char>(crc.checksum() >> (8 * i));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::InputFile file;
    static const SweepPlan plan = [] {
        file.write(sweep);
        return read_sweep_file(file.path(), {}).plan;
    }();
    if (size == 0) return 0;
    std::string bytes = fuzz::text_of(data + 1, size - 1);
    if (data[0] > 127 && bytes.size() >= 64) {
        bytes.replace(0, 8, "MCJOURN2");
        seal(bytes, 0, 64);
        const TallySize size = size_of(plan.schema);
        const std::size_t record = 8 * (4 + size.counts + size.sums);
        for (std::size_t at = 64; at + record <= bytes.size(); at += record) seal(bytes, at, record);
    }
    file.write(bytes);
    try {
        const JournalContents contents = read_journal(file.path());
        fuzz::require_true(contents.valid_bytes + contents.torn_bytes == bytes.size(), "every byte is accounted for");
        require_possible(contents, plan.schema, file.path());
        SweepState state(plan);
        state.add(contents.records);
        std::uint64_t trajectories = 0;
        for (std::uint64_t cell = 0; cell < state.cells(); ++cell)
            trajectories += static_cast<std::uint64_t>(total_of(plan.schema, state.tally(cell)));
        fuzz::require_true(trajectories == state.trajectories(), "trajectories are those of the cells");
    } catch (const CorruptFile&) {
    } catch (const OtherVersion&) {
    }
    return 0;
}
