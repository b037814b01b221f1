// Runs a piece of a cell, whatever its family.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "host/sweep/sweep_plan.hpp"

namespace modecollapse {

// Setups of the mixture's flow by what they depend on, shared by the workers of a process. At most a few thousand are
// kept.
class SetupPool {
public:
    std::shared_ptr<const MixtureSetup> at(const Cell& cell);

private:
    using Key = std::array<double, 21>;
    std::mutex mutex_;
    std::map<Key, std::shared_ptr<const MixtureSetup>> setups_;
};

// Trajectories, or trainings, first .. first + count - 1 of a cell. `abandon` (may be empty) is asked between the steps
// of trainings, which take their time: true ends the piece. Throws Interrupted then, and if the thread's watch asks for
// a stop; DeviceError; what a setup throws.
CellCounts run_piece(const Cell& cell, std::uint64_t first, std::uint64_t count, SetupPool& setups,
                     const Backend& backend, const std::function<bool()>& abandon);

// Time that a cell takes, by a sample of it: some thousand trajectories, or some steps of a few trainings.
double predicted_seconds(const Cell& cell, const Backend& backend);

}  // namespace modecollapse
