// The options of the Brenier maps of a decoder, of their inverse-Lipschitz constants and the schedule of these (vae/problem.hpp):
// rows, and what they resolve to.
#pragma once

#include <optional>

#include "host/options/configuration.hpp"
#include "host/options/option_row.hpp"
#include "modecollapse/vae/problem.hpp"

namespace modecollapse {

enum class PsiActivation { softplus, leaky_relu, quadratic };
inline constexpr const char* psi_activation_names[] = {"softplus", "leaky-relu", "quadratic"};

// depth: the option that says how many layers a map has after its first.
template <class Run>
OptionRow psi_activation_row(const char* depth, const Need& brenier, PsiActivation Run::*psi) {
    return choice_row(
               "psi-activation", psi_activation_names,
               std::string("activation of the input-convex networks, squared in their first layer; leaky-relu makes "
                           "maps that jump, whose gradients are biased; quadratic: |U v|^2 / 2, a linear map (") +
                   depth + " 0)",
               psi)
        .used_with({brenier});
}

// Of the networks. Throws std::domain_error where the depth does not suit it: option, value, allowed range.
// switched: the option that chooses these maps, "decoder brenier".
vae::Activation activation_of(PsiActivation psi, const char* depth_option, std::uint32_t depth, const char* switched);

// What the constant is of, and when it is used; when there are two maps.
struct InverseLipschitzWords {
    const char* help;
    Need constrained, two_maps;
};

// Rows of a family's settings `Run`, whose L are at `first` and `second`, and their schedule at `schedule...`.
template <class Run, class... Path>
OptionRows inverse_lipschitz_rows(const InverseLipschitzWords& words, double Run::*first,
                                  std::optional<double> Run::*second, Path... schedule) {
    using vae::InverseLipschitz;
    return {
        number_row("inverse-lipschitz", 0, 1e3, words.help, first)
            .allowed("0 to 1000")
            .called("L", "inverse-Lipschitz constant L")
            .used_with({words.constrained})
            .searched_in("0:2"),
        number_row("inverse-lipschitz-2", 0, 1e3, "that of the second map, where it is another", second)
            .allowed("0 to 1000")
            .called("L2", "inverse-Lipschitz constant L2")
            .used_with({words.two_maps})
            .searched_in("0:2"),
        number_row("initial-inverse-lipschitz", 0, 1e3, "L of both maps at the start of its schedule", schedule...,
                   &InverseLipschitz::initial)
            .allowed("0 to 1000; above 0 with exponential")
            .used_with({words.constrained}),
        number_row("inverse-lipschitz-time", 0, 1e9, "steps in which L goes from its start to its end; 0: no schedule",
                   schedule..., &InverseLipschitz::time)
            .allowed("0 to 1e9")
            .used_with({words.constrained}),
        choice_row("inverse-lipschitz-schedule", vae::approach_names, "how L goes there", schedule...,
                   &InverseLipschitz::approach)
            .used_with({words.constrained}),
    };
}

// Refuses a schedule that is given without its time. Throws UsageError.
void check_inverse_lipschitz_schedule(const Configuration& options);

// Sets the ends. Throws std::domain_error where a schedule cannot reach them.
void set_inverse_lipschitz(double first, double second, vae::InverseLipschitz& l);

}  // namespace modecollapse
