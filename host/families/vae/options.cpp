#include "host/families/vae/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/families/optimizer_options.hpp"
#include "host/families/vae/data_options.hpp"
#include "modecollapse/training/require_kl_weight.hpp"

namespace modecollapse {
namespace {

using vae::InverseLipschitz;
using vae::Problem;

constexpr auto problem = &VaeRun::problem;
constexpr const char* mlp_activation_names[] = {"softplus", "leaky-relu", "tanh"};

OptionRows physics_rows() {
    return {
        number_row("latent-dimension", 1, vae::most_latent, "latent dimension l", problem, &Problem::latent)
            .in(Group::physics)
            .called("l", "latent dimension l"),
        number_row("clusters", 0, vae::most_clusters,
                   "clusters c of the prior, a normal distribution each, trained; 0: one standard normal", problem,
                   &Problem::clusters)
            .in(Group::physics)
            .allowed(fmt::format("0, or 2 to {}", vae::most_clusters))
            .called("c", "clusters c of the prior"),
        number_row("kl-weight", 0, 1e6, "weight beta of the KL term; with annealing where it ends", problem,
                   &Problem::kl_weight, &KlWeight::end)
            .in(Group::physics)
            .allowed("0 to 1e6")
            .called("beta", "KL weight beta")
            .searched_in("0.1:10"),
        number_row("horizon", 1, 1e9, "steps T of the training", problem, &Problem::steps)
            .in(Group::physics)
            .allowed("a whole number, 1 to 1e9")
            .called("T", "end time T (steps)")
            .searched_in("log:10:10000"),
    };
}

OptionRows decoder_rows() {
    const Need brenier = {"decoder", "brenier"}, constrained = {"decoder", "brenier|linear"},
               networks = {"decoder", "mlp|brenier"}, gaussian = {"likelihood", "gaussian"};
    constexpr auto lipschitz = &Problem::inverse_lipschitz;
    return {
        choice_row("decoder", vae::decoder_names,
                   "a network; a composition of two Brenier maps, gradients of input-convex networks, plus L times "
                   "the identity each; or W z + b with singular values of at least L",
                   problem, &Problem::decoder),
        number_row("inverse-lipschitz", 0, 1e3,
                   "inverse-Lipschitz constant L of both maps: a brenier decoder's is L times L; that of a linear one",
                   &VaeRun::inverse_lipschitz)
            .allowed("0 to 1000")
            .called("L", "inverse-Lipschitz constant L")
            .used_with({constrained})
            .searched_in("0:2"),
        number_row("inverse-lipschitz-2", 0, 1e3, "that of the second map, where it is another",
                   &VaeRun::inverse_lipschitz_2)
            .allowed("0 to 1000")
            .called("L2", "inverse-Lipschitz constant L2")
            .used_with({brenier})
            .searched_in("0:2"),
        number_row("initial-inverse-lipschitz", 0, 1e3, "L of both maps at the start of its schedule", problem,
                   lipschitz, &InverseLipschitz::initial)
            .allowed("0 to 1000; above 0 with exponential")
            .used_with({constrained}),
        number_row("inverse-lipschitz-time", 0, 1e9, "steps in which L goes from its start to its end; 0: no schedule",
                   problem, lipschitz, &InverseLipschitz::time)
            .allowed("0 to 1e9")
            .used_with({constrained}),
        choice_row("inverse-lipschitz-schedule", vae::approach_names, "how L goes there", problem, lipschitz,
                   &InverseLipschitz::approach)
            .used_with({constrained}),
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
        choice_row("psi-activation", psi_activation_names,
                   "activation of the input-convex networks, squared in their first layer; leaky-relu makes maps that "
                   "jump, whose gradients are biased; quadratic: |U v|^2 / 2, a linear map (decoder-depth 0)",
                   &VaeRun::psi_activation)
            .used_with({brenier}),
        choice_row(
            "likelihood", vae::likelihood_names,
            "of the data given their latents: normal around the decoder's output; or 0 and 1, with that as logits",
            problem, &Problem::likelihood),
        number_row("likelihood-sd", 0, 1e6,
                   "standard deviation of the gaussian likelihood; where it is trained: its start", problem,
                   &Problem::likelihood_sd)
            .allowed("above 0, up to 1e6")
            .called("s_x", "likelihood deviation s_x")
            .used_with({gaussian})
            .searched_in("log:0.1:10"),
        choice_row("likelihood-spread", vae::spread_names, "is that deviation fixed or trained?", problem,
                   &Problem::spread)
            .used_with({gaussian}),
    };
}

OptionRows dynamics_rows() {
    constexpr auto optimizer = &Problem::optimizer;
    return {
        learning_rate_row(problem, optimizer),
        number_row("batch-size", 1, 1e6, "data B a step", problem, &Problem::batch)
            .in(Group::dynamics)
            .allowed("1 to 1e6")
            .called("B")
            .searched_in("log:8:4096"),
        optimizer_row(problem, optimizer).in(Group::dynamics),
        rate_schedule_row(problem, optimizer).in(Group::dynamics),
        gradient_clip_row(problem, optimizer).in(Group::dynamics),
        first_decay_row(problem, optimizer).in(Group::dynamics),
    };
}

OptionRows annealing_rows() {
    return kl_annealing_rows({"0 to 1e6; above 0 with geometric", "steps", "log:10:10000"}, &VaeRun::times, problem,
                             &Problem::kl_weight);
}

OptionRows outcome_and_run_rows() {
    Need clustered = {"clusters", "2"};
    for (int c = 3; c <= vae::most_clusters; ++c) clustered.values += fmt::format("|{}", c);
    return {
        number_row("activity-floor", 0, 1e6,
                   "a latent direction is active if its posterior mean varies by more than this over the data", problem,
                   &Problem::activity_floor)
            .in(Group::outcome)
            .allowed("above 0, up to 1e6")
            .called("f", "activity floor f")
            .searched_in("log:0.0001:0.5"),
        number_row("information-floor", 0, 1e6, "nats of I(x; y) from which on a class carries something of the data",
                   problem, &Problem::information_floor)
            .in(Group::outcome)
            .allowed("above 0, up to 1e6")
            .used_with({clustered}),
        number_row("informative-directions", 1, vae::most_latent,
                   "active directions that a training must have to be informative", problem,
                   &Problem::informative_directions)
            .in(Group::outcome),
        number_row("exact-data", 0, 1e6,
                   "held-out data whose exact posterior is computed, and their likelihood; 0: none", problem,
                   &Problem::exact_data)
            .in(Group::outcome)
            .allowed("0, or 2 to 1e6"),
        number_row(
            "exact-samples", 2, 1e6,
            "latent samples a datum, of the importance-weighted likelihood and, for l > 2, of the exact posterior",
            problem, &Problem::exact_samples)
            .in(Group::outcome)
            .allowed("2 to 1e6"),
        number_row("held-out", 2, 1e6, "fresh data that decide a training's outcome", problem, &Problem::held_out)
            .in(Group::outcome)
            .allowed("2 to 1e6"),
        plain_row(Kind::text, "save-models", "a file", "save the trained models, to sample them or to train on")
            .of(probability_command)
            .says_only_how(),
        plain_row(Kind::text, "continue-models", "a file of --save-models",
                  "go on with saved models, to the horizon, instead of from the start")
            .of(probability_command)
            .says_only_how(),
        plain_row(Kind::number_list, "times", 0, 1e9,
                  "steps to look at, a list; 21 of them up to the horizon unless given")
            .in(Group::command)
            .of(trajectory_command)
            .allowed("0 to 1e9"),
        plain_row(Kind::integer, "trajectories", 1, 1e15, "number of trainings; threshold: at each value")
            .in(Group::run)
            .of(ensemble_commands)
            .allowed("1 to 1e15")
            .by_default("100")
            .along_axes(true),
    };
}

// Every datum has blocks of its own in the random streams, half of whose 2^48 are the training's (vae/draws.hpp).
void require_blocks(const Problem& p) {
    const auto blocks = static_cast<double>(vae::normal_blocks(std::max(p.dimension, p.latent)));
    if (!(static_cast<double>(p.steps) * static_cast<double>(p.batch) * blocks < 0x1p47))
        throw std::domain_error(fmt::format(
            "{} steps of batch-size {} (allowed: fewer, the random streams have 2^47 blocks)", p.steps, p.batch));
}

}  // namespace

const OptionRows& vae_options() {
    static const OptionRows rows = [] {
        OptionRows all = vae_data_rows();
        for (const OptionRows& more :
             {physics_rows(), dynamics_rows(), annealing_rows(), decoder_rows(), outcome_and_run_rows()})
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
    require_blocks(p);
    require_positive(p.likelihood_sd, 1e6, "likelihood-sd", "above 0, up to 1e6");
    require_positive(p.optimizer.learning_rate, 1e6, "learning-rate", "above 0, up to 1e6");
    require_positive(p.activity_floor, 1e6, "activity-floor", "above 0, up to 1e6");
    require_positive(p.information_floor, 1e6, "information-floor", "above 0, up to 1e6");
    if (p.clusters == 1)
        throw std::domain_error(fmt::format("clusters = 1 (allowed: 0, or 2 to {})", vae::most_clusters));
    if (p.exact_data == 1) throw std::domain_error("exact-data = 1 (allowed: 0, or 2 to 1e6)");
    if (p.informative_directions > p.latent)
        throw std::domain_error(fmt::format("informative-directions = {} (allowed: 1 to the latent-dimension {})",
                                            p.informative_directions, p.latent));
    set_time(run.times, p.kl_weight);
    require_annealing(p.kl_weight);
    InverseLipschitz& l = p.inverse_lipschitz;
    l.first = run.inverse_lipschitz;
    l.second = run.inverse_lipschitz_2.value_or(run.inverse_lipschitz);
    if (p.decoder == vae::Decoder::linear) l.second = 1.0;
    if (l.time > 0.0 && l.approach == vae::Approach::exponential) {
        require_positive(l.initial, 1e3, "initial-inverse-lipschitz",
                         "above 0, up to 1000, with an exponential schedule");
        require_positive(std::min(l.first, l.second), 1e3, "inverse-lipschitz",
                         "above 0, up to 1000, with an exponential schedule");
    }
    p.encoder = {p.dimension, vae::code_rows(p.latent, p.clusters), run.encoder_width, run.encoder_depth,
                 run.activation};
    p.network = {p.latent, p.dimension, run.decoder_width, run.decoder_depth, run.activation};
    if (p.decoder == vae::Decoder::linear) {
        p.network.depth = 0;
        if (p.latent > p.dimension && l.first > 0.0)
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
        const bool quadratic = run.psi_activation == PsiActivation::quadratic;
        if ((run.decoder_depth == 0) != quadratic)
            throw std::domain_error(
                fmt::format("decoder-depth = {} (allowed: 1 to 8 with decoder brenier; 0 with "
                            "psi-activation quadratic, and there nothing else)",
                            run.decoder_depth));
        const vae::Activation psi = quadratic                                         ? vae::Activation::quadratic
                                    : run.psi_activation == PsiActivation::leaky_relu ? vae::Activation::leaky_relu
                                                                                      : vae::Activation::softplus;
        p.first_map = {p.latent, run.decoder_width, run.decoder_depth, psi};
        p.second_map = {p.dimension, run.decoder_width, run.decoder_depth, psi};
    }
    return run;
}

}  // namespace modecollapse
