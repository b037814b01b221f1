#include "host/families/vae/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/encoder_options.hpp"
#include "host/families/vae/data_options.hpp"
#include "host/options/file_choice.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {
namespace {

using vae::Problem;

constexpr double smallest_deviation = 1e-6;  // its square is divided by, in single precision too
constexpr auto problem = &VaeRun::problem;
constexpr const char* mlp_activation_names[] = {"softplus", "leaky-relu", "tanh"};

OptionRows physics_rows() {
    return {
        latent_dimension_row(problem, &Problem::latent),
        number_row("clusters", 0, vae::most_clusters,
                   "clusters c of the prior, a normal distribution each, trained; 0: one standard normal", problem,
                   &Problem::clusters)
            .in(Group::physics)
            .allowed(fmt::format("0, or 2 to {}", vae::most_clusters))
            .called("c", "clusters c of the prior"),
        end_kl_weight_row(problem, &Problem::kl_weight),
        horizon_row(problem, &Problem::steps),
    };
}

OptionRows decoder_rows() {
    const Need brenier = {"decoder", "brenier"}, constrained = {"decoder", "brenier|linear"},
               networks = {"decoder", "mlp|brenier"}, gaussian = {"likelihood", "gaussian"};
    OptionRows rows = {
        choice_row("decoder", vae::decoder_names,
                   "a network; a composition of two Brenier maps, gradients of input-convex networks, plus L times "
                   "the identity each; or W z + b with singular values of at least L",
                   problem, &Problem::decoder),
    };
    const OptionRows constants = inverse_lipschitz_rows(
        {"inverse-Lipschitz constant L of both maps: a brenier decoder's is L times L; that of a linear one",
         constrained, brenier},
        &VaeRun::inverse_lipschitz, &VaeRun::inverse_lipschitz_2, problem, &Problem::inverse_lipschitz);
    rows.insert(rows.end(), constants.begin(), constants.end());
    const OptionRows others = {
        number_row("encoder-width", 1, 4096, "hidden units of a layer of the encoder", &VaeRun::encoder_width),
        number_row("encoder-depth", 0, 8, "hidden layers of the encoder; 0: linear", &VaeRun::encoder_depth),
        number_row("decoder-width", 1, 4096, "hidden units of a layer of the decoder, of each of its maps",
                   &VaeRun::decoder_width)
            .used_with({networks}),
        number_row("decoder-depth", 0, 8, "hidden layers of the decoder; 0: linear (brenier: at least 1, quadratic: 0)",
                   &VaeRun::decoder_depth)
            .allowed("0 to 8; 1 to 8 with brenier, 0 with psi-activation quadratic")
            .used_with({networks}),
        choice_row("activation", mlp_activation_names, "activation of encoder and mlp decoder", &VaeRun::activation),
        psi_activation_row("decoder-depth", brenier, &VaeRun::psi_activation),
        choice_row(
            "likelihood", vae::likelihood_names,
            "of the data given their latents: normal around the decoder's output; or 0 and 1, with that as logits",
            problem, &Problem::likelihood),
        number_row("likelihood-sd", smallest_deviation, 1e6,
                   "standard deviation of the gaussian likelihood; where it is trained: its start", problem,
                   &Problem::likelihood_sd)
            .allowed("1e-6 to 1e6")
            .called("s_x", "likelihood deviation s_x")
            .used_with({gaussian})
            .searched_in("log:0.1:10"),
        choice_row("likelihood-spread", vae::spread_names, "is that deviation fixed or trained?", problem,
                   &Problem::spread)
            .used_with({gaussian}),
    };
    rows.insert(rows.end(), others.begin(), others.end());
    return rows;
}

OptionRows outcome_rows() {
    return {
        activity_floor_row(problem, &Problem::activity_floor),
        number_row("information-floor", 0, 1e6, "nats of I(x; y) from which on a class carries something of the data",
                   problem, &Problem::information_floor)
            .in(Group::outcome)
            .allowed("above 0, up to 1e6")
            .used_with({above_0("clusters")}),
        informative_directions_row(problem, &Problem::informative_directions),
        exact_data_row(problem, &Problem::exact_data),
        exact_samples_row(
            "latent samples a datum, of the importance-weighted likelihood and, for l > 2, of the exact posterior",
            problem, &Problem::exact_samples),
        held_out_row("fresh data that decide a training's outcome", problem, &Problem::held_out),
    };
}

}  // namespace

const OptionRows& vae_options() {
    static const OptionRows rows = [] {
        OptionRows all = vae_data_rows();
        for (const OptionRows& more : {physics_rows(), training_rows("data B a step", problem, &VaeRun::times),
                                       decoder_rows(), outcome_rows(), saved_models_rows(), training_run_rows()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return rows;
}

VaeRun vae_run(const Settings& settings) {
    VaeRun run = vae_networks(settings);
    require_data_of_likelihood(run);
    return run;
}

VaeRun vae_networks(const Settings& settings) {
    VaeRun run = settings.as<VaeRun>();
    Problem& p = run.problem;
    if (settings.is("precision", "single")) run.precision = Precision::single_precision;
    resolve_data(run);
    require_blocks(p.steps, p.batch, vae::normal_blocks(std::max(p.dimension, p.latent)));
    require_in(p.likelihood_sd, smallest_deviation, 1e6, "likelihood-sd", "1e-6 to 1e6");
    require_positive(p.optimizer.learning_rate, 1e6, "learning-rate", "above 0, up to 1e6");
    require_positive(p.information_floor, 1e6, "information-floor", "above 0, up to 1e6");
    if (p.clusters == 1)
        throw std::domain_error(fmt::format("clusters = 1 (allowed: 0, or 2 to {})", vae::most_clusters));
    require_reading(p.activity_floor, p.exact_data, p.informative_directions, p.latent);
    set_time(run.times, p.kl_weight);
    require_annealing(p.kl_weight);
    const double second = run.inverse_lipschitz_2.value_or(run.inverse_lipschitz);
    set_inverse_lipschitz(run.inverse_lipschitz, p.decoder == vae::Decoder::linear ? 1.0 : second, p.inverse_lipschitz);
    p.encoder = {p.dimension, vae::code_rows(p.latent, p.clusters), run.encoder_width, run.encoder_depth,
                 run.activation};
    p.network = {p.latent, p.dimension, run.decoder_width, run.decoder_depth, run.activation};
    if (p.decoder == vae::Decoder::linear) {
        p.network.depth = 0;
        if (p.latent > p.dimension && run.inverse_lipschitz > 0.0)
            throw std::domain_error(
                fmt::format("latent-dimension = {} (allowed: 1 to the dimension {} with decoder linear and "
                            "inverse-lipschitz above 0)",
                            p.latent, p.dimension));
    }
    if (p.decoder == vae::Decoder::brenier) {
        if (p.latent > p.dimension)
            throw std::domain_error(
                fmt::format("latent-dimension = {} (allowed: 1 to the dimension {} with decoder "
                            "brenier)",
                            p.latent, p.dimension));
        const vae::Activation psi =
            activation_of(run.psi_activation, "decoder-depth", run.decoder_depth, "decoder brenier");
        p.first_map = {p.latent, run.decoder_width, run.decoder_depth, psi};
        p.second_map = {p.dimension, run.decoder_width, run.decoder_depth, psi};
    }
    return run;
}

}  // namespace modecollapse
