#include "host/statistics/unbiased_share.hpp"

#include <algorithm>
#include <cmath>

namespace modecollapse {
namespace {

constexpr double reach = 8.5;  // standard deviations; beyond: 1e-17
constexpr double exact_points = 1000.0, lattice_points = 600.0;

// Successes among the first m of n trials, s of which are successes: the hypergeometric law.
struct Bridge {
    double n, s, m;
    double mean() const { return s * m / n; }
    double deviation() const {
        return n > 1.0 ? std::sqrt(std::max(0.0, m * (s / n) * (1.0 - s / n) * (n - m) / (n - 1.0))) : 0.0;
    }
    double least() const { return std::max(0.0, m - (n - s)); }
    double most() const { return std::min(s, m); }
    // P(t + 1) / P(t)
    double ratio(double t) const { return (s - t) * (m - t) / ((t + 1.0) * (n - s - m + t + 1.0)); }
};

// Weights at first, first + step, ...
struct Law {
    double first = 0.0, step = 1.0;
    std::vector<double> weights;
    double at(std::size_t i) const { return first + step * static_cast<double>(i); }
};

// The points in reach of a bridge, without weights: every count, or a lattice.
Law support_of(const Bridge& bridge) {
    Law law;
    const double width = 2.0 * reach * bridge.deviation() + 2.0;
    if (width > exact_points) law.step = std::ceil(width / lattice_points);
    law.first = std::max(bridge.least(), std::floor(bridge.mean() - 0.5 * width));
    const double last = std::min(bridge.most(), std::ceil(bridge.mean() + 0.5 * width));
    law.weights.assign(static_cast<std::size_t>(std::floor((last - law.first) / law.step)) + 1, 0.0);
    return law;
}

// Adds `weight` times the law of the bridge to the points of `law`; what is not in reach of the points is dropped.
void add_bridge(Law& law, const Bridge& bridge, double weight, std::vector<double>& row) {
    const double mean = bridge.mean(), variance = std::pow(bridge.deviation(), 2),
                 half = reach * bridge.deviation() + 1.0;
    const auto count = static_cast<double>(law.weights.size());
    const auto index = [&](double t) { return (t - law.first) / law.step; };
    // of the lattice continued to both sides: the row is normalized over all of its reach
    const double begin = std::ceil(index(std::max(bridge.least(), mean - half))),
                 end = std::floor(index(std::min(bridge.most(), mean + half)));
    if (!(begin <= end)) return;
    const double peak = std::clamp(std::round(index(mean)), begin, end);
    const auto factor = [&](double i) {  // P(i + 1) / P(i)
        const double t = law.first + law.step * i;
        return law.step == 1.0 ? bridge.ratio(t) : std::exp(-law.step * (t + 0.5 * law.step - mean) / variance);
    };
    row.assign(static_cast<std::size_t>(end - begin) + 1, 0.0);
    const auto cell = [&](double i) -> double& { return row[static_cast<std::size_t>(i - begin)]; };
    double sum = cell(peak) = 1.0;
    for (double i = peak; i < end; ++i) sum += cell(i + 1.0) = cell(i) * factor(i);
    for (double i = peak; i > begin; --i) sum += cell(i - 1.0) = cell(i) / factor(i - 1.0);
    for (double i = std::max(begin, 0.0); i <= std::min(end, count - 1.0); ++i)
        law.weights[static_cast<std::size_t>(i)] += weight / sum * cell(i);
}

// Takes the weights outside of the ranges away: a point stands for the counts around it. Returns the sum of what is
// left.
double cut(Law& law, const std::vector<std::pair<double, double>>& ranges) {
    double total = 0.0;
    for (std::size_t i = 0; i < law.weights.size(); ++i) {
        const double low = law.at(i) - 0.5 * law.step, high = low + law.step;
        double kept = 0.0;
        for (const auto& [begin, end] : ranges)
            kept += std::max(0.0, std::min(end - 0.5, high) - std::max(begin - 0.5, low));
        total += law.weights[i] *= kept / law.step;
    }
    return total;
}

}  // namespace

std::vector<UnbiasedShare::Range> UnbiasedShare::ranges_of(std::uint64_t look, std::int64_t failed) const {
    const auto trials = static_cast<std::int64_t>(schedule_.trials_at(look));
    const std::int64_t most = trials - failed;
    const auto interval = [&](std::int64_t s) { return spent_interval({s, failed, trials}, looks_, confidence_); };
    // First count in low .. high at which a condition holds that stays true; high + 1 if it never does.
    const auto first_where = [](std::int64_t low, std::int64_t high, const auto& holds) {
        for (++high; low < high;) {
            const std::int64_t middle = low + (high - low) / 2;
            (holds(middle) ? high : low) = holds(middle) ? middle : middle + 1;
        }
        return low;
    };
    std::vector<std::int64_t> edges = {0, most + 1};  // between two of them the rule says the same
    for (const double level : rule_.levels) {
        edges.push_back(first_where(0, most, [&](std::int64_t s) { return interval(s).high >= level; }));
        edges.push_back(first_where(0, most, [&](std::int64_t s) { return interval(s).low > level; }));
    }
    for (const double width : {rule_.width, rule_.near_width}) {  // the interval is widest in the middle
        const auto wider = [&](std::int64_t s) { return interval(s).high - interval(s).low > width; };
        edges.push_back(first_where(0, most / 2, wider));
        edges.push_back(first_where(most / 2, most, [&](std::int64_t s) { return !wider(s); }));
    }
    std::sort(edges.begin(), edges.end());
    std::vector<Range> ranges;
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
        if (edges[i] == edges[i + 1] || rule_.stops_at(interval(edges[i]))) continue;
        const auto begin = static_cast<double>(edges[i]), end = static_cast<double>(edges[i + 1]);
        if (!ranges.empty() && ranges.back().second == begin)
            ranges.back().second = end;
        else
            ranges.emplace_back(begin, end);
    }
    return ranges;
}

