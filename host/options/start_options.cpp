#include "host/options/start_options.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "host/options/threshold_options.hpp"
#include "host/rare/rare_event.hpp"

namespace modecollapse {
namespace {

bool is_sobol(const Configuration& options) { return options.has("sampling") && options.text("sampling") == "sobol"; }

void require_rare(const Configuration& options) {
    if (static_cast<std::uint64_t>(options.integer("trajectories")) < smallest_rare_budget)
        options.refuse("trajectories",
                       fmt::format("is not enough for --rare (allowed: {} to 1e15)", smallest_rare_budget));
}

}  // namespace

void require_sampling(const Configuration& options) {
    if (!options.has("sampling")) return;  // a command that draws no ensemble
    if (options.flag("rare")) require_rare(options);
}

void require_random_starts(const Configuration& options, const char* place) {
    require_sampling(options);
    if (is_sobol(options))
        options.refuse("sampling", fmt::format("is not available in {} (allowed: monte-carlo)", place));
    if (options.flag("rare")) options.refuse("rare", fmt::format("is not available in {} (allowed: false)", place));
}

SamplingPlan sampling_from(const Configuration& options) { return sampling_plan(options.settings()); }

std::uint64_t trajectories_from(const Configuration& options, const SamplingPlan& plan) {
    const auto wanted = static_cast<std::uint64_t>(options.integer("trajectories"));
    const std::uint64_t usable = usable_trajectories(plan, wanted);
    if (usable != wanted)
        spdlog::info("{} trajectories instead of {}: {} replicates of {}, a power of two", usable, wanted,
                     plan.replicates, usable / plan.replicates);
    return usable;
}

const char* name_of(Sampling sampling) { return sampling == Sampling::sobol ? "sobol" : "monte-carlo"; }

}  // namespace modecollapse
