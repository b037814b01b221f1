// What a sample of a flow says about it, from log q, log p and <mu*, x> of its samples.
//
//   reverse KL          mean of log q - log p over x ~ q, and its standard error (p and q are normalized, so this is the
//                       KL divergence itself)
//   effective samples   (sum w)^2 / (n sum w^2), w = p/q: 1 for q = p, 1/n when one sample carries all
//   forward KL          mean of log p - log q over exact samples of the target
//   projection          mean and variance of <mu*/R, x> over q; of the target: (2 w* - 1) R and 1 + 4 R^2 w* (1 - w*)
//                       [F26]
//   mass_plus           share of the samples with <mu*, x> > 0
//   covered modes       those whose places, nearest to them, hold enough of their target mass (realnvp/outcome.hpp)
//   shares of the modes q_k = mean of the responsibility of mode k at x: mode-weight error and entropic coverage of them
//
// Of K* modes the samples are told by their coordinates in the span of the modes: the variance is that of all of them
// together, of the target r + sum_k om_k |nu_k|^2 - |sum_k om_k nu_k|^2, and there is no mean, no mass_plus.
#pragma once

#include <cstdint>

#include "modecollapse/realnvp/outcome.hpp"
#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {

struct RealnvpMonitor {
    double reverse_kl, reverse_kl_error;
    double effective_samples;             // as a share of n
    double forward_kl, forward_kl_error;  // NaN if not asked for
    double projected_mean, projected_variance;
    double mass_plus;
    double covered_modes;  // a whole number
    double entropic_coverage, mode_weight_error;

    static RealnvpMonitor nothing();  // all NaN
};

// Of samples of q; the forward KL is left NaN. Arrays: (count), along (count, r).
RealnvpMonitor monitor_of_samples(const RealnvpProblem& problem, const double* log_q, const double* log_p,
                                  const double* along, std::uint64_t count);

// Mean of log q - beta log p over samples of q: what a training at inverse temperature beta lowers.
double objective_of_samples(const double* log_q, const double* log_p, std::uint64_t count, double beta);

// What the outcome of a member is read from, of the same samples. start_objective: that of its start at the same beta.
RealnvpEnd end_of_samples(const RealnvpMonitor& monitor, const double* log_q, const double* log_p, std::uint64_t count,
                          double beta, double start_objective);

RealnvpOutcome outcome_of(const RealnvpProblem& problem, const RealnvpEnd& end, const RealnvpMonitor& monitor);

// Of samples of the target, into `monitor`.
void add_forward_kl(const double* log_q, const double* log_p, std::uint64_t count, RealnvpMonitor& monitor);

}  // namespace modecollapse
