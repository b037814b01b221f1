#include "host/components/checks.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "host/run/memory.hpp"
#include "modecollapse/components/draws.hpp"
#include "modecollapse/components/sampler.hpp"
#include "modecollapse/mixture/problem.hpp"
#include "modecollapse/numbers/require_range.hpp"

namespace modecollapse::components {
namespace {

constexpr double sum_tolerance = 1e-6;  // weights are given in decimals
constexpr double most_samples = 1e12;   // of a member

void check_norms(const Request& r) {
    if (r.problem.radii == Radii::free) return;
    const ModeGeometry g = geometry_of(r.modes);
    for (std::size_t k = 0; k < r.modes.size(); ++k) {
        const std::size_t n = r.modes.size();
        require(std::fabs(g.gram[k * n + k] - g.gram[0]) <= 1e-9 * std::fabs(g.gram[0]) && g.gram[0] > 0.0,
                "radii = fixed with modes of different norms", "radii = free, or modes of equal norm above 0");
    }
}

void check_training(const Payload& p) {
    require(p.start_radius == 0.0 || (p.start_radius >= smallest_start_radius && p.start_radius <= 1e6), "start-radius",
            p.start_radius, "1e-9 to 1e6");
    require(p.radii == Radii::free || p.start_radius > 0.0, "start-radius = 0 with radii = fixed", "1e-9 to 1e6");
    if (p.start_radius == 0.0) require_positive(p.start_scale, 1e6, "start-scale", "above 0, up to 1e6");
    require_positive(p.horizon, 1e9, "horizon", "above 0, up to 1e9");
    require_in(p.annealing.initial_temperature, 1.0, highest_temperature, "initial-temperature", "1 to 1e12");
    require_in(p.weight_floor, 0.0, 0.499999, "weight-floor", "0 to 0.499999");
    require_in(p.tolerance, 1e-12, 1e-2, "tolerance", "1e-12 to 0.01");
    if (p.dynamics == Dynamics::flow) return;
    require_positive(p.learning_rate, 1e6, "learning-rate", "above 0, up to 1e6");
    require(p.batch >= 1 && p.batch <= 1000000000, "batch-size = " + std::to_string(p.batch), "1 to 1e9");
}

// About v = 1/beta a step multiplies the distance of log v by 1 - eta w d/2.
void check_variance_step(const Payload& p) {
    if (p.variances != Variances::euclidean) return;
    double heaviest = 0.0;
    for (int i = 0; i < p.components; ++i) heaviest = std::max(heaviest, std::exp(p.log_weight[i]));
    const double most = 4.0 / (heaviest * p.dimension);
    require(p.learning_rate < most, "learning-rate = " + short_text(p.learning_rate) + " with variances = euclidean",
            "below 4/(w d) = " + short_text(most) + ", above which variances run away, or variances = fisher-rao");
}

}  // namespace

void check_modes(const std::vector<std::vector<double>>& modes, double dimension) {
    require(!modes.empty() && modes.size() <= most_components, "modes = " + std::to_string(modes.size()), "1 to 64");
    const ModeGeometry g = geometry_of(modes);
    require(dimension >= g.span, "dimension = " + short_text(dimension),
            "at least the " + std::to_string(g.span) + " dimensions that the modes span");
    for (const double gap : g.gap) require(gap > 0.0, "two modes at one place", "modes that differ");
}

void check(const Request& r) {
    const Payload& p = r.problem;
    require_in(p.components, 1, most_components, "components", "1 to 64");
    require_in(p.dimension, 1.0, 1e9, "dimension", "a whole number, 1 to 1e9");
    require(p.dimension == std::floor(p.dimension), "dimension = " + short_text(p.dimension),
            "a whole number, 1 to 1e9");
    check_modes(r.modes, p.dimension);
    check_norms(r);
    check_training(p);
    require(!trains_variances(p) || p.dimension >= p.components - 1,
            "dimension = " + short_text(p.dimension) + " with trained variances of " + std::to_string(p.components) +
                " components, whose means may span more",
            "at least " + std::to_string(p.components - 1) + ", or variances = fixed");
    require_positive(r.sits_within, 1e3, "sits-within", "above 0, up to 1000");
    require_in(r.expectation_error, 1e-8, 0.1, "expectation-error", "1e-8 to 0.1");
}

std::vector<double> checked_weights(const std::vector<double>& weights, int count, const char* name) {
    const auto size = static_cast<std::size_t>(count);
    if (weights.empty()) return std::vector<double>(size, 1.0 / count);
    std::vector<double> result = weights;
    if (size == 2 && weights.size() == 1) result.push_back(1.0 - weights[0]);
    require(result.size() == size, std::string(name) + ": " + std::to_string(weights.size()) + " numbers",
            std::to_string(count) + " of them" + (size == 2 ? ", or the first one" : "") + ", which sum to 1");
    double sum = 0.0;
    for (const double weight : result) {
        require(weight > 0.0 && weight <= 1.0, std::string(name) + ": " + short_text(weight),
                "numbers above 0 that sum to 1");
        sum += weight;
    }
    require(std::fabs(sum - 1.0) <= sum_tolerance, std::string(name) + ": a sum of " + short_text(sum),
            "numbers above 0 that sum to 1");
    for (double& weight : result) weight /= sum;
    return result;
}

std::uint64_t checked_steps(const Payload& p) {
    check_variance_step(p);
    // the quotient's rounding must not cost a step
    const double steps = std::floor(p.horizon / p.learning_rate * (1.0 + 1e-12));
    require(steps >= 1.0, "horizon = " + short_text(p.horizon) + ": less than a step of the learning rate",
            short_text(p.learning_rate) + " or more");
    require(steps * static_cast<double>(p.batch) * p.components <= most_samples,
            "horizon T = " + short_text(p.horizon) + ": T / eta = " + short_text(steps) + " steps of " +
                std::to_string(p.batch) + " samples a component",
            "up to 1e12 samples a member");
    require(steps < static_cast<double>(steps_that_fit(p)),
            "horizon T = " + short_text(p.horizon) + ": T / eta = " + short_text(steps) +
                " steps, more than the random streams have",
            "up to " + short_text(static_cast<double>(steps_that_fit(p))) + " steps");
    require_memory(
        std::string(dynamics_names[static_cast<int>(p.dynamics)]) + " with dimension = " + short_text(p.dimension),
        static_cast<double>(SamplerMemory<double>::words(p)) * 8.0 * sizeof(double));
    return static_cast<std::uint64_t>(steps);
}

}  // namespace modecollapse::components
