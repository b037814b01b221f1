// A sweep: a grid of cells, each an ensemble of its own, known in full before anything runs.
//
// Axes are crossed; axes zipped together advance as one. A cell's id is its row-major index over the axis groups, the
// first group slowest: it depends on the file only. All cells use the same seed unless the seed is an axis: common
// random numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/io/dataset.hpp"
#include "host/mixture/ensemble.hpp"
#include "host/options/settings.hpp"
#include "host/realnvp/training.hpp"
#include "host/statistics/sequential.hpp"
#include "host/sweep/cell_counts.hpp"

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
    Attributes attributes;           // of its coordinate: units, and what the option is in its own words
};

struct AxisGroup {
    std::vector<Axis> axes;  // zipped: all of one length
    std::size_t size() const { return axes.front().texts.size(); }
};

// Everything one cell needs.
struct Cell {
    FamilyId family = FamilyId::mixture;
    Problem problem;
    MixtureSettings settings;  // of the mixture; precision: of either family
    Training training;         // of a flow
    EnsembleRequest request;
    Settings settings_of_family;  // what its ensemble is made from
};
Cell cell_of(const Settings& settings);

struct SweepPlan {
    std::vector<AxisGroup> groups;
    Settings base;  // what the axes leave alone
    std::optional<AdaptiveRule> adaptive;
    std::vector<Variable> parameters;  // that are no axes and the same in all cells, as scalars
    std::string canonical;             // resolved configuration, one fact a line: what the hash is taken of

    std::uint64_t cells() const;
    std::vector<std::size_t> coordinates(std::uint64_t cell) const;  // (groups): index along each
    Cell cell(std::uint64_t cell) const;
};

// When a cell is looked at to decide whether it goes on. A fixed number of trajectories: one look, at its end.
LookSchedule looks_of(const SweepPlan& plan, const Cell& cell);

// Is the cell complete with these counts after this many pieces?
bool is_complete(const SweepPlan& plan, const Cell& cell, std::uint64_t pieces, const CellCounts& counts);

}  // namespace modecollapse
