#include "host/experiments/probability.hpp"

#include <algorithm>

#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr std::uint8_t unfinished = 255;  // in place of an outcome

// Leaves the members up to the first that is not finished: which of the others are may depend on their outcome.
void keep_the_first(TrainedMembers& members) {
    const auto end = std::find(members.outcome.begin(), members.outcome.end(), unfinished);
    const auto n = static_cast<std::size_t>(end - members.outcome.begin());
    members.outcome.resize(n);
    members.steps.resize(n);
    members.monitor.resize(n);
    members.counts = {};
    for (std::size_t i = 0; i < n; ++i) {
        ++members.counts.count[members.outcome[i]];
        members.counts.steps += static_cast<std::int64_t>(members.steps[i]);
    }
}

}  // namespace

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

TrainedMembers trained_members(const RealnvpProblem& problem, const TrainingRequest& request, const Backend& backend,
                               const TrainingControl& control, const RealnvpStates* from, const RealnvpStates* to) {
    TrainedMembers members;
    members.outcome.resize(request.members, unfinished);
    members.steps.resize(request.members);
    members.monitor.resize(request.members);
    RealnvpTask task = {&problem, request.precision, request.seed, request.first, request.members, problem.steps};
    task.record = {members.outcome.data(), members.steps.data(), members.monitor.data()};
    task.from = from;
    task.to = to;
    try {
        members.counts = train_members(task, backend, control);
    } catch (const Interrupted&) {
        keep_the_first(members);
        if (!partial_answers_kept() || members.outcome.empty()) throw;
    }
    return members;
}

}  // namespace modecollapse
