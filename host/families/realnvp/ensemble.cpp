#include "host/families/realnvp/ensemble.hpp"

#include <algorithm>
#include <iterator>

#include "host/families/realnvp/measures.hpp"
#include "host/families/realnvp/saved_run.hpp"
#include "host/families/recorded_parts.hpp"

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
    {entropic_mode_coverage_measure, &RealnvpMonitor::entropic_coverage},
    {mode_weight_error_measure, &RealnvpMonitor::mode_weight_error},
};
constexpr MonitorColumn of_two_modes[] = {
    {{"projected_mean", "1", "mean of samples along mu*/R"}, &RealnvpMonitor::projected_mean},
    {{"mass_plus", "1", "mass of the flow on the side of +mu*"}, &RealnvpMonitor::mass_plus},
};
constexpr MonitorColumn of_modes[] = {{covered_modes_of_flow, &RealnvpMonitor::covered_modes}};

constexpr RealnvpOutcome outcomes_of_two_modes[] = {RealnvpOutcome::collapsed_plus, RealnvpOutcome::collapsed_minus,
                                                    RealnvpOutcome::covered, RealnvpOutcome::failed};

OutcomeClass::Role role_of(RealnvpOutcome outcome) {
    return outcome == RealnvpOutcome::failed ? OutcomeClass::failure
           : is_collapse(outcome)            ? OutcomeClass::collapse
                                             : OutcomeClass::other;
}

int modes_of_target(const RealnvpRun& run) {
    return run.modes.layout == components::Layout::file && !run.means.empty()
               ? static_cast<int>(coordinates_of(run.modes, run.target.radius, run.means).size())
               : run.modes.count;
}

TrainingControl training_control(const RunControl& control, std::uint64_t count) {
    TrainingControl training;
    if (control.progress)
        training.progress = [&control, count](double fraction) {
            control.progress(static_cast<std::uint64_t>(fraction * static_cast<double>(count)));
        };
    return training;
}

}  // namespace

Schema realnvp_schema(const Settings& settings) {
    const auto run = settings.as<RealnvpRun>();
    Schema schema;
    if (run.has_modes()) {
        const int modes = modes_of_target(run);
        schema.classes = classes_of_lost_modes(modes);
        schema.classes.push_back(
            {realnvp_outcome_names[static_cast<int>(RealnvpOutcome::failed)], OutcomeClass::failure});
        schema.histograms = {{covered_modes_of_flow.name, modes + 1, covered_modes_of_flow.long_name}};
    } else {
        for (const RealnvpOutcome outcome : outcomes_of_two_modes)
            schema.classes.push_back({realnvp_outcome_names[static_cast<int>(outcome)], role_of(outcome)});
    }
    schema.events = {{"steps", "steps made in this run, by all trainings"}};
    for (const MonitorColumn& column : columns) schema.quantities.push_back(column.quantity);
    if (run.has_modes()) schema.quantities[0].long_name = variance_in_span;
    return schema;
}

RealnvpEnsemble::RealnvpEnsemble(const Settings& settings)
    : schema_(realnvp_schema(settings)),
      run_(realnvp_run(settings)),
      modes_(modes_of(run_)),
      problem_(realnvp_problem(run_.target, run_.training, modes_.get())) {}

int RealnvpEnsemble::class_of(std::uint8_t outcome, const RealnvpMonitor& monitor) const {
    if (problem_.modes.count == 0) return outcome;
    switch (static_cast<RealnvpOutcome>(outcome)) {
        case RealnvpOutcome::covered:
            return 0;
        case RealnvpOutcome::lost:
            return problem_.modes.count - static_cast<int>(monitor.covered_modes);
        default:
            return static_cast<int>(schema_.classes.size()) - 1;
    }
}

MemberEnd RealnvpEnsemble::end_of(std::uint8_t outcome, std::uint64_t steps, const RealnvpMonitor& monitor) const {
    if (outcome == unfinished_member) return {-1};
    const bool failed = outcome == static_cast<std::uint8_t>(RealnvpOutcome::failed);
    MemberEnd end = {class_of(outcome, monitor), {}, {static_cast<std::int64_t>(steps)}};
    if (problem_.modes.count > 0) end.bins = {failed ? -1 : static_cast<int>(monitor.covered_modes)};
    if (failed) return end;
    for (const MonitorColumn& column : columns) end.quantities.push_back(monitor.*column.value);
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
    RecordedRun run = {tally.result(), {}};
    for (std::size_t i = 0; i < n; ++i)
        run.members.outcomes.push_back(static_cast<std::uint8_t>(class_of(members.outcome[i], members.monitor[i])));
    const auto add = [&](const MonitorColumn& column, const Quantity& quantity) {
        run.members.quantities.push_back(quantity);
        std::vector<double>& values = run.members.values.emplace_back();
        for (std::size_t i = 0; i < n; ++i) values.push_back(members.monitor[i].*column.value);
    };
    for (std::size_t q = 0; q < std::size(columns); ++q) add(columns[q], schema_.quantities[q]);
    if (problem_.modes.count > 0)
        for (const MonitorColumn& column : of_modes) add(column, column.quantity);
    else
        for (const MonitorColumn& column : of_two_modes) add(column, column.quantity);
    return run;
}

void RealnvpEnsemble::make_steps(std::uint64_t members, std::uint64_t steps, const Backend& backend) const {
    RealnvpTask task = {&problem_, run_.precision, 0, 0, members, problem_.steps};
    task.until = steps;
    train_members(task, backend, {});
}

}  // namespace modecollapse
