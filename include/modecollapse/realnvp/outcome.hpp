// Outcome of a trained RealNVP flow: the mass of q where a mode is the nearest one, for two modes on either side of the
// hyperplane orthogonal to mu*, against the target's.
//
//   target masses   P+ = w* Phi(R) + (1 - w*) Phi(-R),  P- = 1 - P+; of K* modes target/modes_density.hpp
//   a mode is lost  when the places nearest to it hold less than `floor` (5 %) of their target mass
//   failed          training ended at a non-finite number; or the samples of the end say that q fits nothing: one of
//                   their statistics is not finite, the objective E_q[log q - beta log p] is above that of the member's
//                   own start, or fewer than 2 effective samples are left of n >= 100
//
// The objective is the KL divergence from the target at the horizon's beta, up to a constant: for beta = 1 the KL
// divergence itself. A training that ends above its start has diverged, and masses of a flow that far off mean nothing.
//
// Every member is in exactly one class: failed; else the minus mode is lost (collapsed_plus), the plus mode is lost
// (collapsed_minus), or none is (covered). Both cannot be lost: the two masses sum to 1. Of a target of K* modes the
// classes are failed, covered and lost; how many are covered is told beside it.
#pragma once

#include <cstdint>

#include "modecollapse/numbers/platform.hpp"

namespace modecollapse {

enum class RealnvpOutcome : std::uint8_t { collapsed_plus = 0, collapsed_minus = 1, covered = 2, failed = 3, lost = 4 };

inline constexpr int realnvp_outcome_count = 5;
inline constexpr const char* realnvp_outcome_names[realnvp_outcome_count] = {"collapsed_plus", "collapsed_minus",
                                                                             "covered", "failed", "lost"};

MC_HOST_DEVICE bool is_collapse(RealnvpOutcome outcome) {
    return outcome == RealnvpOutcome::lost ||
           static_cast<int>(outcome) <= static_cast<int>(RealnvpOutcome::collapsed_minus);
}

// What the outcome is read from: n samples of q at the end, and the objective of the same n base samples at the start.
struct RealnvpEnd {
    bool finite;               // training, and every statistic of the samples
    double mass_plus;          // share of the samples with <mu*, x> > 0
    double objective;          // mean of log q - beta log p
    double start_objective;    // the same at the member's own start
    double effective_samples;  // (sum w)^2 / sum w^2, w = p^beta / q; from 1 to n
    std::uint64_t samples;     // n
};

inline constexpr double fewest_effective_samples = 2.0;
inline constexpr double within_of_start = 1e-3;          // nats: what samples cannot tell of a start that fits already
inline constexpr std::uint64_t samples_that_tell = 100;  // of fewer, two effective ones are no sign

MC_HOST_DEVICE bool has_failed(const RealnvpEnd& end) {
    if (!end.finite || !(end.objective <= end.start_objective + within_of_start)) return true;  // also catches NaN
    return end.samples >= samples_that_tell && end.effective_samples < fewest_effective_samples;
}

// target_plus: mass of the half-space <mu*, x> > 0.
MC_HOST_DEVICE RealnvpOutcome realnvp_outcome(const RealnvpEnd& end, double target_plus, double floor) {
    if (has_failed(end)) return RealnvpOutcome::failed;
    if (1.0 - end.mass_plus < floor * (1.0 - target_plus)) return RealnvpOutcome::collapsed_plus;
    if (end.mass_plus < floor * target_plus) return RealnvpOutcome::collapsed_minus;
    return RealnvpOutcome::covered;
}

}  // namespace modecollapse
