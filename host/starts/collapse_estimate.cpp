#include "host/starts/collapse_estimate.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace modecollapse {

std::uint64_t usable_trajectories(const SamplingPlan& plan, std::uint64_t wanted) {
    if (plan.sampling == Sampling::monte_carlo) return wanted;
    std::uint64_t starts = 1;
    while (starts * plan.replicates < wanted) starts *= 2;
    return starts * plan.replicates;
}

CollapseEstimate estimate_collapse(const MixtureSetup& setup, const EnsembleRequest& request, const SamplingPlan& plan,
                                   const Backend& backend, const RunControl& control) {
    CollapseEstimate result = {};
    SobolResult sobol = {};
    if (plan.sampling == Sampling::sobol) {
        if (request.first != 0 || usable_trajectories(plan, request.trajectories) != request.trajectories)
            throw std::domain_error("sobol: " + std::to_string(request.trajectories) +
                                    " trajectories (allowed: replicates times a power of 2)");
        sobol = run_sobol_ensemble(
            setup, {request.dimension, request.seed, plan.replicates, request.trajectories / plan.replicates, 0},
            backend, control);
        result.counts = sobol.counts;
    } else {
        result.counts = run_ensemble(setup, request, backend, control);
    }
    const std::int64_t collapsed = collapsed_of(result.counts), total = total_of(result.counts);
    result.p = static_cast<double>(collapsed) / static_cast<double>(total);
    if (plan.sampling == Sampling::sobol && sobol.p_collapse.standard_error > 0.0) {
        result.standard_error = sobol.p_collapse.standard_error;
        result.interval = sobol.p_collapse.interval;
        result.ci_method = "student-t";
    } else {
        result.standard_error = std::sqrt(result.p * (1.0 - result.p) / static_cast<double>(total));
        result.interval = clopper_pearson(collapsed, total);
        result.ci_method = "clopper-pearson";
    }
    return result;
}

}  // namespace modecollapse
