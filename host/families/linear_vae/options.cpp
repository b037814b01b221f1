#include "host/families/linear_vae/options.hpp"

#include "host/linear_vae/setup.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {
namespace {

using linear_vae::Payload;

constexpr auto problem = &LinearVaeRun::problem;
constexpr auto kl_weight = &Payload::kl_weight;
constexpr unsigned all_commands = member_commands | theory_command;

OptionRow whole_row(const std::string& name, double low, double high, const std::string& help,
                    double Payload::*member) {
    return number_row(name, low, high, help, problem, member).whole();
}

OptionRows physics_rows() {
    return {
        number_row("signal-variance", 0, 1e6, "variance rho that the data have along each signal direction", problem,
                   &Payload::signal_variance)
            .in(Group::physics)
            .of(all_commands)
            .allowed("0 to 1e6")
            .called("rho", "signal variance rho")
            .searched_in("0.1:10"),
        number_row("noise-variance", 0, 1e6, "variance eta that they have in every direction besides", problem,
                   &Payload::noise_variance)
            .in(Group::physics)
            .of(all_commands)
            .allowed("0 to 1e6")
            .called("eta", "noise variance eta")
            .searched_in("0.1:10"),
        whole_row("dimension", 3, 1e9, "dimension N of the data", &Payload::dimension)
            .in(Group::physics)
            .of(probability_command | trajectory_command)
            .allowed("3 to 1e9, and at least 2 latent-dimension + signal-dimension")
            .called("N", "dimension N of the data")
            .searched_in("log:10:1000000"),
        plain_row(Kind::integer_list, "dimension", 3, 1e9, "dimensions N of the data, a list")
            .in(Group::physics)
            .of(threshold_command | theory_command)
            .allowed("3 to 1e9, and at least 2 latent-dimension + signal-dimension")
            .by_default("100,1000,10000,1000000")
            .called("N", "dimension N of the data"),
        number_row("latent-dimension", 1, linear_vae::most_directions, "latent directions M", problem, &Payload::latent)
            .in(Group::physics)
            .of(all_commands)
            .called("M", "latent dimension M"),
        number_row("signal-dimension", 1, linear_vae::most_directions, "signal directions M* of the data", problem,
                   &Payload::signal)
            .in(Group::physics)
            .of(all_commands)
            .called("M*", "signal dimension M*"),
        number_row("kl-weight", 1e-6, 1e6,
                   "weight beta of the KL term, which is the decoder's variance; with annealing "
                   "where it ends",
                   problem, kl_weight, &KlWeight::end)
            .in(Group::physics)
            .of(all_commands)
            .allowed("1e-6 to 1e6")
            .called("beta", "KL weight beta")
            .searched_in("0.01:10"),
        number_row("inverse-lipschitz", 0, 1e3,
                   "inverse-Lipschitz constant L of the decoder: its singular values are at least this; 0: none",
                   problem, &Payload::inverse_lipschitz)
            .in(Group::physics)
            .of(all_commands)
            .called("L", "inverse-Lipschitz constant L")
            .searched_in("0.01:3"),
        choice_row(
            "dynamics", linear_vae::dynamics_names,
            "gradient flow; the same with the noise of a learning rate; SGD, exact in law at a cost independent of "
            "N; or SGD in N dimensions",
            problem, &Payload::dynamics)
            .in(Group::physics)
            .of(all_commands),
        number_row("horizon", 0, 1e9, "end time T, in theta = learning rate x steps / N", problem, &Payload::horizon)
            .in(Group::physics)
            .of(all_commands)
            .allowed("above 0, up to 1e9")
            .called("T", "end time T")
            .searched_in("log:1:10000"),
        number_row("start-scale", 0, 1e3, "standard deviation s0 of the entries of decoder and encoder at the start",
                   problem, &Payload::start_scale)
            .in(Group::physics)
            .of(all_commands)
            .allowed("above 0, up to 1000")
            .called("s0", "start scale s0")
            .searched_in("log:0.001:1"),
    };
}

OptionRows dynamics_rows() {
    const Need noisy = {"dynamics", "flow-noise|sgd|sgd-full"};
    return {
        number_row("learning-rate", 0, 1e6, "learning rate tau", problem, &Payload::learning_rate)
            .in(Group::dynamics)
            .of(all_commands)
            .allowed("above 0, up to 1e6")
            .called("tau")
            .used_with({noisy})
            .searched_in("log:0.001:1"),
        number_row("encoder-variance-rate", 0, 1e6, "learning rate of the encoder's variances over tau", problem,
                   &Payload::encoder_variance_rate)
            .in(Group::dynamics)
            .of(all_commands)
            .allowed("above 0, up to 1e6")
            .searched_in("log:0.01:100"),
        number_row("batch-size", 1, 1e9, "samples B a step", problem, &Payload::batch)
            .in(Group::dynamics)
            .of(all_commands)
            .allowed("1 to 1e9")
            .called("B")
            .used_with({noisy})
            .searched_in("log:1:1000"),
        number_row("weight-decay", 0, 1e6, "weight decay lambda of decoder and encoder", problem,
                   &Payload::weight_decay)
            .in(Group::dynamics)
            .of(all_commands)
            .allowed("0 to 1e6")
            .called("lambda")
            .searched_in("0:1"),
    };
}

OptionRows annealing_rows() {
    return kl_annealing_rows({"0 to the KL weight; above 0 with geometric", "theta", "log:0.1:1000"},
                             &LinearVaeRun::times, problem, kl_weight);
}

OptionRows outcome_and_run_rows() {
    const Need flows = {"dynamics", "flow|flow-noise"}, sgd = {"dynamics", "sgd|sgd-full"};
    return {
        number_row("activity-floor", 0, 1e6,
                   "a latent direction is active if its posterior mean varies by more than this over the data", problem,
                   &Payload::activity_floor)
            .in(Group::outcome)
            .of(all_commands)
            .allowed("above 0, up to 1e6")
            .called("f", "activity floor f")
            .searched_in("log:0.0001:0.5"),
        number_row("capture-share", 0, 0.999999,
                   "a signal direction is captured if the active latents explain more than this share of what they can",
                   problem, &Payload::capture_share)
            .in(Group::outcome)
            .of(all_commands)
            .allowed("above 0, below 1")
            .searched_in("0.05:0.95"),
        choice_row("of", linear_vae_reading_names,
                   "what P(collapse) counts: no latent direction is active, or no signal direction is captured",
                   &LinearVaeRun::of)
            .in(Group::outcome)
            .of(ensemble_commands)
            .along_axes(false),
        number_row("tolerance", 1e-12, 1e-2, "relative error allowed an integration step", problem, &Payload::tolerance)
            .in(Group::run)
            .used_with({flows}),
        whole_row("maximum-steps", 1, 1e9, "integration steps after which a trajectory has failed",
                  &Payload::maximum_steps)
            .in(Group::run)
            .allowed("1 to 1e9")
            .used_with({flows}),
        plain_row(Kind::number_list, "level", 1e-6, 0.999999, "levels of P(collapsed) that define a critical KL weight")
            .in(Group::command)
            .of(theory_command)
            .allowed("0.000001 to 0.999999")
            .by_default("0.1,0.5"),
        plain_row(Kind::number_list, "times", 0, 1e9, "output times, a list; 21 of them up to the horizon unless given")
            .in(Group::command)
            .of(trajectory_command)
            .allowed("0 to 1e9"),
        plain_row(Kind::integer, "warm-up-starts", 0, 100000,
                  "starts over which the time to recovery is taken that the best warm-up makes shortest; 0: none")
            .in(Group::command)
            .of(theory_command)
            .by_default("0"),
        plain_row(Kind::integer, "trajectories", 1, 1e15, "number of trajectories; threshold: at each value")
            .in(Group::run)
            .of(ensemble_commands)
            .allowed("1 to 1e15")
            .by_default("10000")
            .by_default("1000", every_command, {sgd})
            .along_axes(true),
        plain_row(Kind::choice, "precision", "double", "number type of the computation")
            .in(Group::run)
            .of(all_commands)
            .by_default("double")
            .along_axes(true),
    };
}

}  // namespace

const OptionRows& linear_vae_options() {
    static const OptionRows rows = [] {
        OptionRows all = physics_rows();
        for (const OptionRows& more : {dynamics_rows(), annealing_rows(), outcome_and_run_rows()})
            all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return rows;
}

linear_vae::Payload linear_vae_payload(const Settings& settings) {
    LinearVaeRun run = settings.as<LinearVaeRun>();
    set_time(run.times, run.problem.kl_weight);
    return linear_vae::checked(run.problem);
}

void check_linear_vae(const Configuration& options) {
    if (options.command() == theory_command && options.text("dynamics").rfind("sgd", 0) == 0)
        options.refuse("dynamics", "the theory is for the closed equations (allowed: flow, flow-noise)");
    check_kl_annealing(options);
}

}  // namespace modecollapse
