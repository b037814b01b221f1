#include "host/families/vae/family.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/vae/ensemble.hpp"

namespace modecollapse {
namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<VaeEnsemble>(settings); }

// "toy data, s = 2.5, l = 2, brenier decoder, L = 0, beta = 1, T = 2000": but the options `without`.
std::string describe(const Settings& settings, const std::vector<std::string>& without) {
    std::string text = settings.text("data") + " data, " + settings.text("decoder") + " decoder";
    const std::pair<const char*, const char*> symbols[] = {{"data-scale", "s"},       {"dimension", "t"},
                                                           {"latent-dimension", "l"}, {"inverse-lipschitz", "L"},
                                                           {"kl-weight", "beta"},     {"horizon", "T"}};
    for (const auto& [name, symbol] : symbols)
        if (settings.has(name) && std::find(without.begin(), without.end(), name) == without.end())
            text += fmt::format(", {} = {}", symbol, settings.text(name));
    return text;
}

}  // namespace

const Family& vae_family() {
    static const Family family = [] {
        Family f = {"vae",
                    "a variational autoencoder trained from a random start",
                    "training",
                    "trainings",
                    member_commands,
                    &vae_options(),
                    vae_schema,
                    make,
                    check_kl_annealing,
                    "to change that, lower --learning-rate"};
        f.made_of = "variational autoencoders";
        f.searched = "inverse-lipschitz";
        f.steps = {0.0, 0.0, 8, 3};  // every value costs an ensemble of trainings
        f.title_of_series = "Trainings of variational autoencoders over their steps";
        f.time_of = "steps of the training";
        f.describe = describe;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
