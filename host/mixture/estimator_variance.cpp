#include "host/mixture/estimator_variance.hpp"

#include <array>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "host/run/memory.hpp"
#include "host/run/watch.hpp"
#include "host/statistics/moments.hpp"
#include "modecollapse/random/random123_words.hpp"
#include "modecollapse/sgd/reduced_sampler.hpp"

namespace modecollapse {
namespace {

constexpr int axes = 3;  // of the frame; two more carry the part of the gradient orthogonal to it

struct Batch {
    std::array<double, 2 * axes> span;  // tangent gradient of both means along the frame
    double orthogonal;                  // squared length of the rest
    double difference;                  // D_hat
};

template <SgdProgram kind>
std::vector<Batch> batches_of(const SgdPayload& problem, const OrderParameters<double>& state, std::uint64_t count,
                              std::uint64_t seed) {
    using Normals = LaneNormals<double, Random123Words>;
    require_memory("variance of " + std::to_string(count) + " batches",
                   2.0 * sizeof(Batch) * static_cast<double>(count));
    std::vector<Batch> result(count);
    StopCheck given_up(give_up_request());
    for (std::uint64_t id = 0; id < count; ++id) {
        const Normals normals({}, seed, &id);
        const ReducedSampler<double, kind, Normals, Random123Words> sampler(problem, normals, {}, seed, &id);
        const ReducedGradient<double> g = sampler.gradient(state, 0, given_up);
        if (given_up.given_up()) throw Interrupted{};
        Batch& batch = result[id];
        batch.orthogonal = 0.0;
        batch.difference = g.coefficients.difference;
        const TangentGradient<double, FrameVectors<double>> tangent(g.vectors, g.coefficients, problem.radius);
        for (int i = 0; i < 2; ++i)
            for (int k = 0; k < FrameVectors<double>::most; ++k) {
                const auto axis = static_cast<std::uint64_t>(k);
                const double x = problem.radius * tangent(i, axis, g.vectors.mean(0, axis), g.vectors.mean(1, axis));
                if (k < axes)
                    batch.span[axes * i + k] = x;
                else
                    batch.orthogonal += x * x;
            }
    }
    return result;
}

std::vector<Batch> batches_of(const SgdPayload& problem, const OrderParameters<double>& state, std::uint64_t count,
                              std::uint64_t seed) {
    return with_kind(problem, [&](auto tag) { return batches_of<decltype(tag)::kind>(problem, state, count, seed); });
}

}  // namespace

EstimatorVariance estimator_variance(const SgdPayload& problem, const OrderParameters<double>& state,
                                     std::uint64_t batches, std::uint64_t seed) {
    if (batches < 2) throw std::domain_error("a variance needs two batches or more");
    const std::vector<Batch> all = batches_of(problem, state, batches, seed);
    const auto n = static_cast<double>(batches);
    Batch mean = {};
    for (const Batch& batch : all) {
        for (int k = 0; k < 2 * axes; ++k) mean.span[k] += batch.span[k] / n;
        mean.difference += batch.difference / n;
    }
    // each batch's squared distance from the mean: their average is the trace, their spread gives its interval
    double span = 0.0, sum = 0.0, squares = 0.0, difference = 0.0, mean_squared = 0.0;
    for (const Batch& batch : all) {
        double inside = 0.0;
        for (int k = 0; k < 2 * axes; ++k) inside += std::pow(batch.span[k] - mean.span[k], 2) * n / (n - 1.0);
        const double both = inside + batch.orthogonal;
        span += inside / n;
        sum += both / n;
        squares += both * both / n;
        difference += std::pow(batch.difference - mean.difference, 2) / (n - 1.0);
    }
    for (const double x : mean.span) mean_squared += x * x;
    const double half = batches < fewest_for_interval
                            ? std::nan("")
                            : 1.959963984540054 * std::sqrt(known_variance(squares - sum * sum) / (n - 1.0));
    const double low = sum - half;
    return {
        sum, {low < 0.0 ? 0.0 : low, sum + half}, sum == 0.0 ? 1.0 : span / sum, mean_squared - span / n, difference};
}

}  // namespace modecollapse
