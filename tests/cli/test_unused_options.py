"""A command refuses every option that it does not use, and what it accepts changes the result.

Every option of the program is given to every command under a family, dynamics and geometry of the
weights, with the companions it needs: it must be accepted where the table of option_cases.py says
that it is used, and else be refused by name. The twin runs the program: each number that is
accepted must change the result between two values.
"""

import json
import re
import subprocess
import unittest

from option_cases import COMMANDS, CONTEXTS, OPTIONS, T0, crossed
from program import PROGRAM, ProgramTest, run

# A process a call: the Python package is held to all of them.
SOME = [case for case in CONTEXTS if case in
        (("mixture", "flow", "fixed"), ("mixture", "sgd", "softmax"), ("realnvp", None, None))]
RUN = ("config", "output", "format", "quiet", "dump-config", "help", "threads", "backend", "device",
       "precision", "seed", "radius", "dimension", "target-weight", "family", "dynamics", "weights",
       "annealing", "times", "points", "flows", "save-flows", "continue-flows",
       "models", "save-models",
       "continue-models", "batch-size")


def help_of(command):
    return run(command, "--help-all").stdout


class Crossed(ProgramTest):
    """All calls of a test run side by side, a batch at a time: each takes some milliseconds."""

    def answers(self, calls):
        for at in range(0, len(calls), 64):
            batch = calls[at:at + 64]
            processes = [subprocess.Popen([PROGRAM, *map(str, call), "--dump-config"], text=True,
                                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                         for call in batch]
            for call, process in zip(batch, processes):
                said = process.communicate()[1]
                yield call, process.returncode, said

    def test_every_option_under_every_command(self):
        cases = {words: used for words, _, used in crossed(SOME)}
        for words, code, said in self.answers(list(cases)):
            used = cases[words]
            with self.subTest(call=words):
                self.assertEqual(code, 0 if used else 2, said)
                if not used:
                    options = [word for word in words if str(word).startswith("--")]
                    self.assertTrue(any(option in said for option in options), said)
        accepted = sum(cases.values())
        self.assertTrue(50 < accepted < len(cases) - 200)

    def test_the_table_knows_every_option(self):
        for command in COMMANDS:
            names = re.findall(r"^ +(?:-[a-z], )?--([a-z0-9-]+)", help_of(command), re.MULTILINE)
            self.assertGreater(len(names), 5)
            self.assertEqual(set(names) - set(OPTIONS) - set(RUN), set(), command)

    def test_the_message_names_what_it_was_combined_with_and_what_would_use_it(self):
        probability = ["probability", "--dump-config"]
        self.refused([*probability, "--learning-rate", 1], 2, "--learning-rate 1",
                     "not used with --dynamics flow", "--dynamics sgd|sgd-full|sde",
                     "--family realnvp")
        self.refused([*probability, "--dynamics", "sgd", "--tolerance", "1e-6"], 2,
                     "--tolerance 1e-6", "not used with --dynamics sgd", "--dynamics flow")
        self.refused([*probability, "--family", "realnvp", "--weight-floor", 0.1], 2,
                     "--weight-floor 0.1", "not used with --family realnvp", "--family mixture")
        self.refused([*probability, "--clusters", 500], 2, "--clusters 500", "2 to 16",
                     "and is not used with --family mixture", "or --family vae")
        unused = self.refused([*probability, "--family", "components", "--annealing-time", 3], 2,
                              "leave it out, or --annealing exponential-temperature",
                              "geometric, or --family mixture", "geometric|adaptive, or")
        self.assertEqual(unused.stderr.count("adaptive"), 1, unused.stderr)
        vae = [*probability, "--family", "vae"]
        self.refused([*vae, "--clusters", "0e0", "--information-floor", 0.1], 2,
                     "--information-floor 0.1", "--clusters 0e0", "--clusters other than 0")
        for unused in (("--initial-inverse-lipschitz", 1),
                       ("--inverse-lipschitz-schedule", "exponential")):
            self.refused([*vae, *unused, "--inverse-lipschitz", 2], 2, f"{unused[0]} {unused[1]}",
                         "--inverse-lipschitz-time 0", "--inverse-lipschitz-time above 0")
        self.succeed(*vae, "--initial-inverse-lipschitz", 1, "--inverse-lipschitz-time", 5)
        self.refused(["theory", "--dynamics", "sgd"], 2, "--dynamics sgd", "theory", "flow")
        self.refused(["theory", "--estimator", "score"], 2, "--estimator", "not used by this",
                     "probability, threshold, trajectory", "--dynamics sgd|sgd-full|sde")
        self.refused(["sample", "--flows", "x", "--points", "1,2", "--skip", 3], 2, "--skip 3")

    def test_files_are_held_to_it_too(self):
        shared = self.write("shared.toml", "tolerance = 1e-6\nseed = 1\n")
        self.succeed("probability", "--config", shared, "--dynamics", "sgd", "--dump-config")
        changed = self.write("changed.toml", "tolerance = 1e-4\nseed = 1\n")
        self.refused(["probability", "--config", changed, "--dynamics", "sgd"], 2,
                     "changed.toml, line 1", "tolerance", "not used with --dynamics sgd")
        text = self.succeed("probability", "--dynamics", "sgd", "--seed", 1, "--dump-config").stdout
        self.assertNotIn("tolerance", text)
        self.succeed("probability", "--config", self.write("dumped.toml", text), "--dump-config")

    def test_sweep_files(self):
        def sweep(axes, fixed=""):
            path = self.write("sweep.toml", f"[axes]\n{axes}\n[fixed]\nseed = 1\n{fixed}\n")
            return ["phase-diagram", path, "--dry-run"]

        radius = "radius = [1, 2]"
        self.refused(sweep(radius, "quasi-share = 0.3"), 2, "quasi-share = 0.3", "--weights fixed")
        self.refused(sweep(radius, 'dynamics = "sgd"\ntolerance = 1e-4'), 2, "tolerance",
                     "--dynamics sgd")
        self.refused(sweep("batch-size = [1, 2]"), 2, "batch-size", "--dynamics flow")
        self.refused(sweep("layers = [1, 2]"), 2, "layers", "--family mixture")
        both = 'weights = ["fixed", "softmax"]\n' + radius
        small = "trajectories = 10\ndimension = 5\n"
        self.succeed(*sweep(both, small + "quasi-share = 0.3"))  # some cells use it
        annealed = 'annealing = ["none", "linear"]\n' + radius
        self.succeed(*sweep(annealed, small + "initial-temperature = 4\nannealing-time = 3"))
        self.refused(sweep(annealed, small + "initial-temperature = 4"), 2, "time over which")

    def test_a_dry_run_uses_nothing_of_a_run(self):
        path = self.write("sweep.toml", "[axes]\nradius = [1, 2]\n[fixed]\nseed = 1\n")
        dry = ("phase-diagram", path, "--dry-run")
        for option in (("--resume",), ("--max-time", 5), ("--on-error", "stop"),
                       ("--failed-limit", 0.5), ("--resume", "--retry-failed")):
            self.refused([*dry, *option], 2, option[0], "not used with --dry-run",
                         "leave it out, or no --dry-run")
        self.refused([*dry[:2], "--run-dir", self.path("run"), "--retry-failed"], 2,
                     "--retry-failed", "not used with no --resume")
        self.succeed(*dry, "--threads", 1, "--shard", "0/2")  # twin


# option -> two values, options beside it; both give other results
FLOW = ("--radius", 2, "--dimension", 5, "--trajectories", 300, "--seed", 3)
TRAINED = ("--family", "realnvp", "--dimension", 2, "--trajectories", 3, "--seed", 3)
SMALL = ("--layers", 2, "--width", 4, "--depth", 1, "--batch-size", 16, "--horizon", 10,
         "--evaluation-samples", 100)
CASES = {
    ("flow", *FLOW): {
        "weight": (0.5, 0.9), "horizon": (1, 5),
        "initial-temperature": (2, 8, "--annealing-time", 9),
        "annealing-time": (1, 50, *T0), "alignment-threshold": (0.1, 0.9, "--horizon", 3),
        "target-ess": (0.1, 0.9, *T0, "--annealing-time", 3, "--annealing", "adaptive"),
        "weight-floor": (0, 0.45), "tolerance": (1e-2, 1e-10), "maximum-steps": (10, 10000),
        "trajectories": (100, 200), "replicates": (4, 8, "--sampling", "sobol"),
        "relative-error": (0.5, 0.003, "--rare", "--trajectories", 60000)},
    ("softmax", *FLOW, "--weights", "softmax", "--horizon", 20): {
        "quasi-share": (0.001, 0.9, "--horizon", 200, "--trajectories", 1000),
        "weight-floor": (0, 0.45), "weight": (0.5, 0.9)},
    ("sgd", *FLOW[:4], "--seed", 3, "--trajectories", 40, "--dynamics", "sgd", "--horizon", 2): {
        "learning-rate": (0.05, 0.5), "batch-size": (1, 30), "horizon": (1, 5),
        "alignment-threshold": (0.1, 0.9), "weight-floor": (0, 0.45), "weight": (0.5, 0.9)},
    ("realnvp", *TRAINED, *SMALL): {
        "layers": (1, 2), "width": (3, 4), "depth": (1, 2), "learning-rate": (0.001, 0.1),
        "gradient-clip": (0.01, 0), "evaluation-samples": (100, 150), "batch-size": (8, 16),
        "horizon": (5, 10), "trajectories": (2, 3), "mode-mass-floor": (0.01, 0.999),
        "start-scale": (0, 1), "first-decay": (0.5, 0.99)},
    ("linear VAE", "--family", "linear-vae", "--dimension", 60, "--horizon", 8,
     "--trajectories", 60, "--seed", 3): {
        "signal-variance": (1, 2), "noise-variance": (1, 2), "latent-dimension": (1, 2),
        "signal-dimension": (1, 2), "kl-weight": (0.5, 1.7), "inverse-lipschitz": (0, 0.5),
        "encoder-variance-rate": (0.1, 1), "weight-decay": (0, 0.2), "start-scale": (0.1, 0.3),
        "initial-kl-weight": (0, 0.5, "--annealing", "tanh", "--annealing-time", 5),
        "annealing-time": (1, 5, "--annealing", "tanh"),
        "cycle-time": (3, 5, "--annealing", "cyclical"),
        "cycle-share": (0.2, 0.9, "--annealing", "cyclical", "--cycle-time", 5),
        "activity-floor": (0.0001, 0.3), "capture-share": (0.2, 0.99, "--horizon", 4),
        "tolerance": (1e-2, 1e-10), "maximum-steps": (5, 10000),
        "learning-rate": (0.1, 0.3, "--dynamics", "flow-noise"),
        "batch-size": (1, 3, "--dynamics", "sgd", "--horizon", 1)},
    ("VAE", "--family", "vae", "--horizon", 10, "--held-out", 50, "--encoder-width", 4,
     "--decoder-width", 4, "--batch-size", 8, "--trajectories", 3, "--seed", 3): {
        "data-scale": (1, 2), "data-size": (0, 20), "latent-dimension": (1, 2),
        "signal-dimension": (1, 2, "--data", "linear"), "kl-weight": (1, 2), "horizon": (5, 10),
        "noise-scale": (1, 2, "--data", "linear"),
        "axes": ("coordinate", "random", "--data", "linear"), "inverse-lipschitz": (0, 1),
        "inverse-lipschitz-2": (0, 1), "inverse-lipschitz-time": (0, 50, "--inverse-lipschitz", 1),
        "initial-inverse-lipschitz": (0, 1, "--inverse-lipschitz-time", 50),
        "encoder-width": (4, 5), "encoder-depth": (0, 1), "decoder-width": (4, 5),
        "decoder-depth": (1, 2), "likelihood-sd": (1, 2), "learning-rate": (0.001, 0.01),
        "batch-size": (8, 9), "gradient-clip": (0.01, 0), "activity-floor": (0.0001, 1000),
        "initial-kl-weight": (0, 0.5, "--annealing", "tanh", "--annealing-time", 5),
        "annealing-time": (1, 5, "--annealing", "tanh"),
        "cycle-time": (3, 5, "--annealing", "cyclical"),
        "cycle-share": (0.2, 0.9, "--annealing", "cyclical", "--cycle-time", 5),
        "held-out": (50, 60), "trajectories": (2, 3), "exact-data": (10, 20),
        "clusters": (0, 2),
        "exact-samples": (20, 40, "--decoder", "mlp", "--latent-dimension", 3),
        "information-floor": (1e-6, 1000, "--clusters", 2),
        "informative-directions": (1, 2)},
    ("sequence VAE", "--family", "sequence-vae", "--horizon", 6, "--held-out", 30, "--vocabulary",
     12, "--sentence-length", 5, "--data-size", 40, "--source-width", 4, "--embedding-width", 4,
     "--encoder-width", 4, "--decoder-width", 4, "--batch-size", 8, "--trajectories", 3,
     "--exact-data", 5, "--exact-samples", 8, "--seed", 3): {
        "vocabulary": (12, 13), "sentence-length": (4, 5), "data-size": (40, 50),
        "source-width": (4, 5), "source-weight-scale": (0.5, 2), "source-head-scale": (1, 3),
        "source-radius": (1, 2), "source-spread": (0.5, 1), "source-seed": (1, 2),
        "latent-dimension": (1, 2), "word-dropout": (0, 0.5), "embedding-width": (4, 5),
        "encoder-width": (4, 5), "decoder-width": (4, 5),
        "head-width": (4, 5, "--head", "brenier"), "head-depth": (1, 2, "--head", "brenier"),
        "inverse-lipschitz": (0, 1, "--head", "brenier"),
        "inverse-lipschitz-2": (0.5, 1, "--head", "brenier", "--inverse-lipschitz", 1),
        "kl-weight": (1, 2), "horizon": (5, 6), "batch-size": (8, 9), "held-out": (30, 40),
        "exact-data": (5, 6), "exact-samples": (8, 10), "activity-floor": (1e-9, 1000)},
    ("components", "--family", "components", "--dimension", 20, "--horizon", 10, "--trajectories",
     40, "--seed", 3): {
        "components": (2, 3), "modes": (2, 3),
        "spacing": (3, 5, "--layout", "line"), "centre": (0, 2, "--layout", "line"),
        "start-radius": (1, 1.5), "start-scale": (0.5, 1, "--radii", "free"),
        "sits-within": (0.1, 1.5, "--horizon", 40), "weight-floor": (0, 0.45, "--weights",
                                                                     "fisher-rao"),
        "expectation-error": (1e-6, 0.1), "tolerance": (1e-2, 1e-10), "maximum-steps": (5, 10000),
        "learning-rate": (0.1, 0.3, "--dynamics", "sgd"),
        "batch-size": (1, 3, "--dynamics", "sgd", "--horizon", 1)},
}
ECHOES = {"config_hash", "seconds", "failed_limit"}


class WhatIsAcceptedCounts(ProgramTest):
    def result(self, *arguments):
        """What the program says, without what only repeats its options. The last word counts."""
        told, flags = {}, []
        words = [str(word) for word in arguments]
        for at, word in enumerate(words):
            if word == "--rare":
                flags.append(word)
            elif word.startswith("--"):
                told[word] = words[at + 1]
        options = [word for pair in told.items() for word in pair]
        answer = run("probability", *options, *flags, "--format", "json", "--quiet")
        self.assertIn(answer.returncode, (0, 6), answer.stderr)
        name = words[-2][2:].replace("-", "_")
        echoes = {*ECHOES, name, f"{name}_wanted"}
        keys = json.loads(answer.stdout)
        return {key: keys[key] for key in keys if key not in echoes}

    def test_each_number_changes_the_result(self):
        for (case, *arguments), options in CASES.items():
            for name, (one, other, *beside) in options.items():
                with self.subTest(case=case, option=name):
                    first, again, second = (self.result(*arguments, *beside, f"--{name}", value)
                                            for value in (one, one, other))
                    self.assertEqual(first, again)  # the twin
                    self.assertNotEqual(first, second)

    def test_the_cases_are_all_the_numbers_that_are_accepted(self):
        numbers = re.findall(
            r"^ +(?:-[a-z], )?--([a-z0-9-]+) N ", help_of("probability"), re.MULTILINE)
        tried = {name for options in CASES.values() for name in options}
        described = {"radius", "dimension", "target-weight", "seed", "threads", "device",
                     "failed-limit"}
        self.assertEqual(set(numbers) - tried, described)


if __name__ == "__main__":
    unittest.main()
