#include "host/starts/collapse_estimate.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "host/statistics/trial_counts.hpp"

namespace modecollapse {

std::uint64_t usable_trajectories(const SamplingPlan& plan, std::uint64_t wanted) {
    if (plan.sampling == Sampling::monte_carlo) return wanted;
    std::uint64_t starts = 1;
    while (starts * plan.replicates < wanted) starts *= 2;
    return starts * plan.replicates;
}

EnsembleEstimate estimate_collapse(const MixtureSetup& setup, const EnsembleRequest& request, const SamplingPlan& plan,
                                   const Backend& backend, const RunControl& control) {
    OutcomeCounts counts = {};
    SobolResult sobol = {};
    if (plan.sampling == Sampling::sobol) {
        if (request.first != 0 || usable_trajectories(plan, request.trajectories) != request.trajectories)
            throw std::domain_error("sobol: " + std::to_string(request.trajectories) +
                                    " trajectories (allowed: replicates times a power of 2)");
        sobol = run_sobol_ensemble(
            setup, {request.dimension, request.seed, plan.replicates, request.trajectories / plan.replicates, 0},
            backend, control);
        counts = sobol.counts;
    } else {
        counts = run_ensemble(setup, request, backend, control);
    }
    const TrialCounts trials = trials_of(counts);
    EnsembleEstimate result = {estimate_collapse(trials), counts};
    const bool enough = std::min(trials.successes, trials.trials - trials.successes) >= fewest_for_student;
    if (plan.sampling == Sampling::sobol && enough && sobol.collapsed_share.standard_error > 0.0) {
        result.standard_error = share_of(sobol.collapsed_share.standard_error, failed_share(trials));
        result.interval = {sobol.collapsed_share.interval.low, sobol.possible_share.interval.high};
        result.ci_method = estimate_methods[1];
    }
    return result;
}

}  // namespace modecollapse
