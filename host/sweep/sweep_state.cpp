#include "host/sweep/sweep_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "host/sweep/pieces.hpp"

namespace modecollapse {
namespace {

// Do the sums of two possible ones (are_possible) fit?
bool fit_together(const Schema& schema, const Tally& a, const Tally& b) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < a.counts.size(); ++i)
        if (__builtin_add_overflow(a.counts[i], b.counts[i], &sum)) return false;
    return !__builtin_add_overflow(total_of(schema, a), total_of(schema, b), &sum);
}

// By their bits: a piece is a function of the configuration alone.
bool are_the_same(const Tally& a, const Tally& b) {
    return a.counts == b.counts && a.sums.size() == b.sums.size() &&
           (a.sums.empty() || std::memcmp(a.sums.data(), b.sums.data(), a.sums.size() * sizeof(double)) == 0);
}

}  // namespace

SweepState::SweepState(const SweepPlan& plan)
    : plan_(plan),
      size_(size_of(plan.schema)),
      cells_(plan.cells()),
      counts_(plan.cells() * size_.counts),
      sums_(plan.cells() * size_.sums),
      by_status_{0, plan.cells(), 0} {}

Tally SweepState::tally(std::uint64_t cell) const {
    Tally tally(plan_.schema);
    std::copy_n(counts_.data() + cell * size_.counts, size_.counts, tally.counts.begin());
    std::copy_n(sums_.data() + cell * size_.sums, size_.sums, tally.sums.begin());
    return tally;
}

void SweepState::set_tally(std::uint64_t cell, const Tally& tally) {
    std::copy(tally.counts.begin(), tally.counts.end(), counts_.data() + cell * size_.counts);
    std::copy(tally.sums.begin(), tally.sums.end(), sums_.data() + cell * size_.sums);
}

void SweepState::set_status(CellState& cell, CellStatus status) {
    --by_status_[static_cast<int>(cell.status)];
    ++by_status_[static_cast<int>(status)];
    cell.status = status;
}

void SweepState::retry_failed() {
    for (std::uint64_t i = 0; i < cells_.size(); ++i) {
        CellState& cell = cells_[i];
        if (cell.status != CellStatus::failed) continue;
        if (cell.finished) {
            trajectories_ -= static_cast<std::uint64_t>(total_of(plan_.schema, tally(i)));
            set_tally(i, Tally(plan_.schema));
            cell.pieces = 0;
            cell.finished = false;
        }
        set_status(cell, CellStatus::pending);
    }
}

void SweepState::add(const JournalRecord& record) { add(std::vector<JournalRecord>{record}); }

void SweepState::add(const std::vector<JournalRecord>& records) {
    // Pieces of one cell may come from several journals (shards, retries) and in any order: sort, then drop equal ones.
    std::vector<const JournalRecord*> order;
    for (const JournalRecord& record : records) {
        if (record.cell >= cells_.size())
            throw CorruptFile(fmt::format("a record names cell {}, the grid has {}", record.cell, cells_.size()));
        order.push_back(&record);
    }
    std::stable_sort(order.begin(), order.end(), [](const JournalRecord* a, const JournalRecord* b) {
        return a->cell != b->cell ? a->cell < b->cell : a->piece < b->piece;
    });
    const JournalRecord* previous = nullptr;
    for (const JournalRecord* record : order) {
        CellState& state = cells_[record->cell];
        if (record->status == PieceStatus::failed) {
            if (state.status == CellStatus::pending)
                set_status(state, CellStatus::failed);  // a later attempt may have succeeded
            continue;
        }
        if (record->piece < state.pieces) {
            if (previous && previous->cell == record->cell && previous->piece == record->piece &&
                !are_the_same(previous->tally, record->tally))
                throw CorruptFile(fmt::format("cell {}, piece {}: two records disagree", record->cell, record->piece));
            continue;
        }
        if (record->piece > state.pieces)
            throw CorruptFile(fmt::format("cell {}: piece {} is missing", record->cell, state.pieces));
        const Cell cell = plan_.cell(record->cell);
        const std::uint64_t expected =
            piece_boundary(plan_, cell, record->piece + 1) - piece_boundary(plan_, cell, record->piece);
        const std::int64_t members = total_of(plan_.schema, record->tally);
        if (members != static_cast<std::int64_t>(expected))
            throw CorruptFile(fmt::format("cell {}, piece {}: {} {} where {} belong", record->cell, record->piece,
                                          members, plan_.family().members, expected));
        Tally sum = tally(record->cell);
        if (!fit_together(plan_.schema, sum, record->tally))
            throw CorruptFile(fmt::format("cell {}, piece {}: the counts overflow", record->cell, record->piece));
        sum += record->tally;
        set_tally(record->cell, sum);
        ++state.pieces;
        const bool known = is_known(trials_of(plan_.schema, sum));
        state.finished = is_complete(plan_, cell, state.pieces, sum);
        set_status(state, !state.finished ? CellStatus::pending : known ? CellStatus::complete : CellStatus::failed);
        trajectories_ += expected;
        previous = record;
    }
}

}  // namespace modecollapse
