#include "host/experiments/probability.hpp"

#include "host/run/watch.hpp"

namespace modecollapse {

MixtureProbability mixture_probability(const MixtureEnsemble& ensemble, const Backend& backend, RunControl control) {
    const Problem& problem = ensemble.problem;
    const EnsembleRequest& request = ensemble.request;
    const MixtureSetup setup(problem, ensemble.settings);
    if (partial_answers_kept()) control.when_given_up = WhenGivenUp::keeps_the_first;
    MixtureProbability result = {estimate_collapse(setup, request, ensemble.plan, backend, control),
                                 ensemble.plan,
                                 {},
                                 problem.weights != WeightGeometry::fixed,
                                 setup.is_sgd()};
    const auto made = static_cast<std::uint64_t>(result.estimate.members.trials);
    if (made < request.trajectories) result.plan.replicates = ensemble.plan.replicates * made / request.trajectories;
    if (!effective_horizon(problem, ensemble.settings))
        result.time_cap = annealing_end(problem) + limit_time_cap(problem, request.dimension);
    return result;
}

std::vector<MixtureProbability> mixture_probabilities(const std::vector<MixtureEnsemble>& cells,
                                                      const Backend& backend) {
    std::vector<MixtureProbability> found;
    as_far_as_possible(cells.size(), [&](std::size_t i) { found.push_back(mixture_probability(cells[i], backend)); });
    return found;
}

}  // namespace modecollapse
