#include "host/sweep/sweep_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "host/sweep/pieces.hpp"

namespace modecollapse {
namespace {

// Do the sums of two possible ones (journal.cpp) fit?
bool fit_together(const CellCounts& a, const CellCounts& b) {
    std::int64_t sum = a.attempts;
    bool fit = !__builtin_add_overflow(sum, b.attempts, &sum);
    sum = 0;
    for (const CellCounts* counts : {&a, &b})
        for (const std::int64_t count : counts->count) fit = fit && !__builtin_add_overflow(sum, count, &sum);
    return fit;
}

// By their bits: a piece is a function of the configuration alone.
bool are_the_same(const CellCounts& a, const CellCounts& b) {
    const double sums[] = {a.variance_sum, a.variance_squares}, others[] = {b.variance_sum, b.variance_squares};
    return std::equal(a.count, a.count + outcome_count, b.count) && a.attempts == b.attempts && a.quasi == b.quasi &&
           std::memcmp(sums, others, sizeof sums) == 0;
}

}  // namespace

void SweepState::set_status(CellState& cell, CellStatus status) {
    --counts_[static_cast<int>(cell.status)];
    ++counts_[static_cast<int>(status)];
    cell.status = status;
}

void SweepState::retry_failed() {
    for (CellState& cell : cells_) {
        if (cell.status != CellStatus::failed) continue;
        if (cell.finished) {
            trajectories_ -= static_cast<std::uint64_t>(total_of(cell.counts));
            cell.counts = {};
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
                !are_the_same(previous->counts, record->counts))
                throw CorruptFile(fmt::format("cell {}, piece {}: two records disagree", record->cell, record->piece));
            continue;
        }
        if (record->piece > state.pieces)
            throw CorruptFile(fmt::format("cell {}: piece {} is missing", record->cell, state.pieces));
        const Cell cell = plan_.cell(record->cell);
        const std::uint64_t expected =
            piece_boundary(plan_, cell, record->piece + 1) - piece_boundary(plan_, cell, record->piece);
        if (total_of(record->counts) != static_cast<std::int64_t>(expected))
            throw CorruptFile(fmt::format("cell {}, piece {}: {} trajectories where {} belong", record->cell,
                                          record->piece, total_of(record->counts), expected));
        if (!fit_together(state.counts, record->counts))
            throw CorruptFile(fmt::format("cell {}, piece {}: the counts overflow", record->cell, record->piece));
        state.counts += record->counts;
        ++state.pieces;
        const bool known = is_known(trials_of(state.counts, cell.family));
        state.finished = is_complete(plan_, cell, state.pieces, state.counts);
        set_status(state, !state.finished ? CellStatus::pending : known ? CellStatus::complete : CellStatus::failed);
        trajectories_ += expected;
        previous = record;
    }
}

}  // namespace modecollapse
