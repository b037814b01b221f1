"""phase-diagram with quantity = "theory": every cell is what `theory` says of the point, and stops,
shards and threads change nothing.
"""

import csv
import io
import unittest

from sweeps import MERGED, Sweep

SWEEP = ('quantity = "theory"\n[axes]\nradius = [1.2, 2]\ndimension = [10, 100]\n'
         "[fixed]\naccuracy = 0.02\n")
NUMBERS = ["p_collapse", "p_low", "p_high", "p_leading_order", "error", "failed", "trajectories",
           "aligned_plus", "matched", "swapped"]


class ExactCells(Sweep):
    def test_cells_are_what_theory_says(self):
        rows = self.sweep(SWEEP)
        points = []
        for radius in (1.2, 2):
            text = self.succeed("theory", "--radius", radius, "--dimension", "10,100",
                                "--accuracy", 0.02, "--format", "csv").stdout
            points += csv.DictReader(io.StringIO(text))
        self.assertEqual([[row[name] for name in NUMBERS] for row in rows],
                         [[point[name] for name in NUMBERS] for point in points])
        self.assertEqual({row["status"] for row in rows}, {"complete"})
        self.assertEqual(len({row["p_collapse"] for row in rows}), 4)  # twin: cells differ
        data = self.open("run")
        self.assertEqual(data["probability"].dims, ("radius", "dimension", "outcome"))
        self.assertEqual(data["p_collapse"].values.ravel().tolist(),
                         [float(row["p_collapse"]) for row in rows])
        self.assertIn('quantity = "theory"', data.attrs["config_toml"])
        for name in data.variables:
            self.assertTrue(data[name].attrs["units"] and data[name].attrs["long_name"], name)

    def test_stops_and_shards_change_nothing(self):
        rows = self.sweep(SWEEP, "--threads", 1, folder="whole")
        self.sweep(SWEEP, "--max-time", 0, code=75)
        self.assertEqual(self.sweep(SWEEP, "--resume"), rows)
        for i in (1, 0):
            self.sweep(SWEEP, "--shard", f"{i}/2", folder="parts")
        self.succeed("merge", self.path("parts"))
        self.same_files("whole", "parts", MERGED)

    def test_what_does_not_go_together_is_refused_by_name(self):
        for change, words in (
            ("trajectories = 5", ("trajectories", 'quantity = "theory"')),
            ("seed = 5", ("seed", 'quantity = "theory"')),
            ('weights = "softmax"', ("weights", "fixed")),
            ('dynamics = "sgd"', ("dynamics", "flow")),
            ('precision = "single"', ("precision", "double")),
            ('family = "realnvp"', ("family", "mixture")),
            ("[adaptive]\ninterval-width = 0.1\nmax-trajectories = 100",
             ("[adaptive]", 'quantity = "theory"')),
        ):
            with self.subTest(change):
                file = self.write("sweep.toml", f"{SWEEP}{change}\n")
                self.refused(["phase-diagram", file, "--run-dir", self.path("no")], 2, *words)
        file = self.write("sweep.toml", SWEEP)
        self.refused(["phase-diagram", file, "--run-dir", self.path("no"), "--backend", "cuda"], 2,
                     "--backend cuda", "auto|cpu")
        for text, words in ((SWEEP.replace('"theory"', '"theori"'), ("theori", "probability")),
                            (SWEEP.replace('"theory"', "3"), ("quantity", "probability"))):
            self.refused(["phase-diagram", self.write("sweep.toml", text), "--run-dir",
                          self.path("no")], 2, "line 1", *words)
        # of another quantity: another run
        self.sweep(SWEEP)
        other = self.write("other.toml", SWEEP.replace('quantity = "theory"\n', "").replace(
            "accuracy = 0.02", "trajectories = 5"))
        self.refused(["phase-diagram", other, "--run-dir", self.path("run"), "--resume"], 2,
                     "cannot be resumed")


SOBOL = ("[axes]\nradius = [1.25, 2]\ndimension = [5, 20]\n"
         '[fixed]\ntrajectories = 300\nseed = 7\nsampling = "sobol"\n')


class Dimensions(Sweep):
    def test_are_numbers_as_everywhere(self):
        text = ('quantity = "theory"\n[axes]\nradius = [1.2]\n[fixed]\naccuracy = 0.01\n'
                'dimension = %s\n')
        half = self.sweep(text % '"20/2"', folder="half")
        self.assertEqual(half, self.sweep(text % "10", folder="ten"))
        self.assertNotEqual(half, self.sweep(text % "20", folder="twenty"))  # twin


class SobolCells(Sweep):
    def test_cells_are_what_probability_says(self):
        rows = self.sweep(SOBOL)
        for row in rows:
            point = self.json("probability", "--radius", row["radius"], "--dimension",
                              row["dimension"], "--trajectories", 300, "--seed", 7, "--sampling",
                              "sobol")
            self.assertEqual({name: int(row[name]) for name in point["counts"]}, point["counts"])
            for name in ("p_collapse", "ci_low", "ci_high", "standard_error"):
                self.assertEqual(float(row[name]), point[name])
            self.assertEqual(row["ci_method"], point["ci_method"])
            self.assertEqual((row["steps"], row["quasi_collapse"]), (str(point["steps"]), ""))
            self.assertEqual(int(row["trajectories_run"]), point["trajectories"])
        self.assertEqual({row["ci_method"] for row in rows}, {"student-t"})
        random = self.sweep(SOBOL.replace("sobol", "monte-carlo"), folder="random")
        self.assertNotEqual(random[0]["p_collapse"], rows[0]["p_collapse"])  # twin
        for folder, method in (("run", "by cell"), ("random", "clopper-pearson")):
            status = self.json("status", self.path(folder))[0]
            self.assertEqual((status["trajectories"], status["ci_method"]),
                             (sum(int(row["trajectories_run"])
                                  for row in (rows if folder == "run" else random)), method))
        for i in (1, 0):
            self.sweep(SOBOL, "--shard", f"{i}/2", folder="parts")
        self.succeed("merge", self.path("parts"))
        self.same_files("run", "parts", MERGED)

    def test_what_does_not_go_together_is_refused_by_name(self):
        for change, words in (
            ("[adaptive]\ninterval-width = 0.1\nmax-trajectories = 1000", ("[adaptive]",
                                                                          "monte-carlo")),
            ("rare = true", ("rare",)),
            ('dynamics = "sgd"', ("sampling", "flow")),
        ):
            with self.subTest(change):
                file = self.write("sweep.toml", f"{SOBOL}{change}\n")
                self.refused(["phase-diagram", file, "--run-dir", self.path("no")], 2, *words)


if __name__ == "__main__":
    unittest.main()
