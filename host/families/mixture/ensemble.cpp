#include "host/families/mixture/ensemble.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "host/families/recorded_parts.hpp"
#include "host/families/work_timer.hpp"
#include "host/mixture/work.hpp"
#include "host/run/watch.hpp"
#include "kernels/sgd/lanes.hpp"

namespace modecollapse {
namespace {

constexpr std::size_t most_setups = 8192;
constexpr std::uint64_t trajectories_together = 8;                         // of SGD, in one register
constexpr double predicted_from_work = 0x1p28;                             // multiplications: a tenth of a second or so
constexpr double fewest_predicted_from = 2000, most_predicted_from = 1e6;  // trajectories of the flow

// Members whose ends are recorded at once.
std::uint64_t recorded_at_once(const Backend& backend) { return backend.cuda ? 1u << 22 : 1u << 16; }

void add_events(const Schema& schema, const OutcomeCounts& counts, Tally& tally) {
    tally.counts[event_at(schema, 0)] += counts.attempts;
    tally.counts[event_at(schema, 1)] += counts.quasi;
}

}  // namespace

Schema mixture_schema(const Settings& settings) {
    Schema schema;
    for (int i = 0; i < outcome_count; ++i) {
        const auto outcome = static_cast<Outcome>(i);
        schema.classes.push_back({outcome_names[i], is_collapse(outcome)         ? OutcomeClass::collapse
                                                    : outcome == Outcome::failed ? OutcomeClass::failure
                                                                                 : OutcomeClass::other});
    }
    const bool trained = !settings.is("weights", weight_geometry_names[static_cast<int>(WeightGeometry::fixed)]);
    schema.events = {{"steps", "steps of the integrator, or of SGD"},
                     {"quasi_collapse", "trajectories that were aligned for long, then matched or swapped",
                      trained ? Events::one : Events::none}};
    for (const MixtureMeasure& row : mixture_measures()) schema.quantities.push_back(row.told);
    return schema;
}

MixtureMembers::MixtureMembers(const Settings& settings)
    : schema_(mixture_schema(settings)),
      run_(mixture_run(settings)),
      key_(settings.key({"dimension"}) + settings.text("precision")) {
    require_runnable(run_.target, run_.settings);
    if (is_sgd()) sgd_payload(run_.target, run_.settings, run_.dimension);
}

std::shared_ptr<const MixtureSetup> MixtureMembers::setup() const {
    const std::shared_ptr<const Prepared> made = prepared();
    return {made, &made->setup};
}

std::shared_ptr<const MixtureMembers::Prepared> MixtureMembers::prepared() const {
    static std::mutex mutex;
    static std::map<std::string, std::shared_ptr<const Prepared>> setups;
    {
        const std::lock_guard<std::mutex> lock(mutex);
        const auto known = setups.find(key_);
        if (known != setups.end()) return known->second;
    }
    const MixtureSetup setup(run_.target, run_.settings);  // milliseconds: outside the lock
    auto made = std::make_shared<const Prepared>(Prepared{setup, MeasuredEnds(setup)});
    const std::lock_guard<std::mutex> lock(mutex);
    if (setups.size() >= most_setups) setups.clear();
    setups[key_] = made;
    return made;
}

Tally MixtureMembers::tally_of(const OutcomeCounts& counts) const {
    Tally tally(schema_);
    std::copy(counts.count, counts.count + outcome_count, tally.counts.begin());
    add_events(schema_, counts, tally);
    if (const auto made = prepared(); made->ends.are_known_by_class()) made->ends.add_by_class(schema_, tally);
    return tally;
}

Tally MixtureMembers::run_part(const Prepared& made, EnsembleRequest request, const Backend& backend,
                               const RunControl& control) const {
    if (made.ends.are_known_by_class() || schema_.quantities.empty())
        return tally_of(run_ensemble(made.setup, request, backend, control));
    const std::uint64_t first = request.first, all = request.trajectories;
    RecordedEnds ends(std::min(all, recorded_at_once(backend)));
    TallyOfMembers members(schema_, first);
    OutcomeCounts events = {};
    MemberEnd member = {};
    std::uint64_t done = 0;
    RunControl of_a_piece = control;
    if (control.progress) of_a_piece.progress = [&](std::uint64_t more) { control.progress(done + more); };
    while (done < all) {
        request.first = first + done;
        request.trajectories = std::min<std::uint64_t>(ends.outcome.size(), all - done);
        OutcomeCounts counts = {};
        try {
            counts = run_ensemble(made.setup, request, backend, of_a_piece, ends.record());
        } catch (const Interrupted&) {
            if (control.when_given_up == WhenGivenUp::throws || done == 0) throw;
            break;
        }
        events += counts;
        const auto finished = static_cast<std::uint64_t>(total_of(counts));
        for (std::uint64_t i = 0; i < finished; ++i) {
            member.outcome = ends.outcome[i];
            made.ends.measure(ends, i, member.quantities);
            members.add(member);
        }
        done += finished;
        if (finished < request.trajectories) break;  // given up: these are the first
    }
    Tally tally = members.result();
    add_events(schema_, events, tally);
    return tally;
}

std::vector<Tally> MixtureMembers::run(const Ids& ids, const Backend& backend, const RunControl& control) const {
    const std::shared_ptr<const Prepared> made = prepared();
    const MixtureSetup* const setup = &made->setup;
    EnsembleRequest request = {run_.dimension, ids.seed, ids.edges.front(), ids.edges.back() - ids.edges.front()};
    std::vector<Tally> parts;
    if (!is_sgd() || ids.edges.size() == 2) {  // parts one after the other
        for (std::size_t k = 0; k + 1 < ids.edges.size(); ++k) {
            request.first = ids.edges[k];
            request.trajectories = ids.edges[k + 1] - ids.edges[k];
            try {
                parts.push_back(run_part(*made, request, backend, control));
            } catch (const Interrupted&) {
                if (parts.empty()) throw;
                break;
            }
        }
        return parts;
    }
    const SgdPayload payload = setup->sgd_for_dimension(run_.dimension);
    RecordedEnds ends(request.trajectories);
    std::fill(ends.outcome.begin(), ends.outcome.end(), unfinished_member);
    std::vector<double> aligned(request.trajectories);
    EndRecord record = ends.record();
    record.aligned = aligned.data();
    return recorded_parts(
        schema_, ids, [&] { run_ensemble(*setup, request, backend, control, record); },
        [&](std::uint64_t i) -> MemberEnd {
            const std::uint8_t outcome = ends.outcome[i];
            if (outcome == unfinished_member) return {-1};
            const bool quasi = ends_quasi_collapsed(payload, static_cast<Outcome>(outcome), aligned[i]);
            MemberEnd member = {outcome, {}, {static_cast<std::int64_t>(payload.steps), quasi ? 1 : 0}};
            made->ends.measure(ends, i, member.quantities);
            return member;
        });
}

double MixtureMembers::work_of_a_member() const {
    return work_of_a_trajectory(run_.target, run_.settings, run_.dimension);
}
double MixtureMembers::bytes_of_a_thread() const {
    return memory_of_a_thread(run_.target, run_.settings, run_.dimension);
}
std::uint64_t MixtureMembers::members_at_once(const Backend& backend) const {
    return backend.cuda ? 1u << 18 : trajectories_together * static_cast<std::uint64_t>(backend.threads);
}
std::uint64_t MixtureMembers::unit_of_members() const { return is_sgd() ? trajectories_together : 1; }

double MixtureMembers::predicted_seconds(std::uint64_t members, const Backend& backend) const {
    const WorkTimer building;
    EnsembleRequest request = {run_.dimension, 0, 0, 0};
    MixtureSettings sample = run_.settings;
    if (is_sgd()) {  // a register for each thread, for a part of its equal steps
        request.trajectories = trajectories_together * static_cast<std::uint64_t>(backend.threads);
        const double share = std::min(1.0, predicted_from_work / work_of_a_member());
        sample.horizon = std::max(sample.sampled.learning_rate, share * *effective_horizon(run_.target, run_.settings));
    } else {
        request.trajectories = static_cast<std::uint64_t>(
            std::clamp(predicted_from_work / work_of_a_member(), fewest_predicted_from, most_predicted_from));
    }
    const MixtureSetup setup(run_.target, sample);
    const double built = building.seconds();
    const double whole = work_of_a_member() / work_of_a_trajectory(run_.target, sample, run_.dimension);
    const WorkTimer running(backend);
    run_ensemble(setup, request, backend);
    return built + running.seconds() * whole * static_cast<double>(members) / static_cast<double>(request.trajectories);
}

}  // namespace modecollapse
