// What is counted in a cell of a sweep, for either family: outcomes by class, and what else a piece of a cell says.
//
// Numbers of pieces are added in the order of the pieces, so that the sums of doubles are the same for every process
// that adds them.
#pragma once

#include <cstdint>

#include "host/families/family_id.hpp"
#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

struct CellCounts {
    std::int64_t count[outcome_count] =
        {};                     // by class of the family (outcome_classes); what is beyond its last class stays 0
    std::int64_t attempts = 0;  // steps of the integrator, or of the trainings
    std::int64_t quasi = 0;     // trainable weights of the mixture: quasi-collapses
    double variance_sum =
        0.0;  // flows: over the members that did not fail, of the variance of their samples along mu*/R
    double variance_squares = 0.0;  // and of its square

    CellCounts& operator+=(const CellCounts& other) {
        for (int i = 0; i < outcome_count; ++i) count[i] += other.count[i];
        attempts += other.attempts;
        quasi += other.quasi;
        variance_sum += other.variance_sum;
        variance_squares += other.variance_squares;
        return *this;
    }
};
static_assert(realnvp_outcome_count <= outcome_count, "the journal has room for the classes of either family");

inline std::int64_t sum_of(const std::int64_t* count, int classes) {
    std::int64_t sum = 0;
    for (int i = 0; i < classes; ++i) sum += count[i];
    return sum;
}
inline std::int64_t total_of(const CellCounts& counts) { return sum_of(counts.count, outcome_count); }
inline std::int64_t collapsed_of(const CellCounts& counts, FamilyId family) {
    return sum_of(counts.count, outcome_classes(family).collapsed);
}
inline std::int64_t failed_of(const CellCounts& counts, FamilyId family) {
    return counts.count[outcome_classes(family).count - 1];
}
inline TrialCounts trials_of(const CellCounts& counts, FamilyId family) {
    return {collapsed_of(counts, family), failed_of(counts, family), total_of(counts)};
}

}  // namespace modecollapse
