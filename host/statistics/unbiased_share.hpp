// The probability of a success, estimated without bias after a number of trials that was decided by looking at them.
//
//   p^ = E[ S_1 / n_1 | S(n) = s, the rule went on at every look before n ]    S_k, n_k: successes, trials at look k
//
// The share s/n itself is biased: a cell of small P stops early if its first trials happen to hold few successes (an
// example: P = 0.04 reads 0.0346 on average). The first look is made in any case, so S_1/n_1 has no bias; given where
// the experiment stopped, the order of its trials has the same law for every P, and the average over these orders
// keeps the mean and lowers the variance [Girshick, Mosteller and Savage, Ann. Math. Stat. 17 (1946) 13]. Where the
// rule would have gone on whatever the order, p^ = s/n.
//
// Back from n to each look the successes follow the hypergeometric law, cut to the counts at which the rule goes on.
// If more than a thousand counts are in reach, the normal law on a lattice stands for it: 1e-5 standard errors.
// Cutting p^ to its interval, which it would leave in one of a thousand experiments, costs 1e-4 standard errors at
// most.
#pragma once

#include <map>
#include <utility>

#include "host/statistics/sequential.hpp"

namespace modecollapse {

class UnbiasedShare {
public:
    UnbiasedShare(const LookSchedule& schedule, const StoppingRule& rule, double confidence = 0.95)
        : schedule_(schedule), rule_(rule), looks_(schedule.looks()), confidence_(confidence) {}

    // Of the trials that did not fail; these are taken to be spread evenly over the looks. NaN where share_of is. Not
    // thread-safe.
    double operator()(const TrialCounts& counts) const;

private:
    using Range = std::pair<double, double>;  // first count, one past the last

    // Counts of successes at a look with which the rule goes on, `failed` of the trials having failed. Disjoint,
    // sorted.
    const std::vector<Range>& continued(std::uint64_t look, std::int64_t failed) const;
    std::vector<Range> ranges_of(std::uint64_t look, std::int64_t failed) const;

    LookSchedule schedule_;
    StoppingRule rule_;
    std::uint64_t looks_;
    double confidence_;
    mutable std::map<std::pair<std::uint64_t, std::int64_t>, std::vector<Range>> known_;  // by look and failed trials
};

}  // namespace modecollapse
