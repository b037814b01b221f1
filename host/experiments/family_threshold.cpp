#include "host/experiments/family_threshold.hpp"

namespace modecollapse {

CriticalValues family_critical_values(const ThresholdRequest& request, const FamilySearch& search,
                                      const Backend& backend) {
    const Family& family = *search.family;
    const auto curve_of = [&](std::size_t i) {
        const auto done = std::make_shared<double>(0.0);
        const auto evaluate = [&, i, done](double value) -> Evaluation {
            const Settings settings = search.settings(i, value);
            RunControl control;
            control.progress = [&](std::uint64_t members) {
                const double part = static_cast<double>(members) / static_cast<double>(search.members.count);
                if (request.progress) request.progress(i, *done + part);
            };
            const FamilyProbability found = family_probability(family, settings, search.members, backend, control);
            *done += 1.0;
            const auto classes = static_cast<std::ptrdiff_t>(family.schema(settings).classes.size());
            return {found.estimate, value, {found.tally.counts.begin(), found.tally.counts.begin() + classes}};
        };
        return CollapseCurve(evaluate, {});
    };
    return critical_values(request, curve_of, search.beyond);
}

}  // namespace modecollapse
