#include "host/families/mixture/family.hpp"

#include "host/families/checks.hpp"
#include "host/families/mixture/ensemble.hpp"

namespace modecollapse {

namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<MixtureEnsemble>(settings); }

}  // namespace

const Family& mixture_family() {
    static const Family family = {"mixture",          "two Gaussians", "trajectory", "trajectories", state_commands,
                                  &mixture_options(), mixture_schema,  make,         check_mixture};
    return family;
}

}  // namespace modecollapse
