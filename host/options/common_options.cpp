#include "host/options/common_options.hpp"

#include "host/options/file_choice.hpp"
#include "host/options/number_list.hpp"

namespace modecollapse {
namespace {

constexpr double largest_id = 9007199254740992.0;  // 2^53

OptionRow flag_row(const std::string& name, const std::string& help) {
    return plain_row(Kind::flag, name, "true|false", help).by_default("false");
}
OptionRow text_row(const std::string& name, const std::string& what, const std::string& help) {
    return plain_row(Kind::text, name, what, help);
}

}  // namespace

OptionRows common_options(const std::string& family_choices) {
    constexpr Group command = Group::command, run = Group::run, output = Group::output;
    const Need computed = {"dry-run", "false"};
    const unsigned on_a_machine = physics_commands | phase_diagram_command, stepped = on_a_machine & ~theory_command;
    return {
        plain_row(Kind::choice, "family", family_choices, "what is fitted, and with which options")
            .in(Group::family)
            .of(physics_commands)
            .by_default(split(family_choices, '|').front()),
        text_row("flows", "a file of probability --save-flows", "where the trained flows are")
            .in(command)
            .of(sample_command),
        text_row("models", "a file of probability --save-models", "where the trained VAEs are")
            .in(command)
            .of(sample_command | data_commands),
        text_row("data", "a file, as --data of the training",
                 "the rows, scaled as in the training by numbers of their own; or, to encode, the sentences")
            .in(command)
            .of(data_commands),
        text_row("labels", "a file, as of --family vae --labels", "the classes of these rows")
            .in(command)
            .of(data_commands),
        plain_row(Kind::integer, "rows", 1, 1e9, "only the first so many rows of the file; without it: all")
            .in(command)
            .of(reconstruct_command)
            .allowed("1 to 1e9, not more than the file has"),
        plain_row(Kind::integer, "member", 0, largest_id, "which of them")
            .in(command)
            .of(sample_command | data_commands)
            .by_default("0"),
        plain_row(Kind::integer, "samples", 1, 1e8, "samples to draw")
            .in(command)
            .of(sample_command)
            .allowed("1 to 1e8")
            .by_default("10")
            .used_with({{"points", not_given}}),
        plain_row(Kind::integer, "skip", 0, 1e12, "samples of the member's stream to leave out first")
            .in(command)
            .of(sample_command)
            .allowed("0 to 1e12")
            .by_default("0")
            .used_with({{"points", not_given}}),
        plain_row(Kind::number_list, "points", -1e6, 1e6, "look at the densities there instead of drawing samples")
            .in(command)
            .of(sample_command)
            .allowed("coordinates x1,...,xd of a point, or of several, each in -1e6 to 1e6")
            .used_with({{"models", not_given}}),
        plain_row(Kind::number_list, "level", 1e-6, 0.999999, "levels of P(collapse) whose crossing is searched")
            .in(command)
            .of(threshold_command)
            .allowed("0.000001 to 0.999999")
            .by_default("0.1,0.5")
            .called("", "level of the probability of collapse")
            .along_axes(true),
        plain_row(Kind::text, "radius-range", 1e-3, 10, "radii to search")
            .in(command)
            .of(threshold_command)
            .beside("radius")
            .allowed("A:B with 0.001 <= A < B <= 10")
            .by_default("0.5:3")
            .used_with({{"over", not_given}, {"over-range", not_given}})
            .used_with({{"over", "radius"}, {"over-range", not_given}}),
        text_row("over", "a numeric option of the family",
                 "search this option instead: the value of it at which P(collapse) crosses a level")
            .in(command)
            .of(threshold_command),
        text_row("over-range", "A:B with A < B, within the range of that option", "values to search of --over")
            .in(command)
            .of(threshold_command),
        plain_row(Kind::choice, "over-scale", "linear|log",
                  "how --over is searched; log for options and ranges of several decades unless told")
            .in(command)
            .of(threshold_command),
        plain_row(Kind::number, "accuracy", 1e-6, 0.1,
                  "numerical error allowed in the probabilities; the number of trajectories follows from it")
            .in(command)
            .of(theory_command)
            .allowed("1e-6 to 0.1")
            .by_default("5e-4"),
        plain_row(Kind::integer_list, "id", 0, largest_id,
                  "trajectories of the ensemble to show; the first, unless given")
            .in(command)
            .of(trajectory_command),
        plain_row(Kind::number_list, "times", 0, 1e9, "output times, a list")
            .in(command)
            .of(trajectory_command)
            .allowed("0 to 1e9")
            .by_default("0:20:0.5"),
        plain_row(Kind::number, "s", -1, 1, "overlap of the means at the start")
            .in(command)
            .of(basin_command)
            .by_default("0")
            .called("s", "overlap s of the means at the start"),
        plain_row(Kind::integer, "grid", 2, 10001, "points along m1 and along m2")
            .in(command)
            .of(basin_command)
            .by_default("101"),
        text_row("run-dir", "a folder", "where the run keeps its journal and its result")
            .in(command)
            .of(phase_diagram_command | merge_command),
        flag_row("resume", "go on with the run that the folder holds")
            .in(command)
            .of(phase_diagram_command)
            .used_with({computed}),
        flag_row("retry-failed", "with --resume: compute the failed cells once more")
            .in(command)
            .of(phase_diagram_command)
            .used_with({computed, {"resume", "true"}}),
        text_row("shard", "i/n with 0 <= i < n, or slurm",
                 "run the i-th of n parts, in a folder of its own; slurm: the part of this task of a Slurm job array")
            .in(command)
            .of(phase_diagram_command),
        text_row("set", "NAME=VALUE, any number of times",
                 "a value in the place of the file's, such as radius=1:2:0.1; of a name that the file does not have: "
                 "in [fixed]")
            .in(command)
            .of(phase_diagram_command)
            .says_only_how(),
        flag_row("dry-run", "print cells, trajectories, memory and predicted time, and stop")
            .in(command)
            .of(phase_diagram_command),
        plain_row(Kind::number, "max-time", 0, 1e9, "seconds after which the run stops, resumable")
            .in(command)
            .of(phase_diagram_command)
            .allowed("0 to 1e9")
            .measured_in("s")
            .used_with({computed})
            .says_only_how(),
        plain_row(Kind::choice, "on-error", "continue|stop", "what to do when a cell fails")
            .in(command)
            .of(phase_diagram_command)
            .by_default("continue")
            .used_with({computed}),
        plain_row(Kind::integer, "trajectories", 1, 1e15, "number of trajectories; threshold: at each radius, at most")
            .in(run)
            .of(ensemble_commands)
            .allowed("1 to 1e15")
            .by_default("1000000")
            .by_default("100000", threshold_command)
            .along_axes(true),
        plain_row(Kind::number, "failed-limit", 0, 1,
                  "share of failed members above which the command ends with exit code 6")
            .in(run)
            .of(ensemble_commands | theory_command | phase_diagram_command | merge_command)
            .by_default("0.01")
            .used_with({computed})
            .says_only_how(),
        plain_row(Kind::seed, "seed", "0 to 18446744073709551615", "random seed; drawn, and printed, unless given")
            .in(run)
            .of(member_commands | variance_command)
            .along_axes(true),
        plain_row(Kind::choice, "backend", "auto|cpu|cuda", "where to run")
            .in(run)
            .of(on_a_machine)
            .by_default("auto")
            .says_only_how(),
        plain_row(Kind::integer, "device", 0, 1023, "GPU number")
            .in(run)
            .of(stepped)
            .by_default("0")
            .used_with({{"backend", "cuda"}})
            .says_only_how(),
        plain_row(Kind::integer, "threads", 0, 4096, "CPU threads; 0: all that this process may use")
            .or_letter("j")
            .in(run)
            .of(on_a_machine)
            .by_default("0")
            .says_only_how(),
        plain_row(Kind::choice, "precision", "double|single", "number type of the computation")
            .in(run)
            .of(physics_commands)
            .by_default("double")
            .along_axes(true),
        text_row("config", "a TOML file", "read options from a file; a flag beats the file")
            .in(output)
            .of(report_commands | data_commands)
            .says_only_how(),
        text_row("output", "a file ending in .nc, .json or .csv", "also write the result to a file")
            .or_letter("o")
            .in(output)
            .of(report_commands | data_commands)
            .says_only_how(),
        plain_row(Kind::choice, "format", "table|json|csv", "what stdout shows")
            .in(output)
            .of(every_command | data_commands)
            .by_default("table")
            .says_only_how(),
        flag_row("quiet", "no progress bar and no notes on stderr")
            .or_letter("q")
            .in(output)
            .of(every_command | data_commands)
            .says_only_how(),
        flag_row("dump-config", "print the resolved options as TOML and stop")
            .in(output)
            .of(report_commands | data_commands)
            .says_only_how(),
    };
}

}  // namespace modecollapse
