// Uses the installed library as a stranger would: a collapse probability with its interval.
#include <cstdio>

#include "host/mixture/ensemble.hpp"
#include "host/statistics/binomial.hpp"

int main() {
    using namespace modecollapse;
    Problem problem;
    problem.radius = 1.5;
    problem.target_weight = problem.weight = 2.0 / 3.0;
    EnsembleRequest request;
    request.dimension = 100;
    request.seed = 7;
    request.trajectories = 20000;
    const OutcomeCounts counts = run_ensemble(MixtureSetup(problem, {}), request, choose_backend({}));
    const Interval interval = clopper_pearson(collapsed_of(counts), total_of(counts));
    std::printf("P(collapse) in %.4f .. %.4f\n", interval.low, interval.high);
    return interval.low < 0.575 && 0.575 < interval.high ? 0 : 1;
}
