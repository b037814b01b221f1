// What a sample of a flow says about it, from log q, log p and <mu*, x> of its samples.
//
//   reverse KL          mean of log q - log p over x ~ q, and its standard error (p and q are normalized, so this is the
//                       KL divergence itself)
//   effective samples   (sum w)^2 / (n sum w^2), w = p/q: 1 for q = p, 1/n when one sample carries all
//   forward KL          mean of log p - log q over exact samples of the target
//   projection          mean and variance of <mu*/R, x> over q; of the target: (2 w* - 1) R and 1 + 4 R^2 w* (1 - w*)
//                       [F26]
//   mass_plus           share of the samples with <mu*, x> > 0
#pragma once

#include <cstdint>

#include "modecollapse/realnvp/outcome.hpp"

namespace modecollapse {

struct RealnvpMonitor {
    double reverse_kl, reverse_kl_error;
    double effective_samples;             // as a share of n
    double forward_kl, forward_kl_error;  // NaN if not asked for
    double projected_mean, projected_variance;
    double mass_plus;
};

// Of samples of q; the forward KL is left NaN. Arrays: (count).
RealnvpMonitor monitor_of_samples(const double* log_q, const double* log_p, const double* along, std::uint64_t count,
                                  double radius);

// Mean of log q - beta log p over samples of q: what a training at inverse temperature beta lowers.
double objective_of_samples(const double* log_q, const double* log_p, std::uint64_t count, double beta);

// What the outcome of a member is read from, of the same samples. start_objective: that of its start at the same beta.
RealnvpEnd end_of_samples(const RealnvpMonitor& monitor, const double* log_q, const double* log_p, std::uint64_t count,
                          double beta, double start_objective);

// Of samples of the target, into `monitor`.
void add_forward_kl(const double* log_q, const double* log_p, std::uint64_t count, RealnvpMonitor& monitor);

}  // namespace modecollapse
