"""`modecollapse theory`: the forms of its output agree with each other, with the symmetry of the
problem, and with `probability`.
"""

import csv
import io
import unittest

from program import ProgramTest

OUTCOMES = ("aligned_plus", "aligned_minus", "vanished", "matched", "swapped", "undecided",
            "failed")


class Theory(ProgramTest):
    def test_json(self):
        result = self.json("theory", "--radius", 2, "--target-weight", 0.5, "--dimension",
                           "1e6,100")
        self.assertEqual([row["dimension"] for row in result["rows"]], [100, 1000000])
        self.assertEqual((result["radius"], result["target_weight"], result["weight"]),
                         (2, 0.5, 0.5))
        for row in result["rows"]:
            shares = row["probability"]
            self.assertEqual(tuple(shares), OUTCOMES)
            self.assertAlmostEqual(sum(shares.values()), 1.0, delta=1e-12)
            self.assertAlmostEqual(row["p_collapse"],
                                   shares["aligned_plus"] + shares["aligned_minus"], delta=1e-12)
            self.assertAlmostEqual(shares["aligned_plus"], shares["aligned_minus"],
                                   delta=row["error"])
            self.assertAlmostEqual(shares["matched"], shares["swapped"], delta=row["error"])
            self.assertLess(row["error"], 2e-3)
            self.assertTrue(row["converged"])
            self.assertLess(row["trajectories"], 50000)

    def test_agrees_with_sampling(self):
        cooled = ("--initial-temperature", 5, "--annealing-time", 10)
        hot = ("--annealing", "constant", "--initial-temperature", 2, "--horizon", 30)
        theories = []
        for extra in ((), cooled, hot):
            point = ("--radius", 2, "--target-weight", 0.5, "--dimension", 1000, *extra)
            theory = self.json("theory", *point)["rows"][0]
            sampled = self.json("probability", *point, "--seed", 3, "--trajectories", 100000)
            # alpha = 1e-6 for a normal: 4.9 standard errors of at most 0.0016
            self.assertAlmostEqual(theory["p_collapse"], sampled["p_collapse"],
                                   delta=4.9 * 0.0016 + theory["error"])
            theories.append(theory["p_collapse"])
        self.assertGreater(theories[0] - theories[1], 0.05)  # twin: annealing matters

    def test_table_csv_and_files_say_the_same(self):
        command = ("theory", "--radius", 1.5, "--dimension", "10,1000", "--accuracy", 1e-2)
        rows = self.json(*command)["rows"]
        text = self.succeed(*command, "--format", "csv", "--output", self.path("result.csv")).stdout
        with open(self.path("result.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), text)
        for row, line in zip(rows, csv.DictReader(io.StringIO(text)), strict=True):
            self.assertEqual(float(line["p_collapse"]), row["p_collapse"])
            self.assertEqual([float(line[name]) for name in OUTCOMES],
                             list(row["probability"].values()))
            self.assertEqual(int(line["trajectories"]), row["trajectories"])
        self.assertIn(f"{rows[1]['p_collapse']:.5f}", self.succeed(*command).stdout)
        self.succeed(*command, "--output", self.path("result.nc"), "--threads", 3)
        try:
            import xarray
        except ImportError:
            return
        with xarray.open_dataset(self.path("result.nc")) as data:
            self.assertEqual(data["p_collapse"].values.tolist(),
                             [row["p_collapse"] for row in rows])
            self.assertEqual(data["probability"].sel(outcome="matched").values.tolist(),
                             [row["probability"]["matched"] for row in rows])

    def test_what_it_cannot_do(self):
        self.refused(["theory", "--backend", "cuda"], 2, "--backend cuda", "auto|cpu")
        self.refused(["theory", "--precision", "single"], 2,
                     "--precision single", "double")
        for dynamics in ("sgd", "sgd-full", "sde"):
            self.refused(["theory", "--dynamics", dynamics], 2, f"--dynamics {dynamics}", "flow")
        adaptive = ["--annealing", "adaptive", "--initial-temperature", 4, "--annealing-time", 1]
        self.refused(["theory", *adaptive], 2, "--annealing adaptive")
        self.refused(["theory", "--weights", "softmax"], 2, "--weights softmax", "fixed")
        self.refused(["theory", "--dimension", "10,1"], 2, "--dimension", "2 to 1000000000")
        self.refused(["theory", "--accuracy", "0"], 2, "--accuracy", "1e-6 to 0.1")
        self.refused(["theory", "--initial-temperature", "4"], 2, "--annealing-time")
        self.refused(["theory", "--trajectories", "10"], 2, "--trajectories", "used by")
        self.refused(["theory", "--seed", "1"], 2, "--seed")
        self.refused(["probability", "--accuracy", "1e-3"], 2, "--accuracy")

    def test_accuracy_is_paid_for(self):
        point = ("theory", "--radius", 1.5, "--dimension", 30)
        coarse, fine = (self.json(*point, "--accuracy", accuracy)["rows"][0]
                        for accuracy in (1e-2, 1e-4))
        self.assertLess(fine["error"], 5e-4)
        self.assertGreater(fine["trajectories"], coarse["trajectories"])
        self.assertAlmostEqual(coarse["p_collapse"], fine["p_collapse"], delta=coarse["error"])


if __name__ == "__main__":
    unittest.main()
