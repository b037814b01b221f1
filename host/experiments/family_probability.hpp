// P(collapse) of an ensemble of any family: the experiment of `probability`. It knows the family by its seam alone.
//
// If the watch of the thread (host/run/watch.hpp) gives the run up and the control keeps the first, the first members that
// are all finished are the answer; fewer than were asked for then.
#pragma once

#include "host/families/capabilities.hpp"

namespace modecollapse {

struct MembersAsked {
    std::uint64_t seed = 0;
    std::uint64_t count = 0;  // as many as the plan can use (usable_trajectories)
    SamplingPlan plan = {};   // scrambled Sobol points only of a family that has an InitialLaw
};

struct FamilyProbability {
    CollapseEstimate estimate;
    Tally tally;
    MemberTable members;  // of a family that keeps them
    SamplingPlan plan;    // its replicates: whole ones that were made
    std::uint64_t asked = 0;

    std::uint64_t made() const { return static_cast<std::uint64_t>(estimate.members.trials); }
};

// Members ids.edges.front() .. ids.edges.back() - 1 of an ensemble, in calls that its memory allows. saved: as below.
RecordedRun run_members(const Ensemble& ensemble, const Schema& schema, const Ids& ids, const Backend& backend,
                        const RunControl& control, SavedRun* saved = nullptr);

// saved: of the family's SavedMemberFiles, or null. Throws std::domain_error, DeviceError, Interrupted.
FamilyProbability family_probability(const Family& family, const Settings& settings, const MembersAsked& asked,
                                     const Backend& backend, const RunControl& control = {}, SavedRun* saved = nullptr);

}  // namespace modecollapse
