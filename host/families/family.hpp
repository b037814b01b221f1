// The seam between what is fitted to a target (a family) and everything that is done with an ensemble of its runs:
// P(collapse), thresholds, trajectories, sweeps, files, Python. A family is one folder that registers one Family; nobody
// outside host/families and the families' own folders names one.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/families/fact.hpp"
#include "host/families/member_table.hpp"
#include "host/families/tally.hpp"
#include "host/mixture/ensemble.hpp"  // Backend, RunControl
#include "host/options/option_row.hpp"
#include "host/options/settings.hpp"
#include "host/threshold/folds.hpp"

namespace modecollapse {

class Configuration;

// Members edges[0] .. edges.back() - 1 of a seed, told apart at the edges in between.
struct Ids {
    std::uint64_t seed = 0;
    std::vector<std::uint64_t> edges;  // (parts + 1), ascending
};

// What to follow: members by their ids, or one from a given start; their monitors at these times (ascending).
struct SeriesRequest {
    std::uint64_t seed = 0;
    std::vector<std::uint64_t> ids;
    std::vector<double> times;
    std::vector<double> start = {};  // empty: the initial law
    std::function<void(double fraction, const std::string& note)> progress = {};
};
struct Series {
    std::vector<Quantity> monitors;
    std::vector<std::uint8_t> outcomes;                        // (ids), at the horizon
    std::vector<double> values;                                // (ids, times, monitors); NaN after a failure
    std::vector<Quantity> of_time = {}, of_member = {};        // the same for all members; at no time of its own
    std::vector<double> time_values = {}, member_values = {};  // (times, of_time), (ids, of_member)
    bool is_random = true;                                     // false: the seed changes nothing
};

// One settings, immutable. Building it is cheap: what takes time (tables) is made on the first run. A member is a function
// of (settings, seed, id) alone.
class Ensemble {
public:
    virtual ~Ensemble() = default;

    // A tally for each part between two edges. If the thread's watch gives the run up: those of the first parts that are
    // finished; of a single part, when the control keeps the first, that of its first members; else Interrupted is thrown.
    // Throws DeviceError.
    virtual std::vector<Tally> run(const Ids& ids, const Backend& backend, const RunControl& control) const = 0;

    // The same of one part, with what every member is measured by if the family keeps that; `saved`: of its
    // SavedMemberFiles, or null. Fewer members if the run is given up and the control keeps the first.
    virtual RecordedRun run_recorded(const Ids& ids, const Backend& backend, const RunControl& control,
                                     SavedRun* saved) const;

    // Throws std::domain_error where the family cannot be followed this way.
    // If the run is given up and its partial answer is kept: of the first ids.
    virtual Series follow(const SeriesRequest& request, const Backend& backend) const;

    // Counted operations (multiplications) of a member, from the settings alone: sizes of chunks and pieces, --dry-run.
    virtual double work_of_a_member() const = 0;

    virtual double bytes_of_a_thread() const { return 0.0; }               // that each thread works in
    virtual double bytes_of_a_member() const { return 0.0; }               // that run_recorded keeps
    virtual std::uint64_t members_at_once(const Backend& backend) const {  // that keep a backend busy
        return static_cast<std::uint64_t>(backend.threads);
    }
    virtual std::uint64_t unit_of_members() const { return 1; }  // run together: pieces are multiples of it
    virtual bool records_members() const { return true; }        // in memory, during a call: pieces are then smaller

    // Time that so many members take, for --dry-run: by a sample that takes some tenths of a second, or a member; of members
    // that make equal steps, or some steps.
    virtual double predicted_seconds(std::uint64_t members, const Backend& backend) const;

protected:
    // How many equal steps a member makes, and members that make only their first; 0: they do not.
    virtual std::uint64_t equal_steps() const { return 0; }
    virtual void make_steps(std::uint64_t /*members*/, std::uint64_t /*steps*/, const Backend&) const {}
};

class InitialLaw;        // optional capabilities (capabilities.hpp): starts by Sobol points and rare events;
class Theory;            // theory;
class PointTheory;       // exact numbers at one point;
class SavedMemberFiles;  // saved members

enum class OnCuda { never, when_asked, by_default };  // is --backend cuda there, and does --backend auto take it?

// How finely threshold looks. Of the option that the family names: spacing of the first pass and resolution; of others:
// intervals of the first pass, and how often one is halved.
struct SearchSteps {
    double coarse = 0.0, resolution = 0.0;  // 0: as of others
    int intervals = 20, halvings = 7;
};

// A value of the searched option that is known without sampling, such as a fold.
struct SearchMark {
    std::string name, label, long_name;  // "r_fold_plus", "R_fold_plus"
    SpecialRadius radius;
    bool jump = false;  // P may jump there: looked at on either side
};

struct Family {
    const char* name;    // of --family
    const char* words;   // what is fitted: "a normalizing flow (RealNVP)"
    const char* member;  // "trajectory", "training"
    const char* members;
    unsigned commands;          // that take the family
    const OptionRows* options;  // one of the name of a common option stands in its place
    Schema (*schema)(const Settings&);
    std::shared_ptr<const Ensemble> (*make)(
        const Settings&);  // throws std::domain_error: quantity, value, allowed range
    // Refuses, by its options, what does not go together; what the rows say is checked before. May be null.
    void (*check)(const Configuration&) = nullptr;
    const char* against_failures = "";  // such as lower_learning_rate (words.hpp)
    const InitialLaw* law = nullptr;
    const Theory* theory = nullptr;
    const SavedMemberFiles* members_files = nullptr;
    OnCuda cuda = OnCuda::never;
    const char* made_of = "";  // what the ensembles are of, in titles, where it is not the mixture: "normalizing flows"

    const char* searched = "radius";  // by threshold, unless --over names another
    SearchSteps steps = {};
    const char* title_of_series = "Members over time";
    const char* time_of = "time";  // what members are followed over

    // Words and numbers of its own; without them what the options and the schema say.
    // The settings in a line or two, for headings; without: options that are searched or listed.
    std::string (*describe)(const Settings&, const std::vector<std::string>& without) = nullptr;
    // tally: of an ensemble that ran, or null. A fact stands in the place of the tally's number of its name.
    std::vector<Fact> (*facts)(const Settings&, unsigned command, const Tally* tally) = nullptr;
    // Sentences below the table of outcomes.
    std::string (*remark)(const Settings&, const Tally& tally) = nullptr;
    // What an option resolved to that has no default to record; empty: nothing.
    std::string (*resolved)(const Settings&, const std::string& option) = nullptr;
    // Of what the options name files for, beyond their names; empty: of nothing. A sweep goes on with the same only.
    std::string (*digest)(const Settings&) = nullptr;
    std::vector<SearchMark> (*marks)(const Settings&, const std::string& searched) = nullptr;
    std::string (*remedy)(const Settings&) = nullptr;  // in the place of against_failures

    const PointTheory* at_a_point = nullptr;
};

// Adds a family, which must outlive the program's use of it: a test's own program and extension module may have one of
// their own. Throws std::invalid_argument if the name is taken.
void register_family(const Family& family);

const std::vector<const Family*>& families();         // those that the program has, then those registered
const Family& family_named(const std::string& name);  // throws std::domain_error

}  // namespace modecollapse
