#include "host/families/realnvp/ensemble.hpp"

#include <algorithm>

#include "host/families/realnvp/saved_run.hpp"
#include "host/families/recorded_parts.hpp"
#include "host/families/work_timer.hpp"

namespace modecollapse {
namespace {

// What is known of every member of a run.
struct Members {
    explicit Members(std::uint64_t count) : outcome(count, unfinished_member), steps(count), monitor(count) {}
    RealnvpRecord record() { return {outcome.data(), steps.data(), monitor.data()}; }

    std::vector<std::uint8_t> outcome;
    std::vector<std::uint64_t> steps;  // made
    std::vector<RealnvpMonitor> monitor;
};

// Those that the file has; the first ones are summed too, in the order of RealnvpQuantity.
struct MonitorColumn {
    Quantity quantity;
    double RealnvpMonitor::*value;
};
constexpr MonitorColumn columns[] = {
    {{"projected_variance", "1", "variance of samples along mu*/R"}, &RealnvpMonitor::projected_variance},
    {{"reverse_kl", "1", "KL divergence of the flow from the target"}, &RealnvpMonitor::reverse_kl},
    {{"effective_samples", "1", "effective share of samples"}, &RealnvpMonitor::effective_samples},
    {{"projected_mean", "1", "mean of samples along mu*/R"}, &RealnvpMonitor::projected_mean},
    {{"mass_plus", "1", "mass of the flow on the side of +mu*"}, &RealnvpMonitor::mass_plus},
};
constexpr std::size_t summed = 3;

TrainingControl training_control(const RunControl& control, std::uint64_t count) {
    TrainingControl training;
    if (control.progress)
        training.progress = [&control, count](double fraction) {
            control.progress(static_cast<std::uint64_t>(fraction * static_cast<double>(count)));
        };
    return training;
}

}  // namespace

Schema realnvp_schema(const Settings&) {
    Schema schema;
    for (int i = 0; i < realnvp_outcome_count; ++i) {
        const auto outcome = static_cast<RealnvpOutcome>(i);
        schema.classes.push_back({realnvp_outcome_names[i], outcome == RealnvpOutcome::failed ? OutcomeClass::failure
                                                            : outcome == RealnvpOutcome::covered
                                                                ? OutcomeClass::other
                                                                : OutcomeClass::collapse});
    }
    schema.events = {{"steps", "steps made in this run, by all trainings"}};
    for (std::size_t q = 0; q < summed; ++q) schema.quantities.push_back(columns[q].quantity);
    return schema;
}

RealnvpEnsemble::RealnvpEnsemble(const Settings& settings)
    : schema_(realnvp_schema(settings)),
      run_(realnvp_run(settings)),
      problem_(realnvp_problem(run_.target, run_.training)) {}

MemberEnd RealnvpEnsemble::end_of(std::uint8_t outcome, std::uint64_t steps, const RealnvpMonitor& monitor) const {
    if (outcome == unfinished_member) return {-1};
    MemberEnd end = {outcome, {}, {static_cast<std::int64_t>(steps)}};
    if (outcome == static_cast<std::uint8_t>(RealnvpOutcome::failed)) return end;
    for (std::size_t q = 0; q < summed; ++q) end.quantities.push_back(monitor.*columns[q].value);
    return end;
}

std::vector<Tally> RealnvpEnsemble::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    const std::uint64_t first = ids.edges.front(), count = ids.edges.back() - first;
    Members members(count);
    RealnvpTask task = {&problem_, run_.precision, ids.seed, first, count, problem_.steps};
    task.record = members.record();
    return recorded_parts(
        schema_, ids, [&] { train_members(task, backend, training_control(control, count)); },
        [&](std::uint64_t i) { return end_of(members.outcome[i], members.steps[i], members.monitor[i]); });
}

RecordedRun RealnvpEnsemble::run_recorded(const Ids& ids, const Backend& backend, const RunControl& control,
                                          SavedRun* saved) const {
    const std::uint64_t first = ids.edges.front(), count = ids.edges.back() - first;
    Members members(count);
    RealnvpTask task = {&problem_, run_.precision, ids.seed, first, count, problem_.steps};
    task.record = members.record();
    if (const auto* flows = static_cast<const SavedFlows*>(saved)) {
        task.from = flows->from();
        task.to = flows->to();
    }
    try {
        train_members(task, backend, training_control(control, count));
    } catch (const Interrupted&) {
        if (control.when_given_up == WhenGivenUp::throws || members.outcome.front() == unfinished_member) throw;
    }
    // The members up to the first that is not finished: which of the others are may depend on their outcome.
    const auto end = std::find(members.outcome.begin(), members.outcome.end(), unfinished_member);
    const auto n = static_cast<std::size_t>(end - members.outcome.begin());
    const auto made = [&](std::size_t i) { return members.steps[i] - (task.from ? task.from->steps[i] : 0); };
    TallyOfMembers tally(schema_, first);
    for (std::size_t i = 0; i < n; ++i) tally.add(end_of(members.outcome[i], made(i), members.monitor[i]));
    RecordedRun run = {tally.result(), {{}, {members.outcome.begin(), end}, {}}};
    for (const MonitorColumn& column : columns) {
        run.members.quantities.push_back(column.quantity);
        std::vector<double>& values = run.members.values.emplace_back();
        for (std::size_t i = 0; i < n; ++i) values.push_back(members.monitor[i].*column.value);
    }
    return run;
}

// A step costs the same all along: the difference between two short runs, one of a single step, which pays for the
// evaluation as well.
double RealnvpEnsemble::predicted_seconds(std::uint64_t members, const Backend& backend) const {
    constexpr std::uint64_t predicted_from_steps = 20;
    const std::uint64_t sample = std::min(members, static_cast<std::uint64_t>(backend.threads));
    const auto seconds_to = [&](std::uint64_t until) {
        RealnvpTask task = {&problem_, run_.precision, 0, 0, sample, problem_.steps};
        task.until = until;
        const WorkTimer timer(backend);
        train_members(task, backend, {});
        return timer.seconds();
    };
    const std::uint64_t steps = std::min(problem_.steps, predicted_from_steps + 1);
    const double one = seconds_to(1), some = seconds_to(steps);
    const double step = steps > 1 ? std::max(0.0, some - one) / static_cast<double>(steps - 1) : 0.0;
    return (one + step * static_cast<double>(problem_.steps - 1)) * static_cast<double>(members) /
           static_cast<double>(sample);
}

}  // namespace modecollapse
