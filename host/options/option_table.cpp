#include "host/options/option_table.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "host/families/family_id.hpp"
#include "host/io/names.hpp"
#include "host/mixture/sgd_setup.hpp"
#include "modecollapse/realnvp/problem.hpp"

namespace modecollapse {
namespace {

constexpr const char* physics = "Physics";
constexpr const char* sampled = "Sampled dynamics and tempering";
constexpr const char* flows = "Normalizing flows (--family realnvp)";
constexpr const char* outcome = "Outcome";
constexpr const char* command = "Command";
constexpr const char* run = "Run";
constexpr const char* output = "Input and output";

}  // namespace

const std::vector<OptionSpec>& option_table() {
    static const std::string weight_choices = joined(weight_geometry_names);
    static const std::string dynamics_choices = joined(dynamics_names);
    static const std::string estimator_choices = joined(estimator_names);
    static const std::string baseline_choices = joined(baseline_names);
    static const std::string annealing_choices = joined(schedule_names) + "|constant";  // constant: Problem::beta
    static const std::string family_choices = joined(family_names);
    static const std::string mask_choices = joined(coupling_mask_names);
    static const std::string optimizer_choices = joined(optimizer_names);
    static const std::string rate_schedule_choices = joined(rate_schedule_names);
    static const std::vector<OptionSpec> table = {
        {"radius", Kind::number, "1.5", 1e-3, 10, "0.001 to 10", physics,
         "distance R of the target's modes from the origin", (physics_commands & ~threshold_command) | variance_command,
         "R", "radius R of the target's modes"},
        {"dimension", Kind::integer, "100", 2, 1e9, "2 to 1000000000", physics, "dimension d of the space",
         probability_command | trajectory_command | variance_command, "d", "dimension d of the space"},
        {"dimension", Kind::integer_list, "2,10,100,1000,10000,1000000", 2, 1e9, "2 to 1000000000", physics,
         "dimensions d, a list (flows: default 2,4,8,16,32)", threshold_command | theory_command, "d",
         "dimension d of the space"},
        {"target-weight", Kind::number, "0.6666666666666666", 1e-4, 0.9999, "0.0001 to 0.9999", physics,
         "weight w* of the target's mode at +mu*", state_commands, "w*", "weight w* of the target's mode at +mu*"},
        {"weight", Kind::number, nullptr, 1e-8, 1 - 1e-8, "0.0001 to 0.9999; trainable: 1e-8 to 1 - 1e-8", physics,
         "weight w1 of the first component (fixed: default the target's; trainable: its start, default 0.5)",
         state_commands, "w1", "weight w1 of the first component"},
        {"weights", Kind::choice, "fixed", 0, 0, weight_choices.c_str(), physics,
         "fixed weights, or trainable ones by their geometry", physics_commands | variance_command},
        {"dynamics", Kind::choice, "flow", 0, 0, dynamics_choices.c_str(), physics,
         "gradient flow; SGD, exact in law at a cost independent of d; SGD in d dimensions; or SGD's diffusion "
         "approximation",
         physics_commands},
        {"horizon", Kind::number, nullptr, 1e-6, 1e9, "0.000001 to 1e9", physics,
         "end time T: classify the state at T as it is (default: run until trapped; with trainable weights or SGD 200; "
         "flows: steps of the "
         "training, default 2000)",
         physics_commands, "T", "end time T (flows: steps)"},
        {"learning-rate", Kind::number, nullptr, 0, 1e6, "above 0, up to 1e6", sampled,
         "step eta of SGD, t = eta x steps (default 0.05); of the optimizer of a flow (default 0.001)", member_commands,
         "eta"},
        {"batch-size", Kind::integer, nullptr, 1, 1e12, "1 or more, up to 1e12", sampled,
         "samples B a component and step of SGD (default 1000); a step of a flow (default 256)", member_commands, "B"},
        {"batch-size", Kind::integer, "1000", 1, 1e12, "1 or more, up to 1e12", sampled, "samples B a component",
         variance_command, "B"},
        {"estimator", Kind::choice, nullptr, 0, 0, estimator_choices.c_str(), sampled,
         "gradient estimator of SGD and of flows, which have no score (default pathwise)", member_commands},
        {"baseline", Kind::choice, nullptr, 0, 0, baseline_choices.c_str(), sampled,
         "baseline of the estimator score (default none)", member_commands},
        {"annealing", Kind::choice, "none", 0, 0, annealing_choices.c_str(), sampled,
         "tempering schedule (default with an initial temperature: exponential-temperature)",
         physics_commands | variance_command},
        {"initial-temperature", Kind::number, nullptr, 1, 1e12, "1 to 1e12", sampled,
         "temperature T0 of the target at the start", physics_commands | variance_command, "T0"},
        {"annealing-time", Kind::number, nullptr, 0, 1e9, "above 0, up to 1e9", sampled,
         "time scale t0 of the schedule; adaptive: time between two raises of beta", physics_commands, "t0"},
        {"target-ess", Kind::number, nullptr, smallest_target_ess, largest_target_ess, "0.001 to 0.999", sampled,
         "adaptive schedule: effective share of samples that a raise of beta leaves (default 0.5)", physics_commands},
        {"family", Kind::choice, "mixture", 0, 0, family_choices.c_str(), physics,
         "what is fitted to the target: two Gaussians, or a normalizing flow trained from a random start",
         physics_commands},
        {"layers", Kind::integer, nullptr, 1, 256, "1 to 256", flows, "coupling layers (default 6)", member_commands},
        {"width", Kind::integer, nullptr, 1, 4096, "1 to 4096", flows, "hidden units of a layer's network (default 32)",
         member_commands},
        {"depth", Kind::integer, nullptr, 1, 8, "1 to 8", flows, "hidden layers of a layer's network (default 2)",
         member_commands},
        {"mask", Kind::choice, nullptr, 0, 0, mask_choices.c_str(), flows,
         "which half of the coordinates a layer moves: the last and the first by turns, or random ones (default "
         "halves)",
         member_commands},
        {"optimizer", Kind::choice, nullptr, 0, 0, optimizer_choices.c_str(), flows,
         "how the parameters follow the gradient (default adam)", member_commands},
        {"learning-rate-schedule", Kind::choice, nullptr, 0, 0, rate_schedule_choices.c_str(), flows,
         "constant, or falling to 0 at the horizon as a cosine (default constant)", member_commands},
        {"gradient-clip", Kind::number, nullptr, 0, 1e9, "0 to 1e9", flows,
         "bound on the norm of the gradient (default 0: none)", member_commands},
        {"evaluation-samples", Kind::integer, nullptr, 2, 1e8, "2 to 1e8", flows,
         "samples that decide a flow's outcome (default 10000)", member_commands},
        {"mode-mass-floor", Kind::number, nullptr, 0, 0.999999, "above 0, up to 0.999999", flows,
         "a mode that holds less than this share of its target mass is lost (default 0.05)", member_commands},
        {"save-flows", Kind::text, nullptr, 0, 0, "a file", flows,
         "save the trained flows, to sample them or to train on", probability_command},
        {"continue-flows", Kind::text, nullptr, 0, 0, "a file of --save-flows", flows,
         "go on with saved flows, to the horizon, instead of from the start", probability_command},
        {"flows", Kind::text, nullptr, 0, 0, "a file of probability --save-flows", command,
         "where the trained flows are", sample_command},
        {"member", Kind::integer, "0", 0, 9007199254740992.0, "0 to 9007199254740992", command, "which of them",
         sample_command},
        {"samples", Kind::integer, "10", 1, 1e8, "1 to 1e8", command, "samples to draw", sample_command},
        {"skip", Kind::integer, "0", 0, 1e12, "0 to 1e12", command, "samples of the member's stream to leave out first",
         sample_command},
        {"points", Kind::number_list, nullptr, -1e6, 1e6,
         "coordinates x1,...,xd of a point, or of several, each in -1e6 to 1e6", command,
         "look at the densities there instead of drawing samples", sample_command},
        {"alignment-threshold", Kind::number, "0.5", 1e-6, 0.999999, "0.000001 to 0.999999", outcome,
         "theta: a mean is on a mode if |m| > theta", physics_commands | folds_command, "theta"},
        {"weight-floor", Kind::number, "0.05", 0, 0.499999, "0 to 0.499999", outcome,
         "a component below this weight has vanished", physics_commands | folds_command},
        {"quasi-share", Kind::number, nullptr, 0, 1, "0 to 1", outcome,
         "aligned for more than this share of the run, then matched or swapped: a quasi-collapse (trainable weights; "
         "default 0.2)",
         probability_command},
        {"level", Kind::number_list, "0.1,0.5", 1e-6, 0.999999, "0.000001 to 0.999999", command,
         "levels of P(collapse) that define R_c", threshold_command},
        {"radius-range", Kind::text, "0.5:3", 1e-3, 10, "A:B with 0.001 <= A < B <= 10", command, "radii to search",
         threshold_command},
        {"accuracy", Kind::number, "5e-4", 1e-6, 0.1, "1e-6 to 0.1", command,
         "numerical error allowed in the probabilities; the number of trajectories follows from it", theory_command},
        {"id", Kind::integer_list, nullptr, 0, 9007199254740992.0, "0 to 9007199254740992", command,
         "trajectories of the ensemble to show (default 0)", trajectory_command},
        {"start", Kind::number_list, nullptr, -1, 1,
         "m1,m2,s[,w1], each in -1 to 1, with a positive semi-definite Gram matrix", command,
         "a given start instead of --id", trajectory_command | variance_command},
        {"times", Kind::number_list, "0:20:0.5", 0, 1e9, "0 to 1e9", command,
         "output times, a list (flows: steps, default 21 of them up to the horizon)", trajectory_command},
        {"s", Kind::number, "0", -1, 1, "-1 to 1", command, "overlap of the means at the start", basin_command, "s",
         "overlap s of the means at the start"},
        {"grid", Kind::integer, "101", 2, 10001, "2 to 10001", command, "points along m1 and along m2", basin_command},
        {"run-dir", Kind::text, nullptr, 0, 0, "a folder", command, "where the run keeps its journal and its result",
         phase_diagram_command | merge_command},
        {"resume", Kind::flag, "false", 0, 0, "true|false", command, "go on with the run that the folder holds",
         phase_diagram_command},
        {"retry-failed", Kind::flag, "false", 0, 0, "true|false", command,
         "with --resume: compute the failed cells once more", phase_diagram_command},
        {"shard", Kind::text, nullptr, 0, 0, "i/n with 0 <= i < n, or slurm", command,
         "run the i-th of n parts, in a folder of its own; slurm: the part of this task of a Slurm job array",
         phase_diagram_command},
        {"dry-run", Kind::flag, "false", 0, 0, "true|false", command,
         "print cells, trajectories, memory and predicted time, and stop", phase_diagram_command},
        {"max-time", Kind::number, nullptr, 0, 1e9, "0 to 1e9", command, "seconds after which the run stops, resumable",
         phase_diagram_command},
        {"on-error", Kind::choice, "continue", 0, 0, "continue|stop", command, "what to do when a cell fails",
         phase_diagram_command},
        {"tolerance", Kind::number, "1e-6", 1e-12, 1e-2, "1e-12 to 0.01", run,
         "relative error allowed an integration step", physics_commands & ~theory_command},
        {"maximum-steps", Kind::integer, "1000000", 1, 1e9, "1 to 1e9 (single precision: to 16777215)", run,
         "integration steps after which a trajectory has failed", physics_commands},
        {"trajectories", Kind::integer, "1000000", 1, 1e15, "1 to 1e15", run,
         "number of trajectories (threshold: at each radius; SGD: default 1000; flows: default 100); batches of a "
         "variance",
         ensemble_commands | variance_command},
        {"sampling", Kind::choice, "monte-carlo", 0, 0, "monte-carlo|sobol", run,
         "random starts, or randomized quasi-Monte Carlo: scrambled Sobol points in the initial law",
         ensemble_commands},
        {"replicates", Kind::integer, nullptr, 2, 1024, "2 to 1024", run,
         "independently scrambled Sobol sequences, which give the interval (default 16)", ensemble_commands},
        {"rare", Kind::flag, "false", 0, 0, "true|false", run,
         "small P by importance sampling in the initial law; --trajectories is the most it may use in total",
         probability_command},
        {"failed-limit", Kind::number, "0.01", 0, 1, "0 to 1", run,
         "share of failed members above which the command ends with exit code 6",
         ensemble_commands | theory_command | phase_diagram_command | merge_command},
        {"relative-error", Kind::number, nullptr, 1e-3, 0.5, "0.001 to 0.5", run,
         "with --rare: standard error over P to reach (default 0.1)", probability_command},
        {"seed", Kind::seed, nullptr, 0, 0, "0 to 18446744073709551615", run,
         "random seed (default: drawn, and printed)", ensemble_commands | trajectory_command | variance_command},
        {"backend", Kind::choice, "auto", 0, 0, "auto|cpu|cuda", run, "where to run",
         physics_commands | phase_diagram_command},
        {"device", Kind::integer, "0", 0, 1023, "0 to 1023", run, "GPU number",
         (physics_commands & ~theory_command) | phase_diagram_command},
        {"threads", Kind::integer, "0", 0, 4096, "0 to 4096", run, "CPU threads (0: all that this process may use)",
         physics_commands | phase_diagram_command},
        {"precision", Kind::choice, "double", 0, 0, "double|single", run, "number type of the integration",
         physics_commands},
        {"config", Kind::text, nullptr, 0, 0, "a TOML file", output, "read options from a file; a flag beats the file",
         report_commands},
        {"output", Kind::text, nullptr, 0, 0, "a file ending in .nc, .json or .csv", output,
         "also write the result to a file", report_commands},
        {"format", Kind::choice, "table", 0, 0, "table|json|csv", output, "what stdout shows", every_command},
        {"quiet", Kind::flag, "false", 0, 0, "true|false", output, "no progress bar and no notes on stderr",
         every_command},
        {"dump-config", Kind::flag, "false", 0, 0, "true|false", output, "print the resolved options as TOML and stop",
         report_commands},
    };
    return table;
}

std::string long_name_of(const OptionSpec& option) {
    if (*option.words) return option.words;
    std::string words = option.name;
    std::replace(words.begin(), words.end(), '-', ' ');
    return *option.symbol ? words + ' ' + option.symbol : words;
}

const OptionSpec* find_option(const std::string& name, unsigned command) {
    for (const OptionSpec& option : option_table())
        if (name == option.name && (option.commands & command)) return &option;
    return nullptr;
}

std::vector<std::string> option_names(unsigned command) {
    std::vector<std::string> names;
    for (const OptionSpec& option : option_table())
        if (option.commands & command) names.emplace_back(option.name);
    return names;
}

std::string fallback_of(const OptionSpec& option, unsigned command) {
    if (command == variance_command && std::string(option.name) == "trajectories") return "1000";
    if (command == threshold_command && std::string(option.name) == "trajectories") return "100000";
    return option.fallback ? option.fallback : "";
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& names) {
    const auto distance = [&name](const std::string& other) {
        if (!name.empty() && other.rfind(name, 0) == 0) return std::size_t{1};  // the beginning of a longer name
        std::vector<std::size_t> row(other.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 1; i <= name.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= other.size(); ++j) {
                const std::size_t replaced = diagonal + (name[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
            }
        }
        return row.back();
    };
    return *std::min_element(names.begin(), names.end(),
                             [&](const std::string& a, const std::string& b) { return distance(a) < distance(b); });
}

}  // namespace modecollapse
