#include "host/families/mixture/measured_ends.hpp"

#include <limits>

#include "host/expectation/fast_expectation.hpp"

namespace modecollapse {
namespace {

constexpr double rounding_of_times = 1e-6;  // in single precision

}  // namespace

EndRecord RecordedEnds::record() {
    EndRecord record = {outcome.data(), m1.data(), m2.data(), nullptr, time.data()};
    record.weight = weight1.data();
    return record;
}

MeasuredEnds::MeasuredEnds(const MixtureSetup& setup)
    : target_weight_(setup.problem().target_weight),
      trapped_before_(0.0),
      by_class_(!setup.is_sgd() && setup.base().limit_reading),
      expectations_(setup.base().flow.expectations) {
    if (setup.is_sgd()) {
        const Problem& problem = setup.problem();
        expectations_ = build_fast_expectations(problem.radius, problem.target_weight, 0.5);
        return;
    }
    if (setup.settings().horizon) trapped_before_ = *setup.settings().horizon * (1.0 - rounding_of_times);
    const TrappedEnds ends = trapped_ends(setup.base());
    for (std::size_t outcome = 0; outcome < ends.size(); ++outcome)
        if (const auto& end = ends[outcome]) measure(end->m1, end->m2, end->weight1, of_class_[outcome]);
}

void MeasuredEnds::add_by_class(const Schema& schema, Tally& tally) const {
    for (std::size_t outcome = 0; outcome < outcome_count; ++outcome) {
        const std::int64_t count = tally.counts[outcome];
        for (std::size_t q = 0; q < of_class_[outcome].size(); ++q) {
            const double x = of_class_[outcome][q];
            if (!(x == x)) continue;
            tally.counts[measured_at(schema, q)] += count;
            tally.sums[2 * q] += static_cast<double>(count) * x;
            tally.sums[2 * q + 1] += static_cast<double>(count) * (x * x);
        }
    }
}

void MeasuredEnds::measure(const RecordedEnds& ends, std::uint64_t i, std::vector<double>& quantities) const {
    const std::uint8_t outcome = ends.outcome[i];
    if (static_cast<Outcome>(outcome) == Outcome::failed)
        quantities.assign(mixture_measures().size(), std::numeric_limits<double>::quiet_NaN());
    else if (ends.time[i] < trapped_before_)
        quantities = of_class_[outcome];
    else
        measure(ends.m1[i], ends.m2[i], ends.weight1[i], quantities);
}

void MeasuredEnds::measure(double m1, double m2, double weight1, std::vector<double>& quantities) const {
    const ValuePair<double> t = expectations_.attractions(m1, m2);
    const MixtureEnd end = {target_weight_, {weight1, 1.0 - weight1}, t.first, t.second};
    quantities.clear();
    for (const MixtureMeasure& row : mixture_measures()) quantities.push_back(row.of(end));
}

}  // namespace modecollapse