const std::vector<UnbiasedShare::Range>& UnbiasedShare::continued(std::uint64_t look, std::int64_t failed) const {
    const auto known = known_.find({look, failed});
    return known != known_.end() ? known->second
                                 : known_.emplace(std::pair(look, failed), ranges_of(look, failed)).first->second;
}

double UnbiasedShare::operator()(const TrialCounts& counts) const {
    const double share = share_of(counts);
    if (std::isnan(share)) return share;
    const auto trials = static_cast<double>(counts.trials);
    // law of the successes at the look reached so far, going back, and its number of trials
    Law law;
    law.first = static_cast<double>(counts.successes);
    law.weights = {1.0};
    double reached = trials;
    std::vector<double> row;
    for (std::uint64_t look = schedule_.looks_made(static_cast<std::uint64_t>(counts.trials)); look > 0; --look) {
        const auto at = static_cast<double>(schedule_.trials_at(look));
        if (at >= trials) continue;
        const auto failed = static_cast<std::int64_t>(std::round(static_cast<double>(counts.failed) * at / trials));
        const std::vector<Range>& ranges = continued(look, failed);
        Law next = support_of({trials, static_cast<double>(counts.successes), at});
        const double below = next.first - 0.5 * next.step, above = next.at(next.weights.size() - 1) + 0.5 * next.step;
        const auto holds_all = [&](const Range& range) {
            return range.first - 0.5 <= std::max(below, -0.5) && range.second - 0.5 >= above;
        };
        if (std::any_of(ranges.begin(), ranges.end(), holds_all)) continue;  // it went on whatever the order
        for (std::size_t i = 0; i < law.weights.size(); ++i)
            if (law.weights[i] > 0.0) add_bridge(next, {reached, law.at(i), at}, law.weights[i], row);
        const double total = cut(next, ranges);
        if (!(total > 1e-200)) return share;  // no order of these trials would have gone on to here
        for (double& weight : next.weights) weight /= total;
        law = std::move(next);
        reached = at;
    }
    double mean = 0.0;
    for (std::size_t i = 0; i < law.weights.size(); ++i) mean += law.weights[i] * law.at(i);
    const Interval interval = spent_interval(counts, looks_, confidence_);
    return std::clamp(mean / reached * trials / static_cast<double>(counts.trials - counts.failed), interval.low,
                      interval.high);
}

}  // namespace modecollapse
