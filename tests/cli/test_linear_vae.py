"""The linear VAE by the program: what its commands tell, the same on any number of threads and with
any instruction set, and what is refused.
"""

import csv
import io
import json
import math
import os
import unittest

from program import ProgramTest, run

VAE = ("--family", "linear-vae")
POINT = (*VAE, "--kl-weight", 1.7, "--dimension", 300, "--horizon", 30, "--seed", 7)
COUNTED = ("counts", "active_directions", "captured_directions", "steps", "mean_kl",
           "mean_posterior_kl", "mean_posterior_fisher")


def counted(result):
    return {key: result[key] for key in COUNTED}


class Probability(ProgramTest):
    def test_the_closed_form_and_both_readings(self):
        result = self.json("probability", *POINT)
        self.assertLess(abs(result["p_collapse"] - 0.3723), 3 * 0.0048)
        self.assertEqual(result["p_collapse"], result["p_collapsed"])
        self.assertEqual(sum(result["active_directions"]), 10000)
        self.assertEqual(result["active_directions"][0], result["counts"]["collapsed"])
        for reading in ("p_collapsed", "p_signal_lost"):
            low, high = result[f"{reading}_ci_low"], result[f"{reading}_ci_high"]
            self.assertLess(low, result[reading])
            self.assertGreater(high, result[reading])

    def test_directions_of_several_latents(self):
        result = self.json("probability", *POINT, "--latent-dimension", 3, "--signal-dimension", 2,
                           "--trajectories", 500)
        self.assertEqual((len(result["active_directions"]), len(result["captured_directions"])),
                         (4, 3))
        self.assertEqual(result["captured_directions"][2], result["counts"]["recovered"])
        self.assertNotIn("mean_signal_error", result)

    def test_the_other_reading(self):
        noisy = ("probability", *VAE, "--kl-weight", 1.7, "--dimension", 300, "--seed", 7,
                 "--noise-variance", 2, "--trajectories", 2000, "--horizon", 10)
        mine, other = self.json(*noisy), self.json(*noisy, "--of", "signal-lost")
        self.assertEqual(other["p_collapse"], mine["p_signal_lost"])
        self.assertEqual(other["counts"]["signal_lost"], mine["captured_directions"][0])
        self.assertGreater(mine["p_signal_lost"], mine["p_collapse"])

    def test_threads_and_instruction_sets_do_not_matter(self):
        cases = [("--trajectories", 300, "--horizon", 30),
                 ("--trajectories", 40, "--dynamics", "sgd", "--horizon", 1),
                 ("--trajectories", 40, "--latent-dimension", 2, "--inverse-lipschitz", 0.4,
                  "--annealing", "cyclical", "--cycle-time", 3, "--horizon", 8),
                 ("--trajectories", 16, "--dynamics", "sgd-full", "--horizon", 1)]
        for case in cases:
            command = ("probability", *VAE, "--kl-weight", 1.7, "--dimension", 20, "--seed", 7,
                       *case)
            reference = counted(self.json(*command, "--threads", 1))
            self.assertEqual(counted(self.json(*command, "--threads", 3)), reference)
            for isa in ("baseline", "avx2"):
                environment = {**os.environ, "MODECOLLAPSE_ISA": isa}
                result = json.loads(self.succeed(*command, "--format", "json",
                                                 env=environment).stdout)
                self.assertEqual(counted(result), reference, isa)
            twin = counted(self.json(*command, "--start-scale", 0.11))
            self.assertNotEqual(twin, reference)


SWEEP = """[axes]
kl-weight = [1.2, 1.7]
latent-dimension = [1, 3]
[fixed]
family = "linear-vae"
dimension = 100
horizon = 20
trajectories = 1500
seed = 5
"""


