#include "host/families/mixture/law.hpp"

#include "host/families/mixture/ensemble.hpp"

namespace modecollapse {
namespace {

// The starts that collapse.
StartSet collapsing(const MixtureSetup& setup, double dimension, const Backend& backend) {
    return [&setup, &backend, dimension](const OrderParameters<double>* starts, std::uint64_t count,
                                         std::uint8_t* fates) {
        EndRecord record = {};
        record.outcome = fates;
        run_from_starts(setup, dimension, starts, count, record, backend);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto outcome = static_cast<Outcome>(fates[i]);
            fates[i] = outcome == Outcome::failed ? start_failed : is_collapse(outcome) ? start_inside : start_outside;
        }
    };
}

class LawOfMixture : public InitialLaw {
public:
    LawEstimate by_sobol(const Settings& settings, std::uint64_t seed, std::uint64_t members, const SamplingPlan& plan,
                         const Backend& backend, const RunControl& control) const override {
        const MixtureMembers ensemble(settings);
        const EnsembleRequest request = {ensemble.dimension(), seed, 0, members};
        const EnsembleEstimate found = estimate_collapse(*ensemble.setup(), request, plan, backend, control);
        return {found, ensemble.tally_of(found.counts)};
    }

    RareEventEstimate of_rare_event(const Settings& settings, RareEventRequest request, const Backend& backend,
                                    const std::function<void(std::uint64_t)>& progress) const override {
        const MixtureMembers ensemble(settings);
        const std::shared_ptr<const MixtureSetup> setup = ensemble.setup();
        request.dimension = ensemble.dimension();
        request.start_weight = setup->base().start_weight;
        return estimate_rare_event(request, collapsing(*setup, request.dimension, backend), progress);
    }
};

}  // namespace

const InitialLaw& law_of_mixture() {
    static const LawOfMixture law;
    return law;
}

}  // namespace modecollapse
