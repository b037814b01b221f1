// What is fitted to the target: the mixture of two Gaussians, or a normalizing flow. The outcomes of its runs: their
// names, in the order of the counts; the first `collapsed` of them are collapse, the last is a failure.
#pragma once

#include <cstdint>

#include "modecollapse/mixture/outcome.hpp"
#include "modecollapse/realnvp/outcome.hpp"

namespace modecollapse {

enum class FamilyId : std::uint8_t { mixture = 0, realnvp = 1 };
inline constexpr const char* family_names[] = {"mixture", "realnvp"};

struct OutcomeClasses {
    const char* const* names;  // (count)
    int count;
    int collapsed;
    const char* of;  // "outcome of a ..."
};

inline OutcomeClasses outcome_classes(FamilyId family) {
    if (family == FamilyId::realnvp) return {realnvp_outcome_names, realnvp_outcome_count, 2, "training"};
    return {outcome_names, outcome_count, 3, "trajectory"};
}

}  // namespace modecollapse
