#include "host/rare/rare_event.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "host/rare/proposal.hpp"
#include "host/starts/start_map.hpp"

namespace modecollapse {
namespace {

constexpr double largest_deviate = 36.0;
constexpr int most_levels = 10;
constexpr std::uint64_t least_final_draws = 16384;  // so that the mean of the weights is close to normal
constexpr double still_falling = 0.8;  // a level that keeps more than this share of the variance was the last
constexpr double good_variance = 4.0;  // of the weight over its mean, per draw: no need to go on
constexpr std::size_t enough_points = 256;
constexpr double surely = 4.0;  // standard errors
constexpr double normal_97_5 = 1.959963984540054;

// Sums over the draws of one level.
struct LevelSums {
    double weight = 0.0;
    double weight_square = 0.0;
    std::uint64_t draws = 0;
    std::uint64_t inside = 0;
    double mean() const { return weight / static_cast<double>(draws); }
    // Variance of (weight times indicator) over its squared mean.
    double relative_variance() const { return weight_square / static_cast<double>(draws) / (mean() * mean()) - 1.0; }
};

class Sampler {
public:
    Sampler(const RareEventRequest& request, const StartSet& set, const std::function<void(std::uint64_t)>& progress)
        : request_(request),
          set_(set),
          progress_(progress),
          map_(request.dimension, request.start_weight, largest_deviate) {}

    std::uint64_t done() const { return done_; }

    // Runs `count` draws of `proposal`; keeps those in the set in `found`, if given.
    LevelSums run(const Proposal& proposal, std::uint64_t level, std::uint64_t count,
                  std::vector<WeightedPoint>* found) {
        LevelSums sums;
        sums.draws = count;
        const std::uint64_t chunk = std::min(request_.chunk, count);
        std::vector<Deviates> z(chunk);
        std::vector<double> weights(chunk);
        std::vector<OrderParameters<double>> starts(chunk);
        std::vector<std::uint8_t> inside(chunk);
        for (std::uint64_t first = 0; first < count; first += chunk) {
            const std::uint64_t here = std::min(chunk, count - first);
            in_parallel(here, [&](std::uint64_t i) {
                z[i] = proposal.draw(request_.seed, level, first + i);
                starts[i] = map_.from_normals(z[i]);
            });
            set_(starts.data(), here, inside.data());
            in_parallel(here, [&](std::uint64_t i) { weights[i] = inside[i] ? proposal.weight(z[i]) : 0.0; });
            for (std::uint64_t i = 0; i < here; ++i) {
                if (!inside[i]) continue;
                ++sums.inside;
                sums.weight += weights[i];
                sums.weight_square += weights[i] * weights[i];
                if (found) found->push_back({z[i], weights[i]});
            }
            done_ += here;
            if (progress_) progress_(done_);
        }
        return sums;
    }

private:
    template <class Body>
    void in_parallel(std::uint64_t count, const Body& body) const {
        const auto parts = static_cast<std::uint64_t>(std::max(1, request_.threads));
        std::vector<std::thread> workers;
        for (std::uint64_t part = 0; part < parts; ++part)
            workers.emplace_back([&, part] {
                for (std::uint64_t i = count * part / parts; i < count * (part + 1) / parts; ++i) body(i);
            });
        for (std::thread& worker : workers) worker.join();
    }

    const RareEventRequest& request_;
    const StartSet& set_;
    const std::function<void(std::uint64_t)>& progress_;
    StartMap map_;
    std::uint64_t done_ = 0;
};

std::uint64_t level_draws(std::uint64_t budget) {
    std::uint64_t draws = 1024;
    while (draws < 1u << 16 && 32 * draws <= budget) draws *= 2;
    return draws;
}

}  // namespace

RareEventEstimate estimate_rare_event(const RareEventRequest& request, const StartSet& set,
                                      const std::function<void(std::uint64_t)>& progress) {
    if (request.budget < smallest_rare_budget || !(request.relative_error > 0.0) || request.chunk < 1)
        throw std::domain_error(
            "rare event: budget = " + std::to_string(request.budget) +
            " (allowed: 16384 or more), relative error = " + std::to_string(request.relative_error));
    Sampler sampler(request, set, progress);
    const std::uint64_t draws = level_draws(request.budget);
    RareEventEstimate result = {};
    Proposal proposal;
    double variance = std::numeric_limits<double>::infinity();
    double most_seen = 0.0;  // what P surely exceeds, by the levels
    bool was_good = false, settled = false;
    // the last level that found anything decides; half of the budget stays for the estimate
    for (; result.levels < most_levels && sampler.done() + draws <= request.budget / 2; ++result.levels) {
        std::vector<WeightedPoint> found;
        const LevelSums sums = sampler.run(proposal, static_cast<std::uint64_t>(result.levels), draws, &found);
        if (found.empty()) continue;
        const double before = variance, power = balanced_power(found);
        variance = sums.relative_variance();
        most_seen =
            std::max(most_seen, sums.mean() * (1.0 - surely * std::sqrt(variance / static_cast<double>(draws))));
        const bool good = found.size() >= enough_points && power == 1.0;
        if (result.levels > 0 && good &&
            (variance < good_variance || (was_good && variance > still_falling * before))) {
            ++result.levels;
            settled = true;
            break;
        }
        was_good = good;
        proposal = Proposal(found, power);
    }
    const std::uint64_t left = request.budget - sampler.done();
    const double wanted = 2.0 * std::min(variance, 1e12) / (request.relative_error * request.relative_error);
    result.final_draws =
        std::min(left, std::max(least_final_draws, static_cast<std::uint64_t>(std::ceil(std::min(wanted, 1e15)))));
    const LevelSums sums = sampler.run(proposal, static_cast<std::uint64_t>(most_levels), result.final_draws, nullptr);
    result.draws = sampler.done();
    result.final_inside = sums.inside;
    result.p = sums.mean();
    if (sums.inside == 0) {
        // every fifth exploring draw is nominal; with kernels 15 % of the draws explore
        const auto nominal = static_cast<std::int64_t>(result.final_draws / (std::isinf(variance) ? 5 : 34));
        result.status = RareEventStatus::not_found;
        result.relative_error = std::numeric_limits<double>::quiet_NaN();
        result.interval = clopper_pearson(0, std::max<std::int64_t>(1, nominal));
        return result;
    }
    result.relative_error = std::sqrt(sums.relative_variance() / static_cast<double>(sums.draws));
    result.standard_error = result.relative_error * result.p;
    const double half = normal_97_5 * result.standard_error;
    result.interval = {std::max(0.0, result.p - half), std::min(1.0, result.p + half)};
    result.status =
        result.relative_error <= request.relative_error ? RareEventStatus::reached : RareEventStatus::budget_used;
    settled = settled || was_good;
    if (!settled || result.p + surely * result.standard_error < most_seen) result.status = RareEventStatus::unsettled;
    return result;
}

}  // namespace modecollapse
