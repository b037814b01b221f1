#include "host/report/probability.hpp"

#include <cmath>
#include <limits>

#include "host/report/physics.hpp"

namespace modecollapse {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Columns of the CSV that come first.
const Names first_columns = {"radius", "dimension", "target_weight", "weight", "trajectories",
                             "seed",   "counts",    "p_collapse",    "ci_low", "ci_high",
                             "status", "sampling",  "replicates"};

struct MonitorField {
    const char* name;
    double RealnvpMonitor::*value;
    const char* long_name;
    const char* mean;  // name of its mean over the members; null: it is not told
};
constexpr MonitorField monitor_fields[] = {
    {"reverse_kl", &RealnvpMonitor::reverse_kl, "KL divergence of the flow from the target", "mean_reverse_kl"},
    {"effective_samples", &RealnvpMonitor::effective_samples, "effective share of samples", "mean_effective_samples"},
    {"projected_mean", &RealnvpMonitor::projected_mean, "mean of samples along mu*/R", nullptr},
    {"projected_variance", &RealnvpMonitor::projected_variance, "variance of samples along mu*/R",
     "mean_projected_variance"},
    {"mass_plus", &RealnvpMonitor::mass_plus, "mass of the flow on the side of +mu*", nullptr}};

// Over the members that did not fail; NaN without any.
double mean_of(const TrainedMembers& found, double RealnvpMonitor::*value) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < found.monitor.size(); ++i) {
        if (found.outcome[i] == static_cast<std::uint8_t>(RealnvpOutcome::failed)) continue;
        sum += found.monitor[i].*value;
        count += 1.0;
    }
    return sum / count;
}

}  // namespace

Result probability_result(const MixtureEnsemble& ensemble, const MixtureProbability& found) {
    Result result;
    result.csv_first = first_columns;
    const OutcomeCounts& counts = found.estimate.counts;
    add_estimate(result, outcome_classes(FamilyId::mixture), {counts.count, counts.count + outcome_count},
                 found.estimate, ensemble.request.trajectories);
    const bool sobol = found.plan.sampling == Sampling::sobol;
    if (sobol) result.add(parameter("replicates", "replicates", static_cast<std::int64_t>(found.plan.replicates)));
    add_score_interval(result, found.estimate.members, sobol ? Members::replicated : Members::independent);
    result.add(number("time_cap", "time at which a trajectory that is not trapped is undecided",
                      found.time_cap.value_or(none)));
    result.add(whole("quasi_collapse", "trajectories that quasi-collapsed", found.trainable ? counts.quasi : -1)
                   .missing_is(-1));
    add_physics(result, ensemble.problem, ensemble.settings);
    if (!found.sampled)
        result.add(whole("steps", "steps that the integrator attempted, of all trajectories", counts.attempts));
    return result;
}

Result probability_result(const RareEventEstimate& found, double wanted) {
    const char* ci_method = found.final_inside == 0 ? "clopper-pearson" : "normal";
    Result result;
    result.csv_first = first_columns;
    result.add(number("p_collapse", "probability of mode collapse, by importance sampling", found.p));
    result.add(number("ci_low", std::string("lower end of the 95 % interval (") + ci_method + ")", found.interval.low));
    result.add(
        number("ci_high", std::string("upper end of the 95 % interval (") + ci_method + ")", found.interval.high));
    result.add(field("ci_method", {}, "kind of the interval", Names{ci_method}));
    result.add(number("standard_error", "standard error of p_collapse", found.standard_error));
    result.add(number("relative_error", "standard error over p_collapse", found.relative_error));
    result.add(number("relative_error_wanted", "relative error at which the estimate ends", wanted));
    result.add(flag("status", "status of the result", status_words, status_of(found.p)));
    result.add(flag("rare_status", "state of the estimate", words_of(rare_event_status_names, 5),
                    rare_event_status_names[static_cast<int>(found.status)]));
    result.add(parameter("sampling", "sampling", std::string("importance")));
    result.add(number("counts", "none: weighted trajectories are not counted by outcome", none));
    result.add(whole("levels", "levels of adaptation", found.levels));
    result.add(parameter("trajectories", "trajectories in total", static_cast<std::int64_t>(found.draws)));
    result.add(
        whole("trajectories_final", "trajectories behind the estimate", static_cast<std::int64_t>(found.final_draws)));
    result.add(
        whole("collapsed_final", "of these collapsed, not weighted", static_cast<std::int64_t>(found.final_inside)));
    result.add(whole("failed", "trajectories that failed", static_cast<std::int64_t>(found.failed)));
    result.add(
        number("failed_share", "share of the initial law or of the trajectories that failed", found.failed_share));
    return result;
}

Result probability_result(const Problem& target, const Training& training, const TrainedMembers& found,
                          std::uint64_t asked) {
    Result result;
    result.csv_first = first_columns;
    const std::size_t n = found.outcome.size();
    const CollapseEstimate estimate = estimate_collapse(found.counts);
    add_estimate(result, outcome_classes(FamilyId::realnvp),
                 {found.counts.count, found.counts.count + realnvp_outcome_count}, estimate, asked);
    add_score_interval(result, estimate.members, Members::independent);
    result.add(whole("steps", "steps made in this run, by all trainings", found.counts.steps));
    for (const MonitorField& one : monitor_fields)
        if (one.mean)
            result.add(
                number(one.mean, std::string("mean over the trainings: ") + one.long_name, mean_of(found, one.value)));
    result.add(
        number("target_projected_variance", "variance of the target along mu*/R", target_projected_variance(target)));
    add_physics(result, training);
    std::vector<std::int64_t> ids(n);
    for (std::size_t i = 0; i < n; ++i) ids[i] = static_cast<std::int64_t>(i);
    result.dimensions.emplace_back("member", n);
    result.add(field("member", {"member"}, "id of a training", std::move(ids)).only(file_form));
    result.add(flags("member_outcome", {"member"}, "outcome", words_of(realnvp_outcome_names, realnvp_outcome_count),
                     {found.outcome.begin(), found.outcome.end()})
                   .only(file_form));
    for (const MonitorField& one : monitor_fields) {
        std::vector<double> values;
        for (const RealnvpMonitor& monitor : found.monitor) values.push_back(monitor.*one.value);
        result.add(field(one.name, {"member"}, one.long_name, std::move(values)).only(file_form));
    }
    return result;
}

}  // namespace modecollapse
