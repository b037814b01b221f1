#include "host/families/mixture/family.hpp"

#include "host/families/checks.hpp"
#include "host/families/mixture/ensemble.hpp"
#include "host/families/mixture/law.hpp"
#include "host/families/mixture/point_theory.hpp"
#include "host/families/mixture/words.hpp"
#include "host/families/words.hpp"

namespace modecollapse {

namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<MixtureMembers>(settings); }

}  // namespace

const Family& mixture_family() {
    static const Family family = [] {
        Family f = {"mixture",          "two Gaussians", "trajectory", "trajectories", state_commands,
                    &mixture_options(), mixture_schema,  make,         check_mixture};
        f.law = &law_of_mixture();
        f.at_a_point = &point_theory_of_mixture();
        f.cuda = OnCuda::by_default;
        f.steps = {0.05, 5e-4};
        f.resolved = resolved_text;
        f.marks = marks_of_mixture;
        f.title_of_series = "Order parameters over time";
        f.time_of = "dimensionless time of the gradient flow";
        f.describe = describe_mixture;
        f.facts = facts_of_mixture;
        f.remark = remark_on_mixture;
        f.remedy = remedy_of_dynamics;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
