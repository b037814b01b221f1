#include "host/families/tally.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace modecollapse {

std::size_t first_bin(const Schema& schema, std::size_t histogram) {
    std::size_t at = schema.classes.size();
    for (std::size_t h = 0; h < histogram; ++h) at += static_cast<std::size_t>(schema.histograms[h].size);
    return at;
}

std::size_t event_at(const Schema& schema, std::size_t event) {
    return first_bin(schema, schema.histograms.size()) + event;
}

std::size_t measured_at(const Schema& schema, std::size_t quantity) {
    return event_at(schema, schema.events.size()) + quantity;
}

TallySize size_of(const Schema& schema) {
    return {measured_at(schema, schema.quantities.size()), 2 * schema.quantities.size()};
}

Tally::Tally(const Schema& schema) : counts(size_of(schema).counts), sums(size_of(schema).sums) {}

Tally& Tally::operator+=(const Tally& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other.sums[i];
    return *this;
}

std::int64_t total_of(const Schema& schema, const Tally& tally) {
    return std::accumulate(tally.counts.begin(),
                           tally.counts.begin() + static_cast<std::ptrdiff_t>(schema.classes.size()), std::int64_t{0});
}

TrialCounts trials_of(const Schema& schema, const Tally& tally) {
    TrialCounts trials = {0, 0, total_of(schema, tally)};
    for (std::size_t c = 0; c < schema.classes.size(); ++c) {
        if (schema.classes[c].role == OutcomeClass::collapse) trials.successes += tally.counts[c];
        if (schema.classes[c].role == OutcomeClass::failure) trials.failed += tally.counts[c];
    }
    return trials;
}

MeanOfSums mean_of(const Schema& schema, const Tally& tally, std::size_t quantity) {
    const auto n = static_cast<double>(tally.counts[measured_at(schema, quantity)]);
    return mean_of_sums(n, tally.sums[2 * quantity], tally.sums[2 * quantity + 1]);
}

bool are_possible(const Schema& schema, const Tally& tally) {
    const auto up_to = [&](std::size_t from, std::size_t to, std::int64_t most) {
        std::int64_t sum = 0;
        for (std::size_t i = from; i < to; ++i)
            if (tally.counts[i] < 0 || __builtin_add_overflow(sum, tally.counts[i], &sum) || sum > most) return false;
        return true;
    };
    constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
    if (!up_to(0, schema.classes.size(), any)) return false;
    const std::int64_t members = total_of(schema, tally);
    for (std::size_t h = 0; h < schema.histograms.size(); ++h)
        if (!up_to(first_bin(schema, h), first_bin(schema, h + 1), members)) return false;
    for (std::size_t e = 0; e < schema.events.size(); ++e) {
        const Events::Most most = schema.events[e].of_a_member;
        const std::size_t at = event_at(schema, e);
        if (!up_to(at, at + 1, most == Events::any ? any : most == Events::one ? members : 0)) return false;
    }
    for (std::size_t q = 0; q < schema.quantities.size(); ++q) {
        const std::size_t at = measured_at(schema, q);
        if (!up_to(at, at + 1, members)) return false;
        const auto n = static_cast<double>(tally.counts[at]);
        const double sum = tally.sums[2 * q], squares = tally.sums[2 * q + 1];
        if (!(squares >= 0.0)) return false;  // nor is it NaN
        if (n == 0.0 && (sum != 0.0 || squares != 0.0)) return false;
        if (std::isinf(squares)) continue;  // a number was beyond 1e154: any sum
        if (!(sum * sum <= n * squares * (1.0 + 1e-6))) return false;
    }
    return true;
}

void TallyOfMembers::add(const MemberEnd& member) {
    if (id_++ % block_of_sums == 0) {
        tally_ += block_;
        block_ = Tally(schema_);
    }
    ++block_.counts[static_cast<std::size_t>(member.outcome)];
    for (std::size_t h = 0; h < member.bins.size(); ++h)
        if (member.bins[h] >= 0) ++block_.counts[first_bin(schema_, h) + static_cast<std::size_t>(member.bins[h])];
    for (std::size_t e = 0; e < member.events.size(); ++e) block_.counts[event_at(schema_, e)] += member.events[e];
    for (std::size_t q = 0; q < member.quantities.size(); ++q) {
        const double x = member.quantities[q];
        if (std::isnan(x)) continue;
        ++block_.counts[measured_at(schema_, q)];
        block_.sums[2 * q] += x;
        block_.sums[2 * q + 1] += x * x;
    }
}

Tally TallyOfMembers::result() const {
    Tally result = tally_;
    result += block_;
    return result;
}

}  // namespace modecollapse
