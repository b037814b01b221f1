#include "host/sweep/pieces.hpp"

#include <algorithm>
#include <numeric>

namespace modecollapse {

std::uint64_t piece_size(const Ensemble& ensemble) {
    const auto most = static_cast<double>(ensemble.records_members() ? largest_recorded_piece : largest_piece);
    const auto fitting = static_cast<std::uint64_t>(std::min(piece_work / ensemble.work_of_a_member(), most));
    const std::uint64_t together = ensemble.unit_of_members();
    const std::uint64_t unit =
        std::max<std::uint64_t>(fitting < block_of_sums ? together : std::lcm(block_of_sums, together), 1);
    return std::max(unit, fitting / unit * unit);
}

std::uint64_t piece_boundary(const SweepPlan& plan, const Cell& cell, std::uint64_t piece) {
    const LookSchedule looks = looks_of(plan, cell);
    const std::uint64_t size = piece_size(cell.ensemble());
    std::uint64_t from = 0;
    for (std::uint64_t k = 1; k <= looks.looks(); ++k) {
        const std::uint64_t look = looks.trials_at(k), pieces = (look - from + size - 1) / size;
        if (piece < pieces) return from + piece * size;
        piece -= pieces;
        from = look;
    }
    return from;
}

bool is_look(const SweepPlan& plan, const Cell& cell, std::uint64_t members) {
    const LookSchedule looks = looks_of(plan, cell);
    return looks.trials_at(looks.looks_made(members)) == members;
}

std::vector<std::uint64_t> pieces_at_once(const SweepPlan& plan, const Cell& cell, std::uint64_t piece,
                                          const Backend& backend) {
    const std::uint64_t wanted = cell.ensemble().members_at_once(backend);  // to keep it busy
    std::vector<std::uint64_t> boundaries = {piece_boundary(plan, cell, piece)};
    do {
        boundaries.push_back(piece_boundary(plan, cell, ++piece));
    } while (boundaries.back() - boundaries.front() < wanted && !is_look(plan, cell, boundaries.back()));
    return boundaries;
}

}  // namespace modecollapse
