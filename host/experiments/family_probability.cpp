#include "host/experiments/family_probability.hpp"

#include <algorithm>

#include "host/run/watch.hpp"

namespace modecollapse {
namespace {

constexpr std::uint64_t recorded_at_once = 1u << 20;  // a multiple of the blocks of sums

// Of an ensemble that holds a record of every member of a call: call after call, so that memory does not grow.
RecordedRun run_in_calls(const Ensemble& ensemble, const Schema& schema, const Ids& ids, const Backend& backend,
                         const RunControl& control) {
    RecordedRun all;
    const std::uint64_t first = ids.edges.front(), last = ids.edges.back();
    for (std::uint64_t done = first; done < last;) {
        const std::uint64_t end = std::min(done + recorded_at_once, last);
        RunControl part = control;
        part.progress = [&](std::uint64_t members) {
            if (control.progress) control.progress(done - first + members);
        };
        try {
            const RecordedRun run = ensemble.run_recorded({ids.seed, {done, end}}, backend, part, nullptr);
            if (done == first)
                all = run;
            else
                all.tally += run.tally;
            if (static_cast<std::uint64_t>(total_of(schema, run.tally)) < end - done) break;  // given up
        } catch (const Interrupted&) {
            if (done == first || control.when_given_up == WhenGivenUp::throws) throw;
            break;
        }
        done = end;
    }
    return all;
}

}  // namespace

RecordedRun run_members(const Ensemble& ensemble, const Schema& schema, const Ids& ids, const Backend& backend,
                        const RunControl& control, SavedRun* saved) {
    const bool in_calls = ensemble.records_members() && ensemble.bytes_of_a_member() == 0.0;
    return in_calls ? run_in_calls(ensemble, schema, ids, backend, control)
                    : ensemble.run_recorded(ids, backend, control, saved);
}

FamilyProbability family_probability(const Family& family, const Settings& settings, const MembersAsked& asked,
                                     const Backend& backend, const RunControl& control, SavedRun* saved) {
    FamilyProbability found;
    found.asked = asked.count;
    found.plan = asked.plan;
    if (asked.plan.sampling == Sampling::sobol) {
        const LawEstimate law = family.law->by_sobol(settings, asked.seed, asked.count, asked.plan, backend, control);
        found.estimate = law.estimate;
        found.tally = law.tally;
        if (found.made() < asked.count) found.plan.replicates = asked.plan.replicates * found.made() / asked.count;
        return found;
    }
    const std::shared_ptr<const Ensemble> ensemble = family.make(settings);
    const Schema schema = family.schema(settings);
    RecordedRun run = run_members(*ensemble, schema, {asked.seed, {0, asked.count}}, backend, control, saved);
    found.estimate = estimate_collapse(trials_of(schema, run.tally));
    found.tally = std::move(run.tally);
    found.members = std::move(run.members);
    return found;
}

}  // namespace modecollapse
