#include "host/rare/rare_event.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/rare/proposal.hpp"
#include "host/starts/start_map.hpp"
#include "host/statistics/moments.hpp"
#include "host/statistics/trial_counts.hpp"
#include "kernels/run/parallel.hpp"
#include "modecollapse/numbers/require.hpp"

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
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// Sums over the draws of one level: of those in the set, and of those that failed.
struct LevelSums {
    double weight = 0.0;
    double weight_square = 0.0;
    double failed_weight = 0.0;
    double failed_square = 0.0;
    std::uint64_t draws = 0;
    std::uint64_t inside = 0;
    std::uint64_t failed = 0;
    double mean() const { return weight / static_cast<double>(draws); }
    double failed_mean() const { return failed_weight / static_cast<double>(draws); }
    // Variance of (weight times indicator) over its squared mean.
    double relative_variance() const {
        return known_variance(weight_square / static_cast<double>(draws) / (mean() * mean()) - 1.0);
    }
    // Of those in the set and of those that failed together, which might be in it; and its standard error.
    double possible_mean() const { return mean() + failed_mean(); }
    double possible_error() const {
        const auto n = static_cast<double>(draws);
        return std::sqrt(known_variance((weight_square + failed_square) / n - possible_mean() * possible_mean()) / n);
    }
    void add(StartFate fate, double w) {
        (fate == start_inside ? inside : failed) += 1;
        (fate == start_inside ? weight : failed_weight) += w;
        (fate == start_inside ? weight_square : failed_square) += w * w;
    }
};

class Sampler {
public:
    Sampler(const RareEventRequest& request, const StartSet& set, const std::function<void(std::uint64_t)>& progress)
        : request_(request),
          set_(set),
          progress_(progress),
          map_(request.dimension, request.start_weight, largest_deviate) {}

    std::uint64_t done() const { return done_; }
    std::uint64_t failed() const { return failed_; }

    // Runs `count` draws of `proposal`; keeps those in the set in `found`, if given.
    LevelSums run(const Proposal& proposal, std::uint64_t level, std::uint64_t count,
                  std::vector<WeightedPoint>* found) {
        LevelSums sums;
        sums.draws = count;
        const std::uint64_t chunk = std::min(request_.chunk, count);
        std::vector<Deviates> z(chunk);
        std::vector<double> weights(chunk);
        std::vector<OrderParameters<double>> starts(chunk);
        std::vector<std::uint8_t> fates(chunk);
        for (std::uint64_t first = 0; first < count; first += chunk) {
            const std::uint64_t here = std::min(chunk, count - first);
            in_parallel(here, [&](std::uint64_t i) {
                z[i] = proposal.draw(request_.seed, level, first + i);
                starts[i] = map_.from_normals(z[i]);
            });
            set_(starts.data(), here, fates.data());
            in_parallel(here,
                        [&](std::uint64_t i) { weights[i] = fates[i] != start_outside ? proposal.weight(z[i]) : 0.0; });
            for (std::uint64_t i = 0; i < here; ++i) {
                if (fates[i] != start_outside) sums.add(static_cast<StartFate>(fates[i]), weights[i]);
                if (fates[i] == start_inside && found) found->push_back({z[i], weights[i]});
            }
            done_ += here;
            if (progress_) progress_(done_);
        }
        failed_ += sums.failed;
        return sums;
    }

private:
    template <class Body>
    void in_parallel(std::uint64_t count, const Body& body) const {
        parallel_ranges(count, request_.threads, [&](std::uint64_t begin, std::uint64_t end) {
            for (std::uint64_t i = begin; i < end; ++i) body(i);
        });
    }

    const RareEventRequest& request_;
    const StartSet& set_;
    const std::function<void(std::uint64_t)>& progress_;
    StartMap map_;
    std::uint64_t done_ = 0, failed_ = 0;
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
        throw std::domain_error("rare event: budget = " + std::to_string(request.budget) +
                                " (allowed: 16384 or more), relative error = " + short_text(request.relative_error));
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
    result.failed = sampler.failed();
    const double failed_mean = std::min(1.0, sums.failed_mean());
    result.failed_share = std::max(failed_mean, static_cast<double>(result.failed) / static_cast<double>(result.draws));
    result.p = is_known(result.failed_share) ? share_of(sums.mean(), failed_mean) : unknown;
    if (sums.inside == 0) {
        // every fifth exploring draw is nominal; with kernels 15 % of the draws explore
        const double nominal =
            std::max(1.0, std::floor(static_cast<double>(result.final_draws) / (std::isinf(variance) ? 5 : 34)));
        result.status = std::isnan(result.p) ? RareEventStatus::failed : RareEventStatus::not_found;
        result.relative_error = result.standard_error = unknown;
        result.interval = clopper_pearson(
            {0, static_cast<std::int64_t>(std::ceil(failed_mean * nominal)), static_cast<std::int64_t>(nominal)});
        return result;
    }
    result.relative_error = std::sqrt(sums.relative_variance() / static_cast<double>(sums.draws));
    result.standard_error = result.relative_error * result.p;
    result.interval = {std::max(0.0, sums.mean() * (1.0 - normal_97_5 * result.relative_error)),
                       std::min(1.0, sums.possible_mean() + normal_97_5 * sums.possible_error())};
    result.status =
        result.relative_error <= request.relative_error ? RareEventStatus::reached : RareEventStatus::budget_used;
    settled = settled || was_good;
    if (!settled || sums.mean() * (1.0 + surely * result.relative_error) < most_seen)
        result.status = RareEventStatus::unsettled;
    if (std::isnan(result.p) || failed_mean > request.relative_error * sums.mean())
        result.status = RareEventStatus::failed;
    return result;
}

}  // namespace modecollapse
