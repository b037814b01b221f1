#include "host/families/mixture/options.hpp"

#include <algorithm>

#include "host/starts/collapse_estimate.hpp"

namespace modecollapse {
namespace {

// "b|c" of {"a", "b", "c"}: all but the default.
template <std::size_t n>
std::string beyond_first(const char* const (&names)[n]) {
    const std::string all = joined(names);
    return all.substr(all.find('|') + 1);
}

OptionRows physics_rows() {
    const Need trainable = {"weights", beyond_first(weight_geometry_names)};
    const Need sgd = {"dynamics", beyond_first(dynamics_names)};
    const std::string until = text_of_number(default_trainable_horizon);
    return {
        radius_row<MixtureRun>(physics_commands | variance_command),
        number_row("dimension", 2, 1e9, "dimension d of the space", &MixtureRun::dimension)
            .whole()
            .in(Group::physics)
            .of(probability_command | trajectory_command | variance_command)
            .called("d", "dimension d of the space"),
        plain_row(Kind::integer_list, "dimension", 2, 1e9, "dimensions d, a list")
            .in(Group::physics)
            .of(threshold_command | theory_command)
            .by_default("2,10,100,1000,10000,1000000")
            .called("d", "dimension d of the space"),
        target_weight_row<MixtureRun>(state_commands),
        number_row("weight", smallest_trainable_weight, 1.0 - smallest_trainable_weight,
                   "weight w1 of the first component, the target's unless given; a trainable one: its start",
                   &MixtureRun::weight)
            .in(Group::physics)
            .of(state_commands)
            .allowed("0.0001 to 0.9999; trainable: 1e-8 to 1 - 1e-8")
            .by_default("0.5", every_command, {trainable})
            .recorded(Record::resolved)
            .called("w1", "weight w1 of the first component"),
        choice_row("weights", weight_geometry_names, "fixed weights, or trainable ones by their geometry",
                   &MixtureRun::target, &Problem::weights)
            .in(Group::physics)
            .of(physics_commands | variance_command),
        choice_row("dynamics", dynamics_names,
                   "gradient flow; SGD, exact in law at a cost independent of d; SGD in d dimensions; or SGD's "
                   "diffusion approximation",
                   &MixtureRun::settings, &MixtureSettings::sampled, &SgdSettings::dynamics)
            .in(Group::physics)
            .of(physics_commands)
            .along_axes(false),
        number_row("horizon", 1e-6, 1e9, "end time T: classify the state at T as it is; without one, run until trapped",
                   &MixtureRun::settings, &MixtureSettings::horizon)
            .in(Group::physics)
            .of(physics_commands)
            .allowed("0.000001 to 1e9")
            .by_default(until, every_command, {trainable})
            .by_default(until, every_command, {sgd})
            .recorded(Record::resolved)
            .called("T", "end time T")
            .searched_in("log:0.1:1000"),
        number_row("learning-rate", 0, largest_learning_rate, "step eta of SGD, t = eta x steps", &MixtureRun::settings,
                   &MixtureSettings::sampled, &SgdSettings::learning_rate)
            .in(Group::dynamics)
            .allowed("above 0, up to 1e6")
            .recorded(Record::resolved)
            .called("eta")
            .used_with({sgd})
            .searched_in("log:0.001:1"),
        number_row("batch-size", 1, largest_batch_size, "samples B a component and step of SGD", &MixtureRun::settings,
                   &MixtureSettings::sampled, &SgdSettings::batch_size)
            .in(Group::dynamics)
            .allowed("1 or more, up to 1e12")
            .recorded(Record::resolved)
            .called("B")
            .used_with({sgd})
            .searched_in("log:1:10000"),
        plain_row(Kind::integer, "batch-size", 1, largest_batch_size, "samples B a component")
            .in(Group::dynamics)
            .of(variance_command)
            .allowed("1 or more, up to 1e12")
            .by_default(text_of_number(static_cast<double>(default_batch_size)))
            .called("B"),
        choice_row("estimator", estimator_names, "gradient estimator of SGD", &MixtureRun::settings,
                   &MixtureSettings::sampled, &SgdSettings::estimator)
            .in(Group::dynamics)
            .recorded(Record::resolved)
            .used_with({sgd}),
        choice_row("baseline", baseline_names, "baseline of the estimator score", &MixtureRun::settings,
                   &MixtureSettings::sampled, &SgdSettings::baseline)
            .in(Group::dynamics)
            .recorded(Record::if_given)
            .used_with({sgd, {"estimator", "score"}}),
        annealing_row<MixtureRun>(physics_commands | variance_command, tempering_choices()),
        initial_temperature_row<MixtureRun>(physics_commands | variance_command),
        annealing_time_row<MixtureRun>(physics_commands,
                                       "time scale t0 of the schedule; adaptive: time between two raises of beta"),
        number_row("target-ess", smallest_target_ess, largest_target_ess,
                   "adaptive schedule: effective share of samples that a raise of beta leaves", &MixtureRun::target,
                   &Problem::annealing, &Annealing::target_ess)
            .in(Group::dynamics)
            .of(physics_commands)
            .recorded(Record::if_given)
            .used_with({{"annealing", schedule_names[static_cast<int>(Schedule::adaptive)]}})
            .searched_in("0.05:0.95"),
    };
}

OptionRows outcome_rows() {
    const Need trainable = {"weights", beyond_first(weight_geometry_names)};
    return {
        number_row("alignment-threshold", 1e-6, 0.999999, "theta: a mean is on a mode if |m| > theta",
                   &MixtureRun::settings, &MixtureSettings::rule, &OutcomeRule::alignment_threshold)
            .in(Group::outcome)
            .of(physics_commands | folds_command)
            .allowed("0.000001 to 0.999999")
            .called("theta")
            .searched_in("0.05:0.95"),
        number_row("weight-floor", 0, 0.499999, "a component below this weight has vanished", &MixtureRun::settings,
                   &MixtureSettings::rule, &OutcomeRule::weight_floor)
            .in(Group::outcome)
            .of(physics_commands | folds_command)
            .searched_in("0.001:0.45"),
        number_row("quasi-share", 0, 1,
                   "aligned for more than this share of the run, then matched or swapped: a quasi-collapse",
                   &MixtureRun::settings, &MixtureSettings::quasi_share)
            .in(Group::outcome)
            .of(probability_command)
            .recorded(Record::if_given)
            .used_with({trainable, {"rare", "false"}}),
        plain_row(Kind::number_list, "start", -1, 1, "a given start instead of --id")
            .in(Group::command)
            .of(trajectory_command | variance_command)
            .allowed("m1,m2,s[,w1], each in -1 to 1, with a positive semi-definite Gram matrix"),
    };
}

OptionRows run_rows() {
    const Need flow = {"dynamics", dynamics_names[0]}, sgd = {"dynamics", beyond_first(dynamics_names)};
    const Need at_random = {"rare", "false"};
    const OptionRow device = plain_row(Kind::integer, "device", 0, 1023, "GPU number")
                                 .in(Group::run)
                                 .of((physics_commands & ~theory_command & ~trajectory_command) | phase_diagram_command)
                                 .by_default("0")
                                 .used_with({{"backend", "cuda"}})
                                 .used_with({{"backend", "auto"}})
                                 .says_only_how();
    return {
        number_row("tolerance", 1e-12, 1e-2, "relative error allowed an integration step", &MixtureRun::settings,
                   &MixtureSettings::tolerance)
            .in(Group::run)
            .of(physics_commands & ~theory_command)
            .used_with({flow})
            .allowed_in_single(smallest_single_tolerance, 1e-2, "1e-5 to 0.01"),
        number_row("maximum-steps", 1, 1e9, "integration steps after which a trajectory has failed",
                   &MixtureRun::settings, &MixtureSettings::maximum_steps)
            .whole()
            .in(Group::run)
            .of(physics_commands)
            .allowed("1 to 1e9 (single precision: to 16777215)")
            .used_with({flow})
            .allowed_in_single(1, largest_single_steps, "1 to 16777215"),
        plain_row(Kind::integer, "trajectories", 1, 1e15,
                  "number of trajectories; threshold: at each radius, at most; variance: batches")
            .in(Group::run)
            .of(ensemble_commands | variance_command)
            .allowed("1 to 1e15")
            .by_default("1000000")
            .by_default("1000", every_command, {sgd})
            .by_default("1000", variance_command)
            .by_default("100000", threshold_command)
            .along_axes(true),
        plain_row(Kind::choice, "sampling", "monte-carlo|sobol",
                  "random starts, or randomized quasi-Monte Carlo: scrambled Sobol points in the initial law")
            .in(Group::run)
            .of(ensemble_commands)
            .by_default("monte-carlo")
            .used_with({flow, at_random}),
        plain_row(Kind::integer, "replicates", 2, 1024,
                  "independently scrambled Sobol sequences, which give the interval")
            .in(Group::run)
            .of(ensemble_commands)
            .by_default(text_of_number(static_cast<double>(SamplingPlan{}.replicates)))
            .recorded(Record::if_given)
            .used_with({{"sampling", "sobol"}}),
        plain_row(Kind::flag, "rare", "true|false",
                  "small P by importance sampling in the initial law; --trajectories is the most it may use in total")
            .in(Group::run)
            .of(probability_command)
            .by_default("false")
            .used_with({flow}),
        plain_row(Kind::number, "relative-error", 1e-3, 0.5, "with --rare: standard error over P to reach")
            .in(Group::run)
            .of(probability_command)
            .by_default("0.1")
            .recorded(Record::if_given)
            .used_with({{"rare", "true"}}),
        device,
    };
}

}  // namespace

const OptionRows& mixture_options() {
    static const OptionRows rows = [] {
        OptionRows all = physics_rows();
        for (const OptionRows& more : {outcome_rows(), run_rows()}) all.insert(all.end(), more.begin(), more.end());
        return all;
    }();
    return rows;
}

MixtureRun mixture_run(const Settings& settings) {
    MixtureRun run = settings.as<MixtureRun>();
    resolve_tempering(run.target, run.tempering);
    run.target.weight = run.weight ? *run.weight : default_weight(run.target);
    if (settings.is("precision", "single")) {
        run.settings.precision = Precision::single_precision;
        run.settings.tolerance = std::max(run.settings.tolerance, smallest_single_tolerance);
    }
    return run;
}

std::string resolved_text(const Settings& settings, const std::string& name) {
    const MixtureRun run = mixture_run(settings);
    if (name == "weight") return text_of_number(run.target.weight);
    if (name == "horizon") {
        const std::optional<double> horizon = effective_horizon(run.target, run.settings);
        return horizon ? text_of_number(*horizon) : std::string();
    }
    const OptionRows& rows = mixture_options();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const OptionRow& r) { return r.name == name; });
    return row != rows.end() && row->member.owner == typeid(MixtureRun) ? row->member.text(&run) : std::string();
}

}  // namespace modecollapse
