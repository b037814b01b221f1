// What some families have besides: starts other than random ones, and files of their members. A command asks for them by
// the family's options, and refuses a family without.
#pragma once

#include <functional>
#include <memory>

#include "host/families/family.hpp"
#include "host/rare/rare_event.hpp"
#include "host/starts/collapse_estimate.hpp"

namespace modecollapse {

struct LawEstimate {
    CollapseEstimate estimate;
    Tally tally;
};

// P(collapse) where the law of the starts is known: scrambled Sobol points in it, and importance sampling of what is rare.
class InitialLaw {
public:
    virtual ~InitialLaw() = default;

    // members: as many as the plan can use. Throws as Ensemble::run does.
    virtual LawEstimate by_sobol(const Settings& settings, std::uint64_t seed, std::uint64_t members,
                                 const SamplingPlan& plan, const Backend& backend, const RunControl& control) const = 0;

    // request: seed, budget, relative error and threads; the rest is the family's.
    virtual RareEventEstimate of_rare_event(const Settings& settings, RareEventRequest request, const Backend& backend,
                                            const std::function<void(std::uint64_t done)>& progress) const = 0;
};

class SavedMemberFiles {
public:
    virtual ~SavedMemberFiles() = default;

    // The options that name the file to write, and the one to go on with, which may be the same.
    virtual const char* save_option() const = 0;
    virtual const char* go_on_option() const = 0;

    // What the options ask for, or null. Reads the file to go on with, and checks the one to write. Throws UsageError,
    // CorruptFile, std::domain_error.
    virtual std::unique_ptr<SavedRun> begin(const Configuration& options) const = 0;
};

}  // namespace modecollapse
