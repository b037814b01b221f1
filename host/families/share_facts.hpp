// Probabilities that a family tells beside P(collapse), with their intervals.
#pragma once

#include <vector>

#include "host/families/fact.hpp"
#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

inline void add_share(std::vector<Fact>& facts, const std::string& name, const std::string& what,
                      const TrialCounts& trials) {
    const Interval interval = trials.trials > 0 ? clopper_pearson(trials) : Interval{no_number, no_number};
    facts.push_back({name, "probability that " + what, share_of(trials)});
    facts.push_back({name + "_ci_low", "its 95 % interval by Clopper and Pearson, lower end", interval.low});
    facts.push_back({name + "_ci_high", "its 95 % interval by Clopper and Pearson, upper end", interval.high});
}

// Whether fact i is a share, and the next two its interval.
inline bool is_share(const std::vector<Fact>& facts, std::size_t i) {
    return i + 2 < facts.size() && facts[i + 1].name == facts[i].name + "_ci_low" &&
           facts[i + 2].name == facts[i].name + "_ci_high";
}

}  // namespace modecollapse
