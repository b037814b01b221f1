#include "host/families/realnvp/options.hpp"

#include "host/components/checks.hpp"
#include "host/families/checks.hpp"
#include "host/families/optimizer_options.hpp"
#include "host/options/configuration.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

OptionRow file_row(const std::string& name, const std::string& what, const std::string& help) {
    return plain_row(Kind::text, name, what, help).of(probability_command).says_only_how();
}

// One number, the weight of the first of two modes, or one for each.
OptionRow weights_row() {
    const OptionRow row = number_row("target-weight", smallest_weight, 1.0 - smallest_weight,
                                     "weight w* of the target's mode at +mu*; of other layouts the weights of the K* "
                                     "modes, a list, equal ones unless given",
                                     &RealnvpRun::target_weight);
    return row.in(Group::physics)
        .or_list()
        .called("w*", "weight w* of the target's mode at +mu*")
        .without_default()
        .by_default("0.6666666666666666", every_command, {{"layout", "antipodal"}});
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
    static const OptionRows of_the_flow = {
        dimension_row(number_row("dimension", 2, largest_realnvp_dimension, "dimension d of the space, even", training,
                                 shape, &RealnvpShape::dimension)
                          .of(probability_command | trajectory_command)
                          .by_default("100")),
        dimension_row(plain_row(Kind::integer_list, "dimension", 2, largest_realnvp_dimension,
                                "dimensions d, a list of even ones")
                          .of(threshold_command)
                          .by_default("2,4,8,16,32")),
        weights_row(),
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
        annealing_row<RealnvpRun>(member_commands, schedules_in_time()),
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
    static const OptionRows rows = [] {
        OptionRows all = mode_rows<RealnvpRun>(member_commands);
        all.insert(all.end(), of_the_flow.begin(), of_the_flow.end());
        return all;
    }();
    return rows;
}

RealnvpRun realnvp_run(const Settings& settings) {
    RealnvpRun run = settings.as<RealnvpRun>();
    resolve_tempering(run.target, run.tempering);
    if (!run.has_modes()) {
        coordinates_of(run.modes, run.target.radius, run.means);  // two modes, or an error
        const std::vector<double> weights =
            run.target_weight.empty() ? std::vector<double>{run.target.target_weight} : parse_list(run.target_weight);
        run.target.target_weight =
            weights.size() == 1 ? weights[0] : components::checked_weights(weights, 2, "target-weight")[0];
    }
    run.target.weight = default_weight(run.target);
    if (settings.is("precision", "single")) run.precision = Precision::single_precision;
    return run;
}

std::shared_ptr<const PlacedModes> modes_of(const RealnvpRun& run) {
    if (!run.has_modes()) return nullptr;
    const ModePoints rows = coordinates_of(run.modes, run.target.radius, run.means);
    const bool given = run.modes.layout == components::Layout::file;
    const std::vector<double> weights =
        components::checked_weights(run.target_weight.empty() ? std::vector<double>{} : parse_list(run.target_weight),
                                    static_cast<int>(rows.size()), "target-weight");
    return std::make_shared<PlacedModes>(
        placed_in(rows, run.training.shape.dimension, given ? ModeAxes::as_given : ModeAxes::of_all), weights);
}

void check_realnvp(const Configuration& options) {
    check_tempering(options);
    check_modes(options);
}

}  // namespace modecollapse
