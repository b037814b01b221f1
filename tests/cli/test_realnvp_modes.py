"""Normalizing flows before targets of K* modes: outcomes and quantities of every command, saved
flows, densities, and what is refused.
"""

import json
import math
import os
import unittest

from sweeps import Sweep

FLOW = ("--family", "realnvp", "--dimension", 2, "--layers", 4, "--width", 16, "--batch-size", 64,
        "--learning-rate", 0.01, "--evaluation-samples", 1000, "--seed", 7)
RING = (*FLOW, "--layout", "ring", "--modes", 3, "--radius", 4, "--horizon", 120)
CLASSES = ["covered", "lost_1", "lost_2", "failed"]
KEYS = ("counts", "covered_modes", "mean_reverse_kl", "mean_entropic_mode_coverage",
        "mean_mode_weight_error")


def log_density(x, modes, weights):
    """log p(x) of the mixture, mode by mode."""
    sum_of = math.fsum(
        weight * math.exp(-0.5 * math.fsum((a - b) ** 2 for a, b in zip(x, mode, strict=True)))
        for mode, weight in zip(modes, weights, strict=True)
    )
    return math.log(sum_of) - 0.5 * len(x) * math.log(2 * math.pi)


class Modes(Sweep):
    def test_a_ring_of_three(self):
        arguments = ("probability", *RING, "--trajectories", 12)
        result = self.json(*arguments, "--threads", 1)
        counts = result["counts"]
        self.assertEqual(list(counts), CLASSES)
        self.assertEqual(sum(counts.values()), 12)
        lost = counts["lost_1"] + counts["lost_2"]
        self.assertEqual(result["p_collapse"], lost / 12)
        self.assertGreater(lost, 0)
        self.assertEqual(result["covered_modes"][3], counts["covered"])
        self.assertEqual(result["covered_modes"][2], counts["lost_1"])
        self.assertEqual((result["layout"], result["modes"], result["modes_of_the_target"],
                          result["span_of_the_modes"]), ("ring", 3, 3, 2))
        self.assertAlmostEqual(result["full_coverage"], 1)
        self.assertAlmostEqual(result["target_projected_variance"], 2 + 16)
        self.assertTrue(0 <= result["mean_entropic_mode_coverage"] <= 1)
        again = self.json(*arguments, "--threads", 3)
        self.assertEqual([again[key] for key in KEYS], [result[key] for key in KEYS])
        output = self.succeed(*arguments, "--format", "json",
                              env={**os.environ, "MODECOLLAPSE_ISA": "baseline"}).stdout
        self.assertEqual([json.loads(output)[key] for key in KEYS], [result[key] for key in KEYS])
        text = self.succeed(*arguments).stdout
        for words in ("layout ring", "lost_1", "entropic mode coverage"):
            self.assertIn(words, text)

    def test_two_modes_are_the_default(self):
        two = ("probability", *FLOW, "--trajectories", 4, "--horizon", 20, "--radius", 2)
        first, second = self.json(*two), self.json(*two, "--layout", "antipodal", "--modes", 2)
        self.assertEqual([first["counts"], first["mean_reverse_kl"]],
                         [second["counts"], second["mean_reverse_kl"]])
        self.assertEqual(list(first["counts"]),
                         ["collapsed_plus", "collapsed_minus", "covered", "failed"])
        self.assertTrue(0 <= first["mean_mode_weight_error"] <= 1)

    def test_weights_of_the_modes(self):
        weighted = ("probability", *RING, "--target-weight", "0.5,0.3,0.2", "--trajectories", 3)
        result = self.json(*weighted)
        entropy = -sum(w * math.log(w) for w in (0.5, 0.3, 0.2)) / math.log(3)
        self.assertAlmostEqual(result["full_coverage"], entropy)
        file = self.write("run.toml", self.succeed(*weighted, "--dump-config").stdout)
        again = self.json("probability", "--config", file)
        self.assertEqual([again[key] for key in KEYS], [result[key] for key in KEYS])
        equal = self.json("probability", *RING, "--trajectories", 3)
        self.assertNotEqual(equal["mean_reverse_kl"], result["mean_reverse_kl"])

    def test_saved_flows_know_their_target(self):
        path, more = self.path("flows.nc"), self.path("more.nc")
        run = ("probability", *RING[:-1], 40, "--target-weight", "0.5,0.3,0.2", "--trajectories", 3)
        self.json(*run, "--save-flows", path)
        points = [0.5, -1, 3, 2, -2.5, 0]
        result = self.json("sample", "--flows", path, "--member", 1, "--points",
                           ",".join(map(str, points)))
        modes, weights = result["modes"], result["mode_weights"]
        self.assertEqual([len(modes), len(modes[0])], [3, 2])
        self.assertEqual([round(w, 12) for w in weights], [0.5, 0.3, 0.2])
        for mode in modes:
            self.assertAlmostEqual(math.hypot(*mode), 4)
        for i, value in enumerate(result["log_p"]):
            x = points[2 * i:2 * i + 2]
            self.assertAlmostEqual(value, log_density(x, modes, weights), places=10)
            self.assertNotAlmostEqual(value, log_density(x, modes, weights[::-1]), places=3)
        # on to the horizon by the way of the file: the same bits
        on = (*RING[:-1], 60, "--target-weight", "0.5,0.3,0.2", "--trajectories", 3)
        resumed = self.json("probability", *on, "--continue-flows", path, "--save-flows", more)
        straight = self.json("probability", *on)
        self.assertEqual([resumed[key] for key in KEYS], [straight[key] for key in KEYS])
        self.refused(["probability", *on[:-3], "0.5,0.2,0.3", *on[-2:], "--continue-flows", path],
                     2, "target_digest")
        two = ["probability", *FLOW, "--horizon", 60, "--trajectories", 3]
        self.refused([*two, "--continue-flows", path], 2, "layout", "antipodal")
        self.json(*two[:-2], "--trajectories", 3, "--save-flows", path)
        self.refused(["probability", *on, "--continue-flows", path], 2, "layout", "antipodal")

    def test_a_file_of_coordinates_stands_as_it_is(self):
        means = self.write("means.csv", "4, 0\n-1, 2\n0, -3\n")
        path = self.path("flows.nc")
        file = ("--layout", "file", "--means", means)
        result = self.json("probability", *FLOW, *file, "--horizon", 5, "--trajectories", 2,
                           "--save-flows", path)
        self.assertEqual(list(result["counts"]), CLASSES)
        self.assertEqual(self.json("sample", "--flows", path, "--samples", 2)["modes"],
                         [[4, 0], [-1, 2], [0, -3]])

    def test_commands(self):
        steps = self.json("trajectory", *RING, "--id", "0,1", "--times", "0,60,120")
        for one in steps["trajectories"]:
            self.assertIn(one["outcome"], CLASSES)
            self.assertEqual(len(one["covered_modes"]), 3)
            self.assertLess(one["reverse_kl"][2], one["reverse_kl"][0])
            self.assertGreater(one["forward_kl"][2], -0.1)
            if one["outcome"].startswith("lost_"):
                self.assertEqual(one["covered_modes"][2], 3 - int(one["outcome"][5:]))
        search = [*RING[:2], *RING[4:16], "--layout", "ring", "--modes", 3, "--horizon", 60,
                  "--trajectories", 8, "--dimension", 2, "--radius-range", "0.5:4"]
        rows = self.json("threshold", *search)["rows"]
        self.assertEqual(rows[0]["dimension"], 2)

    def test_a_sweep(self):
        rows = self.sweep(
            "[axes]\nradius = [1, 4]\nannealing-time = [10, 20]\n[fixed]\nfamily = 'realnvp'\n"
            "layout = 'ring'\nmodes = 3\ndimension = 2\nlayers = 2\nwidth = 8\nbatch-size = 32\n"
            "horizon = 40\nseed = 3\ntrajectories = 4\nevaluation-samples = 300\n"
            "target-weight = [0.5, 0.3, 0.2]\ninitial-temperature = 4\n")
        self.assertEqual(len(rows), 4)
        point = self.json("probability", "--family", "realnvp", "--layout", "ring", "--modes", 3,
                          "--dimension", 2, "--layers", 2, "--width", 8, "--batch-size", 32,
                          "--horizon", 40, "--seed", 3, "--trajectories", 4, "--radius", 4,
                          "--evaluation-samples", 300, "--target-weight", "0.5,0.3,0.2",
                          "--initial-temperature", 4, "--annealing-time", 20)
        self.assertEqual({name: int(rows[3][name]) for name in CLASSES}, point["counts"])
        self.assertEqual(float(rows[3]["entropic_mode_coverage"]),
                         point["mean_entropic_mode_coverage"])

    def test_what_is_refused(self):
        flow = ["probability", "--family", "realnvp", "--seed", 1, "--trajectories", 2]
        for arguments, words in (
            (["--modes", 3], ("modes = 3", "antipodal")),
            (["--layout", "simplex", "--modes", 4, "--dimension", 2], ("dimension", "3")),
            (["--layout", "grid", "--modes", 5], ("modes = 5", "grid")),
            (["--layout", "line", "--radius", 2], ("--radius 2", "ring")),
            (["--layout", "ring", "--target-weight", "0.5,0.5"], ("target-weight", "3 of them")),
            (["--layout", "ring", "--target-weight", "0.5,0.2,0.2"], ("target-weight", "sum of")),
            (["--layout", "ring", "--target-weight", "0.5,0.5,0"], ("--target-weight", "out of")),
            (["--target-weight", "0.5,0.3,0.2"], ("target-weight", "2 of them")),
            (["--layout", "file"], ("layout", "--means")),
            (["--spacing", 3], ("--spacing 3", "grid")),
        ):
            self.refused([*flow, *arguments], 2, *words)


if __name__ == "__main__":
    unittest.main()
