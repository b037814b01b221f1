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
    std::uint64_t pieces = 0;  // consecutive ones, from the first
    bool finished = false;     // all pieces are there
    CellStatus status = CellStatus::pending;
};

class SweepState {
public:
    explicit SweepState(const SweepPlan& plan);

    // Adds a record. A piece that is known already must be the same. Throws CorruptFile for a record that cannot belong
    // to the plan.
    void add(const JournalRecord& record);
    void add(const std::vector<JournalRecord>& records);

    // Failed cells become pending again; those that all pieces are known of, from the first piece on.
    void retry_failed();

    const CellState& at(std::uint64_t cell) const { return cells_[cell]; }
    Tally tally(std::uint64_t cell) const;  // of its pieces, by the plan's schema
    std::uint64_t cells() const { return cells_.size(); }
    std::uint64_t count(CellStatus status) const { return by_status_[static_cast<int>(status)]; }
    std::uint64_t trajectories() const { return trajectories_; }

private:
    void set_status(CellState& cell, CellStatus status);
    void set_tally(std::uint64_t cell, const Tally& tally);

    const SweepPlan& plan_;
    TallySize size_;
    std::vector<CellState> cells_;
    std::vector<std::int64_t> counts_;  // (cells, counts of a tally)
    std::vector<double> sums_;          // (cells, sums)
    std::uint64_t by_status_[3];        // cells
    std::uint64_t trajectories_ = 0;
};

}  // namespace modecollapse