class Sweep(ProgramTest):
    def swept(self, name, *options, expected=0):
        command = ("phase-diagram", self.write("sweep.toml", SWEEP), "--run-dir", self.path(name),
                   *options, "--format", "csv", "--quiet")
        result = run(*command)
        self.assertEqual(result.returncode, expected, result.stderr)
        return list(csv.DictReader(io.StringIO(result.stdout)))

    def test_cells_are_what_probability_gives_however_they_are_run(self):
        cells = self.swept("whole", "--threads", 1)
        self.assertEqual(len(cells), 4)
        for cell in cells:
            point = self.json("probability", *VAE, "--dimension", 100, "--horizon", 20,
                              "--trajectories", 1500, "--seed", 5, "--kl-weight",
                              cell["kl_weight"], "--latent-dimension", cell["latent_dimension"])
            for name, count in point["counts"].items():
                self.assertEqual(int(cell[name]), count, cell)
            self.assertAlmostEqual(float(cell["kl"]), point["mean_kl"])
        self.assertEqual(self.swept("threads", "--threads", 3), cells)
        self.swept("stopped", "--max-time", 0, expected=75)
        self.assertEqual(self.swept("stopped", "--resume"), cells)
        for shard in range(3):
            self.swept(f"shard-{shard}", "--shard", f"{shard}/3")
        merged = self.succeed("merge", *(self.path(f"shard-{i}") for i in range(3)), "--run-dir",
                              self.path("merged"), "--format", "csv", "--quiet").stdout
        self.assertEqual(list(csv.DictReader(io.StringIO(merged))), cells)

    def test_a_plane_by_theory(self):
        text = """quantity = "theory"
[axes]
kl-weight = [1.5, 1.7]
dimension = [100, 300]
[fixed]
family = "linear-vae"
horizon = 30
"""
        command = ("phase-diagram", self.write("theory.toml", text), "--run-dir")
        cells = csv.DictReader(io.StringIO(self.succeed(
            *command, self.path("run"), "--format", "csv", "--quiet").stdout))
        for cell in cells:
            one = self.json("theory", *VAE, "--horizon", 30, "--kl-weight", cell["kl_weight"],
                            "--dimension", cell["dimension"], "--level", 0.5)
            for name, value in (("p_collapse", one["rows"][0]["p_collapse"]),
                                ("median_time", one["rows"][0]["median_time"]),
                                ("plateau_rate", one["plateau_rate"])):
                self.assertAlmostEqual(float(cell[name]), value)
        stretched = self.write("stretched.toml", text + "inverse-lipschitz = 0.2\n")
        self.refused(("phase-diagram", stretched, "--dry-run"), 2, "inverse-lipschitz")

    def test_axes_of_whole_numbers_are_whole_in_every_form(self):
        text = SWEEP.replace("trajectories = 1500", 'dynamics = "flow-noise"\ntrajectories = 10')
        text = text.replace("kl-weight = [1.2, 1.7]", "batch-size = [1, 4]")
        result = self.json("phase-diagram", self.write("whole.toml", text), "--run-dir",
                           self.path("run"), "--quiet")
        for row in result["rows"]:
            for name in ("batch_size", "latent_dimension"):
                self.assertIs(type(row[name]), int, name)

    def test_a_cell_that_cannot_be_is_refused(self):
        path = self.write("bad.toml", SWEEP.replace("dimension = 100", "dimension = 6"))
        self.refused(("phase-diagram", path, "--dry-run"), 2, "dimension = 6", "bad.toml")


class Trajectory(ProgramTest):
    def rows(self, *options):
        text = self.succeed("trajectory", *VAE, "--dimension", 100, "--seed", 5, "--id", "0,1",
                            "--times", "0,10,20", "--horizon", 20, *options, "--format",
                            "csv").stdout
        return list(csv.DictReader(io.StringIO(text)))

    def test_starts_are_common_to_all_dynamics_and_ends_are_those_of_probability(self):
        flow, sgd = self.rows(), self.rows("--dynamics", "sgd")
        self.assertEqual(len(flow), 6)
        for a, b in zip(flow, sgd):
            if float(a["t"]) == 0:
                self.assertEqual(a["m"], b["m"])
        last = [row for row in flow if float(row["t"]) == 20]
        end = self.json("probability", *VAE, "--dimension", 100, "--seed", 5, "--horizon", 20,
                        "--trajectories", 2)
        self.assertAlmostEqual(sum(float(row["kl"]) for row in last) / 2, end["mean_kl"])
        # at beta = 1 the signal is learned: Q -> a - beta
        for row in last:
            self.assertLess(abs(float(row["q"]) - 1), 0.05)

    def test_monitors_of_several_latents(self):
        (first, *_) = self.rows("--latent-dimension", 2)
        self.assertEqual(float(first["variance_2"]), 1)
        self.assertIn("q_2_1", first)
        self.assertNotIn("q_1_2", first)

    def test_the_title_says_what_it_is(self):
        try:
            import netCDF4
        except ImportError:
            self.skipTest("no netCDF4 in this Python")
        path = self.path("series.nc")
        self.rows("--output", path)
        with netCDF4.Dataset(path) as file:
            self.assertEqual(file.title, "Linear VAEs over time")
            self.assertIn("steps / N", file["time"].long_name)


