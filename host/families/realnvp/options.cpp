#include "host/families/realnvp/options.hpp"

#include "host/families/optimizer_options.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

// The schedules in time: beta of a training knows nothing of its samples.
std::string schedules_of_a_training() {
    std::string choices;
    for (const std::string& name : split(tempering_choices(), '|'))
        if (name != schedule_names[static_cast<int>(Schedule::adaptive)])
            choices += (choices.empty() ? "" : "|") + name;
    return choices;
}

OptionRow file_row(const std::string& name, const std::string& what, const std::string& help) {
    return plain_row(Kind::text, name, what, help).of(probability_command).says_only_how();
}

template <class Row>
OptionRow dimension_row(Row row) {
    return row.in(Group::physics)
        .called("d", "dimension d of the space")
        .allowed("even, 2 to 1024 with --family realnvp");
}

}  // namespace

const OptionRows& realnvp_options() {
    constexpr auto training = &RealnvpRun::training;
    constexpr auto shape = &Training::shape;
    constexpr auto optimizer = &Training::optimizer;
    static const OptionRows rows = {
        radius_row<RealnvpRun>(member_commands),
        dimension_row(number_row("dimension", 2, largest_realnvp_dimension, "dimension d of the space, even", training,
                                 shape, &RealnvpShape::dimension)
                          .of(probability_command | trajectory_command)
                          .by_default("100")),
        dimension_row(plain_row(Kind::integer_list, "dimension", 2, largest_realnvp_dimension,
                                "dimensions d, a list of even ones")
                          .of(threshold_command)
                          .by_default("2,4,8,16,32")),
        target_weight_row<RealnvpRun>(member_commands),
        number_row("horizon", 1, most_training_steps, "steps T of the training", training, &Training::steps)
            .in(Group::physics)
            .allowed("a whole number, 1 to 1e9")
            .called("T", "end time T (steps)")
            .searched_in("log:10:10000"),
        learning_rate_row(training, optimizer),
        number_row("batch-size", 1, largest_realnvp_batch, "samples B a step", training, &Training::batch)
            .in(Group::dynamics)
            .called("B")
            .allowed("1 to 1000000 with --family realnvp")
            .searched_in("log:8:4096"),
        choice_row("estimator", realnvp_estimator_names, "gradient estimator", training, &Training::estimator)
            .in(Group::dynamics),
        annealing_row<RealnvpRun>(member_commands, schedules_of_a_training()),
        initial_temperature_row<RealnvpRun>(member_commands),
        annealing_time_row<RealnvpRun>(member_commands, "time scale t0 of the schedule, in steps"),
        number_row("layers", 1, most_realnvp_layers, "coupling layers", training, shape, &RealnvpShape::layers),
        number_row("width", 1, 4096, "hidden units of a layer's network", training, shape, &RealnvpShape::width),
        number_row("depth", 1, 8, "hidden layers of a layer's network", training, shape, &RealnvpShape::depth),
        choice_row("mask", coupling_mask_names,
                   "which half of the coordinates a layer moves: the last and the first by turns, or random ones",
                   training, shape, &RealnvpShape::mask),
        optimizer_row(training, optimizer),
        rate_schedule_row(training, optimizer),
        gradient_clip_row(training, optimizer),
        first_decay_row(training, optimizer),
        number_row("evaluation-samples", 2, 1e8, "samples that decide a flow's outcome", training,
                   &Training::evaluation_samples)
            .allowed("2 to 1e8"),
        number_row("mode-mass-floor", 0, 0.999999, "a mode that holds less than this share of its target mass is lost",
                   training, &Training::mode_mass_floor)
            .allowed("above 0, up to 0.999999"),
        number_row("start-scale", 0, 1,
                   "half-width of the last layer's weights at the start times sqrt(inputs); 0: the identity", training,
                   &Training::start_scale)
            .recorded(Record::if_given)
            .searched_in("0.001:1"),
        file_row("save-flows", "a file", "save the trained flows, to sample them or to train on"),
        file_row("continue-flows", "a file of --save-flows",
                 "go on with saved flows, to the horizon, instead of from the start"),
        plain_row(Kind::number_list, "times", 0, 1e9,
                  "steps to look at, a list; 21 of them up to the horizon unless given")
            .in(Group::command)
            .of(trajectory_command)
            .allowed("0 to 1e9"),
        plain_row(Kind::integer, "trajectories", 1, 1e15, "number of trainings; threshold: at each radius, at most")
            .in(Group::run)
            .of(ensemble_commands)
            .allowed("1 to 1e15")
            .by_default("100")
            .along_axes(true),
    };
    return rows;
}

RealnvpRun realnvp_run(const Settings& settings) {
    RealnvpRun run = settings.as<RealnvpRun>();
    resolve_tempering(run.target, run.tempering);
    run.target.weight = default_weight(run.target);
    if (settings.is("precision", "single")) run.precision = Precision::single_precision;
    return run;
}

}  // namespace modecollapse
