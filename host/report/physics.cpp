#include "host/report/physics.hpp"

#include <limits>

#include "host/report/estimate.hpp"

namespace modecollapse {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// Options and numbers that the mixture has and flows do not.
constexpr const char* numbers_of_mixture[] = {"weight",    "quasi_share", "alignment_threshold", "weight_floor",
                                              "tolerance", "time_cap",    "quasi_collapse",      "replicates"};
constexpr const char* words_of_mixture[] = {"weights", "dynamics", "sampling", "baseline"};

}  // namespace

void add_physics(Result& result, const Problem& problem, const MixtureSettings& settings) {
    const bool trainable = problem.weights != WeightGeometry::fixed;
    result.add(parameter("quasi_share", "quasi share", trainable ? settings.quasi_share : none));
    if (settings.sampled.dynamics == Dynamics::flow) return;
    const std::uint64_t steps = steps_to(*effective_horizon(problem, settings), settings.sampled.learning_rate);
    result.add(whole("steps", "steps of each trajectory", static_cast<std::int64_t>(steps)));
}

void add_physics(Result& result, const Training& training) {
    result.add(parameter("scale_bound", "bound on the logarithm of a coupling's scale", training.shape.scale_bound));
    result.add(parameter("start_scale", "standard deviation of the parameters at the start", training.start_scale));
    for (const char* name : numbers_of_mixture) result.add(parameter(name, "of the mixture: none", none));
    for (const char* name : words_of_mixture) {
        Field word = parameter(name, "of the mixture: none", std::string("none"));
        word.missing = true;
        result.add(std::move(word));
    }
}

}  // namespace modecollapse