REFUSED = [  # of probability: options, words of the message
    (("--signal-dimension", 16, "--dimension", 10), ("signal-dimension = 16", "10")),
    (("--latent-dimension", 4, "--dimension", 8), ("dimension = 8", "2 latent-dimension")),
    (("--latent-dimension", 17), ("--latent-dimension 17", "1 to 16")),
    (("--latent-dimension", 0), ("--latent-dimension 0", "1 to 16")),
    (("--latent-dimension", 1.5), ("--latent-dimension 1.5", "whole number")),
    (("--signal-variance", -1), ("--signal-variance -1", "0 to 1e6")),
    (("--noise-variance", -0.1), ("--noise-variance -0.1", "0 to 1e6")),
    (("--signal-variance", 0, "--noise-variance", 0), ("signal-variance = 0", "above 0")),
    (("--kl-weight", 0), ("--kl-weight 0", "1e-6 to 1e6")),
    (("--kl-weight", -1), ("--kl-weight -1", "1e-6 to 1e6")),
    (("--kl-weight", "nan"), ("--kl-weight nan", "not a number")),
    (("--inverse-lipschitz", -0.1), ("--inverse-lipschitz -0.1", "0 to 1000")),
    (("--horizon", 0), ("--horizon 0", "above 0")),
    (("--horizon", -3), ("--horizon -3", "above 0")),
    (("--start-scale", 0), ("--start-scale 0", "above 0")),
    (("--activity-floor", 0), ("--activity-floor 0", "above 0")),
    (("--capture-share", 1), ("--capture-share 1", "below 1")),
    (("--weight-decay", -1), ("--weight-decay -1", "0 to 1e6")),
    (("--dimension", 2), ("--dimension 2", "3 to 1e9")),
    (("--dimension", 10.5), ("--dimension 10.5", "whole number")),
    (("--learning-rate", 0.2), ("--learning-rate 0.2", "flow-noise|sgd|sgd-full")),
    (("--batch-size", 3), ("--batch-size 3", "flow-noise|sgd|sgd-full")),
    (("--dynamics", "flow-noise", "--learning-rate", 0), ("--learning-rate 0", "above 0")),
    (("--dynamics", "sgd", "--batch-size", 0), ("--batch-size 0", "1 to 1e9")),
    (("--dynamics", "sgd", "--dimension", 1e9, "--horizon", 1000), ("N = 1e+09", "T = 1000")),
    (("--dynamics", "sgd-full", "--dimension", 1e9, "--horizon", 1000), ("N = 1e+09", "T = 1000")),
    (("--dynamics", "sgd", "--tolerance", 1e-4), ("--tolerance 0.0001", "flow|flow-noise")),
    (("--dynamics", "sde"), ("--dynamics sde", "flow|flow-noise|sgd|sgd-full")),
    (("--annealing", "tanh"), ("--annealing tanh", "--annealing-time")),
    (("--annealing", "cyclical"), ("--annealing cyclical", "--cycle-time")),
    (("--annealing", "adaptive"), ("--annealing adaptive", "tanh|cyclical")),
    (("--annealing", "exponential-temperature"), ("exponential-temperature", "constant|")),
    (("--initial-temperature", 3), ("--initial-temperature 3", "leave it out")),
    (("--annealing-time", 3), ("--annealing-time 3", "--annealing")),
    (("--annealing", "tanh", "--annealing-time", 0), ("--annealing-time 0", "above 0")),
    (("--annealing", "tanh", "--annealing-time", 3, "--cycle-time", 3), ("--cycle-time 3",)),
    (("--annealing", "cyclical", "--cycle-time", 3, "--cycle-share", 0), ("--cycle-share 0",)),
    (("--annealing", "cyclical", "--cycle-time", 1e-100), ("--cycle-time 1e-100", "1e-6 to 1e9")),
    (("--annealing", "cyclical", "--cycle-time", 1e-5, "--horizon", 60),
     ("cycle-time = 1e-05", "6e+06 cycles", "maximum-steps")),
    (("--annealing", "geometric", "--annealing-time", 3), ("initial-kl-weight = 0", "above 0")),
    (("--annealing", "linear", "--annealing-time", 3, "--initial-kl-weight", 2),
     ("initial-kl-weight = 2", "0 to the KL weight, 1")),
    (("--initial-kl-weight", 0.1), ("--initial-kl-weight 0.1", "--annealing")),
    (("--radius", 2), ("--radius 2", "linear-vae")),
    (("--precision", "single"), ("--precision single", "double")),
    (("--rare",), ("--rare", "linear-vae")),
    (("--sampling", "sobol"), ("--sampling sobol", "linear-vae")),
]


class Refusals(ProgramTest):
    def test_probability(self):
        for options, words in REFUSED:
            with self.subTest(options=options):
                self.refused(("probability", *VAE, *options), 2, *words)

    def test_theory(self):
        self.refused(("theory", *VAE, "--dynamics", "sgd"), 2, "--dynamics sgd", "flow-noise")
        self.refused(("theory", *VAE, "--dimension", "100,4", "--latent-dimension", 2), 2,
                     "dimension = 4")
        self.refused(("theory", *VAE, "--level", "0.5,1"), 2, "--level", "0.000001 to 0.999999")
        self.assertFalse(math.isnan(self.json("theory", *VAE)["boundary_kl_weight"]))


if __name__ == "__main__":
    unittest.main()
