#include "host/report/physics.hpp"

#include <limits>

#include "host/report/estimate.hpp"

namespace modecollapse {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void add_physics(Result& result, const Problem& problem, const MixtureSettings& settings) {
    const bool trainable = problem.weights != WeightGeometry::fixed;
    result.add(parameter("quasi_share", "quasi share", trainable ? settings.quasi_share : none));
    if (settings.sampled.dynamics == Dynamics::flow) return;
    const std::uint64_t steps = steps_to(*effective_horizon(problem, settings), settings.sampled.learning_rate);
    result.add(whole("steps", "steps of each trajectory", static_cast<std::int64_t>(steps)));
}

}  // namespace modecollapse
