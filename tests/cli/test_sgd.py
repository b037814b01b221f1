"""Sampled dynamics (SGD) on the command line: what is printed, what is refused, and the noise of
the estimators.
"""

import csv
import io
import json
import math
import os
import random
import re
import statistics
import unittest

from program import ProgramTest, run

SMALL = ("--dimension", 10, "--horizon", 10, "--batch-size", 20, "--seed", 7)


class Sampled(ProgramTest):
    def test_probability_says_what_was_run(self):
        result = self.json("probability", "--dynamics", "sgd", "--trajectories", 60, *SMALL)
        expected = {"dynamics": "sgd", "learning_rate": 0.05, "batch_size": 20,
                    "estimator": "pathwise", "baseline": "none", "steps": 200,
                    "horizon": 10, "quasi_collapse": None}
        self.assertEqual({key: result[key] for key in expected}, expected)
        self.assertEqual(sum(result["counts"].values()), 60)
        default = self.json("probability", "--dynamics", "sgd", "--batch-size", 1,
                            "--learning-rate", 20, "--dimension", 5, "--seed", 1)
        self.assertEqual((default["horizon"], default["steps"], default["trajectories"]),
                         (200, 10, 1000))

    def test_counts_do_not_depend_on_threads_or_instruction_set(self):
        arguments = ("probability", "--dynamics", "sgd", "--trajectories", 60, "--weights",
                     "softmax", "--estimator", "reparameterized", *SMALL)
        expected = self.json(*arguments, "--threads", 1)
        self.assertIsInstance(expected["quasi_collapse"], int)
        for threads in (2, 7):
            self.assertEqual(self.json(*arguments, "--threads", threads)["counts"],
                             expected["counts"])
        for isa in json.loads(run("info", "--format", "json").stdout)["cpu"]["instruction_sets"]:
            result = self.succeed(*arguments, "--format", "json",
                                  env={**os.environ, "MODECOLLAPSE_ISA": isa})
            self.assertEqual(json.loads(result.stdout)["counts"], expected["counts"], isa)

    def test_the_full_sampler_agrees_roughly(self):
        share = {}
        for dynamics in ("sgd", "sgd-full"):
            result = self.json("probability", "--dynamics", dynamics, "--trajectories", 400, *SMALL)
            share[dynamics] = result["p_collapse"]
        self.assertLess(abs(share["sgd"] - share["sgd-full"]), 5 * (0.5 / 400) ** 0.5)

    def test_trajectory(self):
        arguments = ("trajectory", "--dynamics", "sgd", "--weights", "softmax", "--times", "0,1,10",
                     *SMALL)
        result = self.json(*arguments, "--id", "0,3")
        self.assertEqual([t["id"] for t in result["trajectories"]], [0, 3])
        alone = self.json(*arguments, "--id", 3)
        self.assertEqual(alone["trajectories"][0], result["trajectories"][1])
        flow = self.json("trajectory", "--weights", "softmax", "--times", "0,1,10", "--dimension",
                         10, "--horizon", 10, "--seed", 7, "--id", 3)
        # the same start
        self.assertEqual(flow["trajectories"][0]["m1"][0], alone["trajectories"][0]["m1"][0])
        self.assertNotEqual(flow["trajectories"][0]["m1"][2], alone["trajectories"][0]["m1"][2])
        given = self.json(*arguments, "--start", "0.4,-0.2,0.1,0.4")
        self.assertEqual(given["trajectories"][0]["w1"][0], 0.4)

    def test_threshold_and_phase_diagram(self):
        result = self.json("threshold", "--dynamics", "sgd", "--dimension", 10, "--trajectories",
                           60, "--radius-range", "1:2.5", "--horizon", 5,
                           "--batch-size", 4, "--learning-rate", 0.25, "--seed", 3)
        self.assertEqual(result["dynamics"], "sgd")
        self.assertEqual(len(result["rows"]), 2)
        file = self.write("plane.toml",
                          '[axes]\nlearning-rate = [0.1, 0.5]\nbatch-size = [1, 16]\n[fixed]\n'
                          'dynamics = "sgd"\nhorizon = 5\n'
                                        "dimension = 10\ntrajectories = 40\nseed = 5\n")
        text = self.succeed("phase-diagram", file, "--run-dir", self.path("plane"), "--format",
                            "csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(rows), 4)
        self.assertEqual({row["status"] for row in rows}, {"complete"})
        alone = self.json("probability", "--dynamics", "sgd", "--horizon", 5, "--dimension", 10,
                          "--trajectories", 40, "--seed", 5,
                          "--learning-rate", 0.5, "--batch-size", 16)
        self.assertEqual(float(rows[3]["p_collapse"]), alone["p_collapse"])

    def test_the_diffusion_approximation_runs_everywhere_and_agrees_at_a_large_batch(self):
        share = {}
        for dynamics in ("sgd", "sde"):
            result = self.json("probability", "--dynamics", dynamics, "--trajectories", 600,
                               "--weights", "softmax", *SMALL)
            self.assertEqual(result["dynamics"], dynamics)
            share[dynamics] = result["p_collapse"]
        self.assertLess(abs(share["sgd"] - share["sde"]), 5 * (0.5 / 600) ** 0.5)
        sde = ("--dynamics", "sde", "--dimension", 10, "--horizon", 5, "--seed", 5)
        threshold = self.json("threshold", *sde, "--trajectories", 200, "--radius-range", "1:2.5",
                              "--level", 0.1)
        self.assertEqual(threshold["dynamics"], "sde")
        one = self.json("trajectory", *sde, "--times", "0,1,5", "--estimator",
                        "reparameterized")["trajectories"][0]
        flow = self.json("trajectory", "--dimension", 10, "--horizon", 5, "--seed", 5, "--times",
                         "0,1,5")["trajectories"][0]
        self.assertEqual(one["m1"][0], flow["m1"][0])
        self.assertNotEqual(one["m1"][2], flow["m1"][2])
        quiet = self.json("trajectory", *sde, "--times", "0,1,5", "--batch-size", 10 ** 12,
                          "--learning-rate", 0.001)["trajectories"][0]
        # no noise, small steps: the flow
        self.assertLess(abs(quiet["m1"][2] - flow["m1"][2]), 0.002)
        file = self.write("plane.toml",
                          '[axes]\nlearning-rate = [0.1, 0.5]\nbatch-size = [1, 16]\n[fixed]\n'
                          'dynamics = "sde"\nhorizon = 5\n'
                          "dimension = 10\ntrajectories = 40\nseed = 5\n")
        text = self.succeed("phase-diagram", file, "--run-dir", self.path("plane"), "--format",
                            "csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        alone = self.json("probability", *sde, "--trajectories", 40, "--learning-rate", 0.5,
                          "--batch-size", 16)
        self.assertEqual(float(rows[3]["p_collapse"]), alone["p_collapse"])

    def test_what_is_refused(self):
        sgd = ["probability", "--dynamics", "sgd"]
        self.refused([*sgd, "--batch-size", "0"], 2, "--batch-size", "1 or more")
        self.refused([*sgd, "--learning-rate", "0"], 2, "--learning-rate", "above 0")
        self.refused([*sgd, "--learning-rate", "-1"], 2, "--learning-rate", "above 0")
        self.refused([*sgd, "--learning-rate", "1000"], 2, "learning-rate", "twice the horizon")
        self.refused([*sgd, "--learning-rate", "1e-9"], 2, "overflow the random streams", "allowed")
        self.refused([*sgd, "--estimator", "score", "--initial-temperature", "2",
                      "--annealing-time", "5"], 2, "--estimator score", "sgd-full")
        self.refused([*sgd, "--baseline", "leave-one-out"], 2, "--baseline", "score")
        self.refused([*sgd, "--estimator", "score", "--baseline", "leave-one-out", "--batch-size",
                      "1"], 2, "--batch-size 1", "2 or more")
        self.refused([*sgd, "--precision", "single"], 2, "--precision single", "double")
        self.refused([*sgd, "--tolerance", "1e-4"], 2, "--tolerance", "flow")
        self.refused([*sgd, "--sampling", "sobol"], 2, "--sampling sobol")
        self.refused(["probability", "--dynamics", "sgd-full", "--dimension", "10000000"], 2,
                     "dimension", "1000000")
        self.refused(["probability", "--dynamics", "sde", "--estimator", "score"], 2,
                     "--estimator score", "reparameterized", "sgd-full")
        self.refused(["probability", "--dynamics", "sde", "--batch-size", "0"], 2, "--batch-size",
                     "1 or more")
        self.refused(["probability", "--dynamics", "langevin"], 2, "--dynamics langevin",
                     "flow|sgd|sgd-full|sde")
        self.refused(["basin", "--dynamics", "sgd"], 2, "--dynamics sgd", "flow")
        for option, value in (("learning-rate", "0.05"), ("batch-size", "1000"),
                              ("estimator", "pathwise"), ("baseline", "none")):
            self.refused(["probability", f"--{option}", value], 2, f"--{option} {value}",
                         "--dynamics sgd")
        file = self.write("plane.toml", "[axes]\nlearning-rate = [0.1, 0.5]\n[fixed]\nseed = 5\n")
        self.refused(["phase-diagram", file, "--run-dir", self.path("plane")], 2, "learning-rate",
                     "--dynamics sgd")


class Plane(ProgramTest):
    """Two means and the mode in two dimensions: their overlaps are cosines of angles in a plane."""

    def test_a_start_in_space_is_refused(self):
        for command in (("variance",), ("trajectory",),
                        ("trajectory", "--dynamics", "sgd"),
                        ("trajectory", "--dynamics", "sgd-full")):
            self.refused([*command, "--dimension", 2, "--start", "0.1,0.2,0.3"], 2,
                         "--start 0.1,0.2,0.3", "needs 3 dimensions", "--dimension 3")

    def test_a_start_in_the_plane_is_the_one_that_is_followed(self):
        for first, second in ((0.3, 1.9), (2.5, -0.4), (1.1, 1.1)):
            start = ",".join(repr(math.cos(x)) for x in (first, second, first - second))
            for dynamics in ("sgd", "sgd-full"):
                result = self.json("trajectory", "--dimension", 2, "--dynamics", dynamics,
                                   "--learning-rate", 1e-4, "--horizon", 1e-4,
                                   "--times", "0,0.0001", "--start", start, "--seed", 1)
                s = result["trajectories"][0]["s"][1]
                self.assertLess(abs(s - math.cos(first - second)), 1e-3)
            self.succeed("variance", "--dimension", 2, "--start", start, "--trajectories", 10,
                         "--batch-size", 4)

    def test_what_is_allowed_is_allowed(self):
        """The two values of s that the refusal names."""
        words = run("variance", "--dimension", 2, "--start", "0.1,0.2,0.3").stderr
        for s in re.search(r"s = (\S+) or (\S+)\)", words).groups():
            self.succeed("variance", "--dimension", 2, "--start", f"0.1,0.2,{s}",
                         "--trajectories", 10)
        self.succeed("variance", "--dimension", 3, "--start", "0.1,0.2,0.3", "--trajectories", 10)


class Variance(ProgramTest):
    def test_pathwise_noise_vanishes_at_the_optimum(self):
        arguments = ("variance", "--weights", "softmax", "--target-weight", 0.6, "--batch-size", 10,
                     "--trajectories", 200, "--seed", 1)
        optimum = {e["estimator"] + e["baseline"]: e
                   for e in self.json(*arguments, "--start", "1,-1,-1,0.6")["estimators"]}
        self.assertEqual(len(optimum), 4)
        self.assertLess(optimum["pathwisenone"]["trace"], 1e-24)
        self.assertGreater(optimum["reparameterizednone"]["ci_low"], 0.1)
        elsewhere = {e["estimator"] + e["baseline"]: e
                     for e in self.json(*arguments, "--start", "0.4,-0.2,0.1,0.6")["estimators"]}
        self.assertGreater(elsewhere["pathwisenone"]["ci_low"], 1e-3)
        self.assertLess(elsewhere["scoreleave-one-out"]["trace"], elsewhere["scorenone"]["trace"])

    def test_few_batches_give_no_interval(self):
        arguments = ("variance", "--start", "0.4,-0.2,0.1", "--batch-size", 1, "--seed", 1)
        for batches, known in ((2, False), (99, False), (100, True)):
            for row in self.json(*arguments, "--trajectories", batches)["estimators"]:
                self.assertEqual((row["ci_low"] is not None, row["ci_high"] is not None),
                                 (known, known))
                self.assertGreater(row["trace"], 0)

    def test_the_noise_of_the_weights_derivative(self):
        """D_hat = mean f(x_1b) - mean f(x_2b), f = log q/p, for all estimators and weights."""
        m1, m2, s, radius, target, weight, batch = 0.4, -0.2, 0.1, 1.5, 2 / 3, 0.3, 20
        b1 = math.sqrt(1 - m1 * m1)
        b2 = (s - m1 * m2) / b1
        means = [(m1, b1, 0.0), (m2, b2, math.sqrt(1 - m2 * m2 - b2 * b2))]

        def log_ratio(x):
            along = [radius * sum(a * b for a, b in zip(mean, x)) for mean in means]
            q = weight * math.exp(along[0]) + (1 - weight) * math.exp(along[1])
            mode = radius * x[0]
            return math.log(q / (target * math.exp(mode) + (1 - target) * math.exp(-mode)))

        normal = random.Random(1).gauss
        variances = [statistics.variance(log_ratio([radius * a + normal(0, 1) for a in mean])
                                         for _ in range(100000)) for mean in means]
        expected = sum(variances) / batch
        found = []
        for weights in ("fixed", "softmax"):
            result = self.json("variance", "--weights", weights, "--weight", weight,
                               "--radius", radius, "--start", f"{m1},{m2},{s}",
                               "--batch-size", batch, "--dimension", 20,
                               "--trajectories", 20000, "--seed", 2)
            found += [(e["weight_variance"], e["trace"]) for e in result["estimators"]]
        self.assertEqual(len(found), 8)
        for variance, _ in found:
            self.assertLess(abs(variance / expected - 1), 0.05)
            one_stratum = expected - variances[1] / batch  # twin
            self.assertGreater(abs(variance / one_stratum - 1), 0.05)
        for (_, fixed), (_, trained) in zip(found[:4], found[4:]):
            self.assertAlmostEqual(fixed / trained, 1, 9)

    def test_refusals(self):
        self.refused(["variance"], 2, "--start")
        self.refused(["variance", "--start", "0,0"], 2, "--start")
        self.refused(["variance", "--start", "0,0,0", "--trajectories", "1"], 2, "--trajectories")
        tempered = self.json("variance", "--start", "0,0,0", "--initial-temperature", 2,
                             "--trajectories", 10, "--batch-size", 4, "--seed", 1)
        self.assertEqual([e["estimator"] for e in tempered["estimators"]],
                         ["pathwise", "reparameterized"])


if __name__ == "__main__":
    unittest.main()
