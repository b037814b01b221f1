"""K components by the program: outcomes and quantities of its commands, the same on any number of
threads and with any instruction set, and what is refused.
"""

import csv
import io
import json
import math
import os
import struct
import unittest

from program import ProgramTest, run

K = ("--family", "components")
POINT = (*K, "--components", 3, "--modes", 3, "--radius", 2, "--dimension", 100, "--horizon", 10,
         "--seed", 7)
SHORT = (*K, "--radius", 2, "--dimension", 100, "--trajectories", 20, "--seed", 7)
COUNTED = ("counts", "covered_modes", "strays", "steps", "mean_entropic_mode_coverage",
           "mean_mode_weight_error")


def counted(result):
    return {key: result[key] for key in COUNTED}


class Probability(ProgramTest):
    def test_classes_and_quantities(self):
        result = self.json("probability", *POINT, "--trajectories", 60)
        counts = result["counts"]
        self.assertEqual(list(counts), ["covered", "lost_1", "lost_2", "undecided", "failed"])
        self.assertEqual(sum(counts.values()), 60)
        self.assertEqual(result["covered_modes"][3], counts["covered"])
        lost = counts["lost_1"] + counts["lost_2"]
        self.assertEqual(result["p_collapse"], lost / 60)
        self.assertGreater(lost, 0)
        self.assertEqual(result["modes_of_the_target"], 3)
        self.assertAlmostEqual(result["full_coverage"], 1)
        self.assertTrue(0 < result["mean_entropic_mode_coverage"] < 1)
        self.assertTrue(0 < result["target_table_error"] <= 1e-6)

    def test_one_component_loses_nothing_that_it_could_have(self):
        result = self.json("probability", *K, "--components", 1, "--seed", 1, "--trajectories", 10,
                           "--horizon", 5)
        self.assertEqual(list(result["counts"]), ["covered", "undecided", "failed"])
        self.assertEqual(result["p_collapse"], 0)

    def test_a_single_mode_at_the_origin_is_found(self):
        for options in ((), ("--components", 1), ("--variances", "euclidean"),
                        ("--dynamics", "sgd", "--variances", "fisher-rao")):
            result = self.json("probability", *K, "--layout", "line", "--modes", 1, "--dimension",
                               10, "--horizon", 20, "--trajectories", 8, "--seed", 1, *options)
            self.assertEqual(result["counts"]["covered"], 8, options)

    def test_threads_and_instruction_sets_do_not_matter(self):
        cases = [("--horizon", 3), ("--dynamics", "sgd", "--weights", "softmax", "--horizon", 1),
                 ("--dynamics", "sgd-full", "--horizon", 1, "--initial-temperature", 3,
                  "--annealing-time", 2),
                 ("--variances", "fisher-rao", "--horizon", 1),
                 ("--variances", "fisher-rao", "--dynamics", "sgd", "--horizon", 1)]
        for case in cases:
            command = ("probability", *SHORT, *case)
            reference = counted(self.json(*command, "--threads", 1))
            self.assertEqual(counted(self.json(*command, "--threads", 3)), reference)
            environment = {**os.environ, "MODECOLLAPSE_ISA": "baseline"}
            result = json.loads(self.succeed(*command, "--format", "json", env=environment).stdout)
            self.assertEqual(counted(result), reference)
            twin = counted(self.json(*command, "--start-radius", 1.9))
            self.assertNotEqual(twin, reference)

    def test_the_sampler_is_recorded(self):
        sgd = ("probability", *K, "--dynamics", "sgd", "--horizon", 0.1, "--trajectories", 8,
               "--seed", 1)
        self.assertEqual(self.json(*sgd, "--dimension", 5)["sampler"], "full")
        self.assertEqual(self.json(*sgd, "--dimension", 1000000000)["sampler"], "reduced")

    def test_nodes_of_rank_three_are_measured(self):
        result = self.json("probability", *K, "--components", 4, "--modes", 4, "--horizon", 0.5,
                           "--trajectories", 8, "--seed", 1, "--expectation-error", 0.01)
        for name in ("own_expectation", "target_expectation"):
            self.assertLessEqual(result[f"{name}_error"], 0.01)
            self.assertGreater(result[f"{name}_nodes"], 0)

    def test_trained_variances_are_told_in_every_form(self):
        point = (*K, "--dimension", 10, "--horizon", 20, "--seed", 1, "--variances", "euclidean")
        command = ("probability", "--trajectories", 16, *point)
        file = self.path("result.nc")
        result = self.json(*command, "--output", file)
        mean = result["mean_mean_log_variance"]
        self.assertGreater(mean, 0.0)  # components between the modes are wide
        self.assertGreater(result["own_expectation_nodes"], 0)
        row = next(csv.DictReader(io.StringIO(self.succeed(*command, "--format", "csv").stdout)))
        self.assertAlmostEqual(float(row["mean_mean_log_variance"]), mean)
        with open(file, "rb") as bytes_of:
            self.assertIn(b"mean_mean_log_variance", bytes_of.read())
        fixed = self.json(*command[:-1], "fixed")  # twin
        self.assertNotIn("mean_mean_log_variance", fixed)
        self.assertEqual(counted(fixed), counted(self.json(*command[:-2])))
        path = self.json("trajectory", *point, "--id", 0, "--times", "0,20")["trajectories"][0]
        self.assertEqual(path["variance_1"][0], 1)
        self.assertNotEqual(path["variance_1"][1], 1)

    def test_modes_from_a_file(self):
        text = self.write("modes.csv", "# x, y\n1.5, 0\n-1.5, 0\n0, 2\n")
        numbers = [1.5, 0, -1.5, 0, 0, 2]
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }".ljust(117) + b"\n"
        array = self.path("modes.npy")
        with open(array, "wb") as file:
            file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header +
                       struct.pack("<6d", *numbers))
        # as spreadsheets write it
        sheet = self.write("sheet.csv", "\ufeff1.5;0\r\n-1.5;0\r\n0;2\r\n")
        old = self.write("old.csv", "# x\r1.5 , 0\r-1.5\t,0\r\r 0,\t2\r")
        blanks = self.write("blanks.csv", " 1.5 0 # the first\n-1.5\t0\n0  2 \n")
        results = [self.json("probability", *K, "--layout", "file", "--means", path, "--horizon", 3,
                             "--trajectories", 12, "--seed", 1)
                   for path in (text, array, sheet, old, blanks)]
        for other in results[1:]:
            self.assertEqual(counted(other), counted(results[0]))
        self.assertEqual(results[0]["span_of_the_modes"], 2)


