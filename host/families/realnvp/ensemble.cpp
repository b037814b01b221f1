#include "host/families/realnvp/ensemble.hpp"

#include <limits>

#include "host/families/recorded_parts.hpp"

namespace modecollapse {

Schema realnvp_schema(const Settings&) {
    Schema schema;
    for (int i = 0; i < realnvp_outcome_count; ++i) {
        const auto outcome = static_cast<RealnvpOutcome>(i);
        schema.classes.push_back({realnvp_outcome_names[i], outcome == RealnvpOutcome::failed ? OutcomeClass::failure
                                                            : outcome == RealnvpOutcome::covered
                                                                ? OutcomeClass::other
                                                                : OutcomeClass::collapse});
    }
    schema.events = {{"steps", "steps of the trainings"}};
    schema.quantities = {{"projected_variance", "1", "variance of samples along mu*/R"}};
    return schema;
}

RealnvpEnsemble::RealnvpEnsemble(const Settings& settings)
    : schema_(realnvp_schema(settings)),
      run_(realnvp_run(settings)),
      problem_(realnvp_problem(run_.target, run_.training)) {}

std::vector<Tally> RealnvpEnsemble::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    const std::uint64_t first = ids.edges.front(), count = ids.edges.back() - first;
    std::vector<RealnvpMonitor> monitors(count);
    std::vector<std::uint8_t> outcomes(count, unfinished_member);
    std::vector<std::uint64_t> steps(count);
    RealnvpTask task = {&problem_, run_.precision, ids.seed, first, count, problem_.steps};
    task.record = {outcomes.data(), steps.data(), monitors.data()};
    TrainingControl training;
    if (control.progress)
        training.progress = [&](double fraction) {
            control.progress(static_cast<std::uint64_t>(fraction * static_cast<double>(count)));
        };
    return recorded_parts(
        schema_, ids, [&] { train_members(task, backend, training); },
        [&](std::uint64_t i) -> MemberEnd {
            if (outcomes[i] == unfinished_member) return {-1};
            const bool failed = outcomes[i] == static_cast<std::uint8_t>(RealnvpOutcome::failed);
            return {outcomes[i],
                    {},
                    {static_cast<std::int64_t>(steps[i])},
                    {failed ? std::numeric_limits<double>::quiet_NaN() : monitors[i].projected_variance}};
        });
}

}  // namespace modecollapse
