// The options of a VAE (--family vae), and the settings that they fill.
#pragma once

#include "host/families/brenier_maps.hpp"
#include "host/families/kl_annealing.hpp"
#include "host/families/vae/data_table.hpp"
#include "host/options/settings.hpp"
#include "kernels/vae/ensemble.hpp"

namespace modecollapse {

struct VaeRun {
    vae::Problem problem = {};  // points into `table` and `directions`
    std::string data = vae::data_names[0];
    std::string labels;
    DataScaling data_scaling = DataScaling::none;
    Binarize binarize = Binarize::none;
    std::shared_ptr<const DataTable> table;
    vae::Axes axes = vae::Axes::coordinate;
    std::shared_ptr<const std::vector<double>> directions;
    std::optional<std::uint32_t> dimension;
    std::uint32_t encoder_width = 32, encoder_depth = 2, decoder_width = 32, decoder_depth = 2;
    vae::Activation activation = vae::Activation::softplus;
    PsiActivation psi_activation = PsiActivation::softplus;
    double inverse_lipschitz = 0.0;
    std::optional<double> inverse_lipschitz_2;
    KlTimes times = {};
    Precision precision = Precision::double_precision;
};

const OptionRows& vae_options();

// Of the data's numbers, where they are in files; else empty.
std::string digest_of_data(const Settings& settings);

// What --dimension is where it is not given.
std::string resolved_vae(const Settings& settings, const std::string& option);

// With the law of its data, their dimension and the kinds of their labels, and nothing else resolved: what a schema asks for.
vae::Problem problem_with_data(const Settings& settings);

// Checked. Throws std::domain_error: option, value, allowed range.
VaeRun vae_run(const Settings& settings);

// The same, whether or not its data suit it: of a training whose data are not at hand.
VaeRun vae_networks(const Settings& settings);

}  // namespace modecollapse
