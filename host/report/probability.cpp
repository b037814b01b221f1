#include "host/report/probability.hpp"

#include <limits>

namespace modecollapse {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Columns of the CSV that come first.
const Names first_columns = {"radius", "dimension", "target_weight", "weight", "trajectories",
                             "seed",   "counts",    "p_collapse",    "ci_low", "ci_high",
                             "status", "sampling",  "replicates"};

}  // namespace

Result probability_result(const Family& family, const Settings& settings, const FamilyProbability& found,
                          const std::vector<Fact>& facts) {
    Result result;
    result.csv_first = first_columns;
    const Schema schema = family.schema(settings);
    const auto classes = static_cast<std::ptrdiff_t>(schema.classes.size());
    add_estimate(result, classes_of(family, schema), {found.tally.counts.begin(), found.tally.counts.begin() + classes},
                 found.estimate, found.asked);
    const bool sobol = found.plan.sampling == Sampling::sobol;
    if (sobol) result.add(parameter("replicates", "replicates", static_cast<std::int64_t>(found.plan.replicates)));
    add_score_interval(result, found.estimate.members, sobol ? Members::replicated : Members::independent);
    add_tally(result, family, schema, found.tally, facts);
    if (!found.members.outcomes.empty()) add_members(result, family, schema, found.members);
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

}  // namespace modecollapse
