#include "host/cli/command_table.hpp"

#include "host/options/file_choice.hpp"

namespace modecollapse {
namespace {

int run_info(const Configuration& options, const std::vector<std::string>&) {
    print_to_stdout(info_text(options.text("format")));
    return exit_done;
}

}  // namespace

const std::vector<CommandEntry>& command_table() {
    static const std::vector<CommandEntry> table = {
        {"probability", probability_command,
         "P(collapse) at one point, with its interval and the count of every outcome", nullptr, run_probability,
         nullptr,
         "  modecollapse probability --radius 2 --dimension 100 --seed 7\n"
         "  modecollapse probability --dynamics sgd --batch-size 10 --format json\n"},
        {"threshold", threshold_command,
         "R_c(d; level): the radius at which P(collapse) reaches a level, with folds and R_inf; or the critical value "
         "of "
         "another option (--over)",
         nullptr, run_threshold, nullptr,
         "  modecollapse threshold --dimension 10,100,1000 --seed 7\n"
         "  modecollapse threshold --level 0.01,0.5 --radius-range 1:2 --output radii.nc\n"
         "  modecollapse threshold --over annealing-time --initial-temperature 10 --radius 2 --level 0.01\n"},
        {"theory", theory_command, "P(collapse) by theory instead of sampling, for a list of dimensions", nullptr,
         run_theory, nullptr, "  modecollapse theory --radius 2 --dimension 100,10000\n"},
        {"phase-diagram", phase_diagram_command,
         "a number over a grid described in a TOML file; can be stopped, resumed and split. The key quantity of the "
         "file says "
         "which: \"probability\" (P(collapse) of an ensemble, the default), \"theory\" (the same without sampling) or "
         "\"threshold\" (R_c, or the critical value of another option)",
         "FILE.toml", nullptr, run_phase_diagram,
         "  modecollapse phase-diagram grid.toml --run-dir run\n"
         "  modecollapse phase-diagram grid.toml --run-dir run --resume\n"},
        {"status", status_command, "progress of a phase-diagram run, running or stopped", "DIR", nullptr, run_status,
         "  modecollapse status run\n"},
        {"merge", merge_command, "join the parts of a phase diagram that was run with --shard", "DIR...", nullptr,
         run_merge, "  modecollapse merge shard-0 shard-1 --run-dir whole\n"},
        {"trajectory", trajectory_command, "order parameters over time for chosen trajectories", nullptr,
         run_trajectory, nullptr,
         "  modecollapse trajectory --id 0,1,2 --times 0:50:1 --seed 7\n"
         "  modecollapse trajectory --start 0.1,-0.1,0 --format csv\n"},
        {"basin", basin_command, "outcome over a grid of starts (m1, m2) at a fixed overlap s", nullptr, run_basin,
         nullptr, "  modecollapse basin --radius 2 --s 0.1 --output basin.nc\n"},
        {"folds", folds_command,
         "R_fold_plus, R_fold_minus and R_inf: radii at which collapse becomes possible, without sampling", nullptr,
         run_folds, nullptr, "  modecollapse folds --target-weight 0.6666667\n"},
        {"variance", variance_command, "noise of every gradient estimator of SGD at a state", nullptr, run_variance,
         nullptr, "  modecollapse variance --start 0.3,-0.2,0 --batch-size 10 --dimension 100\n"},
        {"sample", sample_command,
         "samples of a trained flow, with their densities, or of a trained VAE, or its sentences", nullptr, run_sample,
         nullptr, "  modecollapse sample --flows flows.nc --member 2 --samples 1000 --output samples.nc\n"},
        {"encode", encode_command, "means and variances of the latent variable that a trained VAE gives data of a file",
         nullptr, run_encode, nullptr,
         "  modecollapse encode --models vaes.nc --data images.npy --output encoded.nc\n"},
        {"reconstruct", reconstruct_command,
         "what a trained VAE makes of data of a file: the decoder at the means that the encoder gives them", nullptr,
         run_reconstruct, nullptr,
         "  modecollapse reconstruct --models vaes.nc --data images.npy --rows 100 --output reconstructed.nc\n"},
        {"info", info_command, "version, build, backends, devices", nullptr, nullptr, run_info,
         "  modecollapse info --format json\n"},
    };
    return table;
}

}  // namespace modecollapse
