"""Axes of options whose one value is a list: the weights of the modes."""

import csv
import io
import unittest

from program import ProgramTest

FIXED = """
[fixed]
family = "components"
horizon = 1
trajectories = 20
seed = 1
"""


class ListAxes(ProgramTest):
    def sweep(self, values):
        file = self.write("sweep.toml", f"[axes]\ntarget-weight = {values}\n{FIXED}")
        return ("phase-diagram", file, "--run-dir", self.path("run"))

    def test_lists_and_texts_are_the_single_runs(self):
        for values in ("[[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]]", '[".2,.3,.5", ".1,.2,.7"]'):
            with self.subTest(values):
                self.setUp()
                text = self.succeed(*self.sweep(values), "--format", "csv").stdout
                rows = list(csv.DictReader(io.StringIO(text)))
                self.assertEqual([row["target_weight"] for row in rows],
                                 ["0.2,0.3,0.5", "0.1,0.2,0.7"])
                for row in rows:
                    one = self.json("probability", "--family", "components", "--horizon", 1,
                                    "--trajectories", 20, "--seed", 1,
                                    "--target-weight", row["target_weight"])
                    self.assertEqual(one["target_weight"], row["target_weight"])
                    self.assertEqual(repr(one["mean_mode_weight_error"]), row["mode_weight_error"])
                self.succeed(*self.sweep(values), "--resume", "--quiet")  # of its own manifest

    def test_lists_of_one_number_are_numbers(self):
        """Of two modes the first weight is enough."""
        for values, more in (("[[0.5], [0.6]]", ()), ("[0.5, 0.6]", ("--resume",))):
            _, file, *options = self.sweep(values)
            with open(file, "a", encoding="utf-8") as stream:
                stream.write("modes = 2\n")
            self.succeed("phase-diagram", file, *options, *more, "--quiet")
        self.succeed("phase-diagram", self.path("run/manifest.toml"), *options, "--resume",
                     "--quiet")

    def test_texts_of_several_dimensions_are_as_many_cells(self):
        file = self.write("sweep.toml", "quantity = 'theory'\n[axes]\nradius = [1.0]\n"
                          "dimension = ['10,100', '1000']\n")
        text = self.succeed("phase-diagram", file, "--dry-run").stdout
        self.assertRegex(text, r"cells +3\n")

    def test_refused(self):
        for values, words in (("[[0.2, 0.3, 0.5], [0.2, 0.30, 0.5]]", "a value stands twice"),
                              ("[[0.2, 0.3, 0.5], [0.5, 0.5]]", "target-weight = 0.5,0.5"),
                              ("[[0.2, [0.3], 0.5]]", "list of lists"),
                              ("[[0.2, 0.3, 1.5]]", "1.5 is out of range")):
            with self.subTest(values):
                self.refused(self.sweep(values), 2, words, "target-weight")
        file = self.write("sweep.toml", "[axes]\nradius = [[1, 2], [3, 4]]\n")
        self.refused(("phase-diagram", file, "--run-dir", self.path("run")), 2, "list of lists")


if __name__ == "__main__":
    unittest.main()
