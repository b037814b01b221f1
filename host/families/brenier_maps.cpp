#include "host/families/brenier_maps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/options/number_list.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {

vae::Activation activation_of(PsiActivation psi, const char* depth_option, std::uint32_t depth, const char* switched) {
    const bool quadratic = psi == PsiActivation::quadratic;
    if ((depth == 0) != quadratic)
        throw std::domain_error(
            fmt::format("{} = {} (allowed: 1 to 8 with {}; 0 with "
                        "psi-activation quadratic, and there nothing else)",
                        depth_option, depth, switched));
    if (quadratic) return vae::Activation::quadratic;
    return psi == PsiActivation::leaky_relu ? vae::Activation::leaky_relu : vae::Activation::softplus;
}

// Not as a need of the rows: options that a row does not use are left out of the configuration, whose hash, and saved models,
// have them.
void check_inverse_lipschitz_schedule(const Configuration& options) {
    const std::vector<std::string> times = options.values_of("inverse-lipschitz-time");
    const bool none =
        std::all_of(times.begin(), times.end(), [](const std::string& time) { return parse_number(time) == 0.0; });
    for (const char* name : {"initial-inverse-lipschitz", "inverse-lipschitz-schedule"})
        if (none && options.uses(name) && options.given(name) && !options.is_default(name))
            options.refuse(name,
                           "is not used with --inverse-lipschitz-time 0 (allowed: leave it out, or "
                           "--inverse-lipschitz-time above 0)");
}

void set_inverse_lipschitz(double first, double second, vae::InverseLipschitz& l) {
    l.first = first;
    l.second = second;
    if (!(l.time > 0.0) || l.approach != vae::Approach::exponential) return;
    require_positive(l.initial, 1e3, "initial-inverse-lipschitz", "above 0, up to 1000, with an exponential schedule");
    require_positive(std::min(l.first, l.second), 1e3, "inverse-lipschitz",
                     "above 0, up to 1000, with an exponential schedule");
}

}  // namespace modecollapse