class OtherCommands(ProgramTest):
    def test_threshold_over_the_radius(self):
        result = self.json("threshold", *K, "--components", 2, "--modes", 2, "--dimension", 20,
                           "--horizon", 60, "--trajectories", 200, "--radius-range", "0.8:2",
                           "--seed", 3, "--level", 0.3)
        row = result["rows"][0]
        self.assertEqual(row["status"], "found")
        self.assertTrue(0.8 < row["r_c"] < 2)

    def test_a_trajectory_ends_as_the_ensemble_says(self):
        result = self.json("trajectory", *POINT, "--id", "0,1,2", "--times", "0,10")
        for path in result["trajectories"]:
            self.assertAlmostEqual(path["q_1_1"][0], 4)
            self.assertAlmostEqual(sum(path[f"weight_{i}"][1] for i in (1, 2, 3)), 1)
            lost = 3 - path["covered_modes"][1]
            self.assertIn(path["outcome"],
                          ("undecided", f"lost_{lost:g}" if lost else "covered"))

    def test_a_sweep_over_the_number_of_components(self):
        path = self.write("sweep.toml", "[axes]\ncomponents = [1, 2, 3]\nradius = [1, 2]\n[fixed]\n"
                          'family = "components"\nhorizon = 5\ndimension = 20\n'
                          "trajectories = 40\nseed = 5\n")
        done = run("phase-diagram", path, "--run-dir", self.path("run"), "--format", "csv",
                   "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        for cell in csv.DictReader(io.StringIO(done.stdout)):
            point = self.json("probability", *K, "--horizon", 5, "--dimension", 20,
                              "--trajectories", 40, "--seed", 5, "--radius", cell["radius"],
                              "--components", cell["components"])
            for name in ("covered", "lost_1", "lost_2", "undecided", "failed"):
                self.assertEqual(int(cell[name]), point["counts"].get(name, 0), cell)


    def test_a_sweep_goes_on_with_the_same_file_only(self):
        means = self.write("modes.csv", "2,0\n-2,0\n0,2\n")
        sweep = self.write("sweep.toml", "[axes]\ndimension = [3, 10]\n[fixed]\n"
                           f'family = "components"\nlayout = "file"\nmeans = "{means}"\n'
                           "horizon = 1\ntrajectories = 8\nseed = 5\n")
        folder = self.path("run")
        self.succeed("phase-diagram", sweep, "--run-dir", folder, "--quiet")
        for text, code in (("2.0, 0\n-2,0\n0,2e0\n", 0), ("2,0\n-2,0\n0,3\n", 2)):
            self.write("modes.csv", text)
            done = run("phase-diagram", sweep, "--resume", "--run-dir", folder, "--quiet")
            self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn("the content of a file has changed", done.stderr)
        self.assertIn(f"means = '{means}'", done.stderr)


class Refusals(ProgramTest):
    def test_what_does_not_go_together(self):
        short = self.write("short.csv", "1,2\n3\n")
        words = self.write("words.csv", "1,two\n")
        gap = self.write("gap.csv", "1,0\n0,,1\n")
        os.mkfifo(self.path("pipe.csv"))
        mixed = {"german": "1,5;2,5\n3,0;4,1\n", "spaced": "1,5 2,5\n", "tabs": "1,5\t2,5\n",
                 "lines": "1;2\n3,4\n", "late": "1,2\n3 4\n"}
        cases = [
            *((("--layout", "file", "--means", self.write(f"{name}.csv", text)),
               f"line {1 + (name in ('lines', 'late'))}: numbers are separated by")
              for name, text in mixed.items()),
            (("--components", 0), "components 0"), (("--components", 65), "components 65"),
            (("--modes", 0), "modes 0"),
            (("--layout", "antipodal", "--modes", 3), "antipodal"),
            (("--layout", "grid", "--modes", 5), "square"),
            (("--layout", "orthogonal", "--modes", 8, "--dimension", 5), "dimension = 5"),
            (("--layout", "line", "--radii", "fixed"), "radii"),
            (("--layout", "line", "--radius", 2), "--radius"),
            (("--spacing", 2), "--spacing"), (("--start-scale", 2), "--start-scale"),
            (("--layout", "file"), "--means"), (("--means", short), "--means"),
            (("--layout", "file", "--means", short), "mode 2 has 1"),
            (("--layout", "file", "--means", words), "two"),
            (("--layout", "file", "--means", gap), "line 2: a number is missing"),
            (("--layout", "file", "--means", self.path("pipe.csv")), "not a regular file"),
            (("--layout", "file", "--means", self.path("none.csv")), "cannot be read"),
            (("--layout", "file", "--means", short, "--modes", 2), "--modes"),
            (("--target-weight", "0.5,0.6,0.1"), "target-weight"),
            (("--weight", "0.5,0.5"), "weight"), (("--weight", "1,0,0"), "weight"),
            (("--annealing-time", 3), "annealing-time"), (("--batch-size", 3), "--batch-size"),
            (("--dynamics", "sgd", "--tolerance", 1e-5), "--tolerance"),
            (("--expectation-error", 0), "expectation-error"),
            (("--sits-within", 0), "sits-within"), (("--start-radius", 0), "start-radius"),
            (("--start-radius", 1e-12), "1e-9 to 1e6"),
            (("--layout", "line", "--dimension", 1, "--variances", "euclidean"),
             "trained variances"),
            (("--variances", "trained"), "fisher-rao"),
            (("--dynamics", "sgd", "--dimension", 2000, "--variances", "euclidean"),
             "learning-rate = 0.01"),
            (("--estimator", "score"), "--estimator")]
        for options, word in cases:
            with self.subTest(options=options):
                self.refused(["probability", *K, *options, "--seed", 1], 2, word, "allowed")
        far = ["probability", *K, "--layout", "grid", "--trajectories", 1, "--seed", 1]
        self.refused([*far, "--spacing", 1e4], 2, "nodes an expectation", "modes closer together")
        self.succeed(*far, "--spacing", 20)  # twin
        self.assertTrue(math.isfinite(self.json("probability", *K, "--horizon", 0.1, "--seed", 1,
                                                "--trajectories", 8)["p_collapse"]))  # twin


if __name__ == "__main__":
    unittest.main()
