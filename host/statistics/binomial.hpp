// Intervals for a probability from a count: k successes in n independent trials.
#pragma once

#include <cstdint>

namespace modecollapse {

struct Interval {
    double low;
    double high;
};

// Exact two-sided interval by inverting the binomial test [Clopper and Pearson, Biometrika 26 (1934) 404]; covers with
// at least `confidence`. Throws std::domain_error unless 0 <= k <= n, n >= 1 and 0 < confidence < 1.
Interval clopper_pearson(std::int64_t k, std::int64_t n, double confidence = 0.95);

// Score interval [Wilson, JASA 22 (1927) 209]: shorter, covers with `confidence` on average over p. Same errors.
Interval wilson(std::int64_t k, std::int64_t n, double confidence = 0.95);

}  // namespace modecollapse
