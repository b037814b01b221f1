#include "host/families/components/family.hpp"

#include "host/families/components/ensemble.hpp"
#include "host/families/components/options.hpp"
#include "host/families/mode_measures.hpp"
#include "host/families/mode_options.hpp"
#include "host/families/words.hpp"

namespace modecollapse {
namespace {

using components::Dynamics;
using components::Payload;

std::shared_ptr<const Ensemble> make(const Settings& settings) {
    return std::make_shared<ComponentsEnsemble>(settings);
}

// How the rules resolved, and by what coverage and weight error are to be read.
std::vector<Fact> facts(const Settings& settings, unsigned command, const Tally* tally) {
    if (!tally || command != probability_command) return {};
    const std::shared_ptr<const components::Setup> setup = components_setup(settings);
    const Payload& p = setup->problem();
    std::vector<Fact> all = facts_of_modes(p.modes, p.span, setup->entropy_of_target());
    if (p.dynamics != Dynamics::flow) {
        const bool reduced = p.dynamics == Dynamics::sgd && p.dimension > p.components + p.span;
        all.push_back({"sampler", "reduced to the span of means and modes, exact in law, or full",
                       std::string(reduced ? "reduced" : "full")});
    }
    const auto add = [&](const std::string& name, const std::string& of, const components::FixedSet& set) {
        if (set.count == 0) return;
        all.push_back({name + "_nodes", "pairs of Sobol nodes of the expectations of " + of, std::int64_t{set.count}});
        all.push_back({name + "_error", "their measured error, against a set four times as large", set.error});
    };
    add("own_expectation", "q", setup->own_set());
    add("target_expectation", "p", setup->target_set());
    if (setup->table().table.functions > 0)
        all.push_back({"target_table_error",
                       "largest error of the table of expectations of p, measured in the middle of its cells",
                       setup->table().error});
    return all;
}

}  // namespace

const Family& components_family() {
    static const Family family = [] {
        Family f = {"components",      "K Gaussian components fitted to K* modes",
                    "trajectory",      "trajectories",
                    member_commands,   &components_options(),
                    components_schema, make,
                    check_components};
        f.made_of = "K components";
        f.cuda = OnCuda::when_asked;  // never measured on a GPU
        f.facts = facts;
        f.remedy = remedy_of_dynamics;
        f.digest = digest_of_means;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
