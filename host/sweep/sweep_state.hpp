// What is known of every cell of a sweep: the sum of its journalled pieces.
#pragma once

#include <cstdint>
#include <vector>

#include "host/sweep/journal.hpp"
#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// failed: P is unknown, because more than half of the members failed, or because the cell could not be computed.
enum class CellStatus : std::uint8_t { complete = 0, pending = 1, failed = 2 };
inline constexpr const char* cell_status_names[] = {"complete", "pending", "failed"};

struct CellState {
    CellCounts counts;
    std::uint64_t pieces = 0;  // consecutive ones, from the first
    bool finished = false;     // all pieces are there
    CellStatus status = CellStatus::pending;
};

class SweepState {
public:
    explicit SweepState(const SweepPlan& plan) : plan_(plan), cells_(plan.cells()), counts_{0, plan.cells(), 0} {}

    // Adds a record. A piece that is known already must be the same. Throws CorruptFile for a record that cannot belong
    // to the plan.
    void add(const JournalRecord& record);
    void add(const std::vector<JournalRecord>& records);

    // Failed cells become pending again; those that all pieces are known of, from the first piece on.
    void retry_failed();

    const CellState& at(std::uint64_t cell) const { return cells_[cell]; }
    std::uint64_t cells() const { return cells_.size(); }
    std::uint64_t count(CellStatus status) const { return counts_[static_cast<int>(status)]; }
    std::uint64_t trajectories() const { return trajectories_; }

private:
    void set_status(CellState& cell, CellStatus status);

    const SweepPlan& plan_;
    std::vector<CellState> cells_;
    std::uint64_t counts_[3];  // cells by status
    std::uint64_t trajectories_ = 0;
};

}  // namespace modecollapse
