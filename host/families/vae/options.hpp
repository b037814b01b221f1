// The options of a VAE (--family vae), and the settings that they fill.
#pragma once

#include "host/families/kl_annealing.hpp"
#include "host/options/settings.hpp"
#include "kernels/vae/ensemble.hpp"

namespace modecollapse {

enum class PsiActivation { softplus, leaky_relu, quadratic };
inline constexpr const char* psi_activation_names[] = {"softplus", "leaky-relu", "quadratic"};

struct VaeRun {
    vae::Problem problem = {};
    std::uint32_t encoder_width = 32, encoder_depth = 2, decoder_width = 32, decoder_depth = 2;
    vae::Activation activation = vae::Activation::softplus;
    PsiActivation psi_activation = PsiActivation::softplus;
    double inverse_lipschitz = 0.0;
    std::optional<double> inverse_lipschitz_2;
    KlTimes times = {};
    Precision precision = Precision::double_precision;
};

const OptionRows& vae_options();

// Checked. Throws std::domain_error: option, value, allowed range.
VaeRun vae_run(const Settings& settings);

}  // namespace modecollapse
