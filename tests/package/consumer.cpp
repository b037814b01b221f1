// Uses the installed library as a stranger would: a collapse probability with its interval, a sweep of the radius, and the
// critical radius.
#include <cmath>
#include <cstdio>

#include "host/experiments/probability.hpp"
#include "host/experiments/threshold.hpp"
#include "host/mixture/ensemble.hpp"
#include "host/statistics/binomial.hpp"

namespace {

using namespace modecollapse;

// P rises with the radius through the fold at 1.1088, and R_c(0.1) is there.
bool sweeps_and_thresholds(const Problem& problem, EnsembleRequest request, const Backend& backend) {
    request.dimension = 10;
    request.trajectories = 2000;
    std::vector<MixtureEnsemble> cells;
    for (const double radius : {0.9, 1.2, 2.0}) {
        cells.push_back({problem, {}, request, {}});
        cells.back().problem.radius = radius;
    }
    const std::vector<MixtureProbability> sweep = mixture_probabilities(cells, backend);
    for (const MixtureProbability& cell : sweep) std::printf("P = %.4f  ", cell.estimate.p);
    ThresholdRequest search;
    search.dimensions = {10};
    search.levels = {0.1};
    search.search.low = 0.9;
    search.search.high = 1.3;
    const SpecialRadii special = find_special_radii(problem, {});
    const CriticalValue c = mixture_critical_values(search, problem, {}, request, {}, special, backend).critical[0][0];
    std::printf("R_c = %.4f in %.4f .. %.4f, the fold %.4f\n", c.value, c.ci_low, c.ci_high, special.fold_plus.value);
    return sweep[0].estimate.p == 0.0 && sweep[1].estimate.interval.low > 0.1 && c.status == ThresholdStatus::found &&
           c.ci_low <= c.value && c.value <= c.ci_high && std::fabs(c.value - special.fold_plus.value) < 1e-3;
}

}  // namespace

int main() {
    Problem problem;
    problem.radius = 1.5;
    problem.target_weight = problem.weight = 2.0 / 3.0;
    EnsembleRequest request;
    request.dimension = 100;
    request.seed = 7;
    request.trajectories = 20000;
    const Backend backend = choose_backend({});
    const OutcomeCounts counts = run_ensemble(MixtureSetup(problem, {}), request, backend);
    const Interval interval = clopper_pearson(collapsed_of(counts), total_of(counts));
    std::printf("P(collapse) in %.4f .. %.4f\n", interval.low, interval.high);
    const bool known = interval.low < 0.575 && 0.575 < interval.high;
    return known && sweeps_and_thresholds(problem, request, backend) ? 0 : 1;
}
