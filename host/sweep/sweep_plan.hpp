// A sweep: a grid of cells, each an ensemble of its own, known in full before anything runs.
//
// Axes are crossed; axes zipped together advance as one. A cell's id is its row-major index over the axis groups, the
// first group slowest: it depends on the file only. All cells use the same seed unless the seed is an axis: common
// random numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/families/family.hpp"
#include "host/io/dataset.hpp"
#include "host/statistics/sequential.hpp"
#include "host/sweep/sweep_quantity.hpp"

namespace modecollapse {

// When to stop adding trajectories to a cell.
struct AdaptiveRule {
    StoppingRule stop;
    std::uint64_t most;  // and never beyond this number of trajectories
};

struct Axis {
    std::string name;                // a long option of the command line
    std::vector<std::string> texts;  // values as given
    std::vector<double> numbers;     // (values) the same as numbers; empty for a choice such as precision
    bool whole = false;              // the option takes whole numbers
    Attributes attributes;           // of its coordinate: units, and what the option is in its own words
};

struct AxisGroup {
    std::vector<Axis> axes;  // zipped: all of one length
    std::size_t size() const { return axes.front().texts.size(); }
};

// Everything one cell needs.
class Cell {
public:
    Cell(const SweepQuantity& quantity, const Family& family, Settings settings);

    std::uint64_t seed() const { return seed_; }
    std::uint64_t members() const { return members_; }  // --trajectories; one where there are none
    const Settings& settings() const { return settings_; }
    Schema schema() const { return quantity_->schema(*family_, settings_); }
    const Ensemble& ensemble() const;  // made when it is first asked for; throws std::domain_error

private:
    const SweepQuantity* quantity_;
    const Family* family_;
    Settings settings_;
    std::uint64_t seed_ = 0, members_ = 1;
    mutable std::shared_ptr<const Ensemble> ensemble_;
};

struct SweepPlan {
    const SweepQuantity* quantity = &sampled_quantity();
    std::vector<AxisGroup> groups;
    Settings base;  // what the axes leave alone
    Schema schema;  // of all cells: what each of them is counted by, and more
    std::optional<AdaptiveRule> adaptive;
    std::vector<Variable> parameters;  // that are no axes and the same in all cells, as scalars
    std::string canonical;             // resolved configuration, one fact a line: what the hash is taken of

    std::uint64_t cells() const;
    std::vector<std::size_t> coordinates(std::uint64_t cell) const;  // (groups): index along each
    Cell cell(std::uint64_t cell) const;
    std::string digest_of_files() const;    // of those that options name; empty without any
    std::string identity_of_files() const;  // as identity_of() (host/families/file_rows.hpp)

    // Remembers the files that options name, as they are now, for files_have_changed().
    void remember_files();
    bool files_have_changed() const;  // does one hold something else than then?
    const Family& family() const { return family_named(base.text("family")); }

    std::string files, identities;  // as remembered: digest and identity
};

// "radius = 1.5, dimension = 10".
std::string place_of(const SweepPlan& plan, std::uint64_t cell);

// When a cell is looked at to decide whether it goes on. A fixed number of trajectories: one look, at its end.
LookSchedule looks_of(const SweepPlan& plan, const Cell& cell);

// Is the cell complete with this tally after this many pieces?
bool is_complete(const SweepPlan& plan, const Cell& cell, std::uint64_t pieces, const Tally& tally);

}  // namespace modecollapse
