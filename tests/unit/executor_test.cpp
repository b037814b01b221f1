// A stop while a cell is set up ends its worker, on whatever rank, without a record and without an error.
#include "host/sweep/executor.hpp"

#include <gtest/gtest.h>

#include "host/cli/sweep_file.hpp"
#include "host/run/watch.hpp"

namespace {

using namespace modecollapse;

// Records that a worker delivers of one cell, whose sentences are drawn when it is set up.
int records_of_a_cell(RunWatch* watch) {
    const SweepFile file = read_sweep_text(
        "[axes]\ndata-size = [20]\n[fixed]\nfamily = 'sequence-vae'\ntrajectories = 1\nhorizon = 1\nheld-out = 5\n"
        "exact-data = 0\n",
        "sweep.toml", "7");
    int records = 0;
    bool given = false;
    CellSource source;
    source.next = [&]() -> std::optional<CellTask> {
        if (given) return std::nullopt;
        given = true;
        return CellTask{0, 0, Tally(file.plan.schema)};
    };
    source.deliver = [&](const JournalRecord& record) {
        EXPECT_EQ(record.status, PieceStatus::done);
        ++records;
    };
    source.stop = [] { return false; };  // it was asked in the middle
    const WatchScope scope(watch);
    work_on_cells(file.plan, choose_backend({BackendChoice::cpu, 1, 0, ""}), source,
                  [](std::uint64_t, const std::string& why) { ADD_FAILURE() << why; });
    return records;
}

TEST(Executor, AStopWhileACellIsSetUpIsNoError) {
    RunWatch watch;
    watch.ask_to_stop();
    EXPECT_EQ(records_of_a_cell(&watch), 0);
    EXPECT_EQ(records_of_a_cell(nullptr), 1);  // twin
}

}  // namespace
