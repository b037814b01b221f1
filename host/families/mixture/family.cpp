#include "host/families/mixture/family.hpp"

#include "host/families/checks.hpp"
#include "host/families/mixture/options.hpp"

namespace modecollapse {

const Family& mixture_family() {
    static const Family family = {"mixture",          "two Gaussians", "trajectory", "trajectories", state_commands,
                                  &mixture_options(), nullptr,         nullptr,      check_mixture};
    return family;
}

}  // namespace modecollapse
