#include "host/sweep/pieces.hpp"

#include <algorithm>

#include "host/mixture/work.hpp"

namespace modecollapse {
namespace {

// Members that a call needs to keep a backend busy.
std::uint64_t members_wanted(const Cell& cell, const Backend& backend) {
    const auto threads = static_cast<std::uint64_t>(backend.threads);
    if (cell.family == FamilyId::realnvp) return backend.cuda ? 256 : threads;
    return backend.cuda ? 1u << 18 : trajectories_together * threads;
}

}  // namespace

double work_of_a_member(const Cell& cell) {
    return cell.family == FamilyId::realnvp ? work_of_a_training(cell.training)
                                            : work_of_a_trajectory(cell.problem, cell.settings, cell.request.dimension);
}

std::uint64_t piece_size(const Cell& cell) {
    const bool sgd = cell.family == FamilyId::mixture && cell.settings.sampled.dynamics != Dynamics::flow;
    const std::uint64_t unit = sgd ? trajectories_together : 1;
    const bool recorded = sgd || cell.family == FamilyId::realnvp;  // member by member
    const double fitting = std::min(piece_work / work_of_a_member(cell),
                                    static_cast<double>(recorded ? largest_recorded_piece : largest_piece));
    return std::max<std::uint64_t>(unit, static_cast<std::uint64_t>(fitting) / unit * unit);
}

std::uint64_t piece_boundary(const SweepPlan& plan, const Cell& cell, std::uint64_t piece) {
    const LookSchedule looks = looks_of(plan, cell);
    const std::uint64_t size = piece_size(cell);
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
    const std::uint64_t wanted = members_wanted(cell, backend);
    std::vector<std::uint64_t> boundaries = {piece_boundary(plan, cell, piece)};
    do {
        boundaries.push_back(piece_boundary(plan, cell, ++piece));
    } while (boundaries.back() - boundaries.front() < wanted && !is_look(plan, cell, boundaries.back()));
    return boundaries;
}

}  // namespace modecollapse
