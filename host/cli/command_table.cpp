#include "host/cli/command_table.hpp"

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
         nullptr},
        {"threshold", threshold_command,
         "R_c(d; level): the radius at which P(collapse) reaches a level, with folds and R_inf", nullptr, run_threshold,
         nullptr},
        {"theory", theory_command, "P(collapse) by theory instead of sampling, for a list of dimensions", nullptr,
         run_theory, nullptr},
        {"phase-diagram", phase_diagram_command,
         "P(collapse) over a grid described in a TOML file; can be stopped, resumed and split", "FILE.toml", nullptr,
         run_phase_diagram},
        {"status", status_command, "progress of a phase-diagram run, running or stopped", "DIR", nullptr, run_status},
        {"merge", merge_command, "join the parts of a phase diagram that was run with --shard", "DIR...", nullptr,
         run_merge},
        {"trajectory", trajectory_command, "order parameters over time for chosen trajectories", nullptr,
         run_trajectory, nullptr},
        {"basin", basin_command, "outcome over a grid of starts (m1, m2) at a fixed overlap s", nullptr, run_basin,
         nullptr},
        {"folds", folds_command,
         "R_fold_plus, R_fold_minus and R_inf: radii at which collapse becomes possible, without sampling", nullptr,
         run_folds, nullptr},
        {"variance", variance_command, "noise of every gradient estimator of SGD at a state", nullptr, run_variance,
         nullptr},
        {"sample", sample_command, "samples of a trained normalizing flow, with their densities", nullptr, run_sample,
         nullptr},
        {"info", info_command, "version, build, backends, devices", nullptr, nullptr, run_info},
    };
    return table;
}

}  // namespace modecollapse
