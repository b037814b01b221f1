"""What the commands print and write: schema, reference values, reproducibility."""

import csv
import io
import json
import math
import os
import unittest

from program import ProgramTest, run

OUTCOMES = ["aligned_plus", "aligned_minus", "vanished", "matched", "swapped", "undecided",
            "failed"]
TWO_THIRDS = "0.6666666666666666"


class Probability(ProgramTest):
    def test_json_has_the_keys_of_the_contract(self):
        result = self.json("probability", "--radius", 1.5, "--dimension", 100, "--trajectories",
                           20000, "--seed", 7)
        for key in ("p_collapse ci_low ci_high counts trajectories seed radius dimension "
                    "target_weight weight weights dynamics horizon backend "
                    "isa precision seconds").split():
            self.assertIn(key, result)
        self.assertEqual(list(result["counts"]), OUTCOMES)
        self.assertEqual(sum(result["counts"].values()), 20000)
        self.assertIsNone(result["horizon"])
        collapsed = sum(result["counts"][name] for name in OUTCOMES[:3])
        self.assertEqual(result["p_collapse"], collapsed / 20000)
        self.assertLess(result["ci_low"], result["p_collapse"])
        self.assertLess(result["p_collapse"], result["ci_high"])

    def test_counts_do_not_depend_on_threads_or_instruction_set(self):
        arguments = ("probability", "--radius", 2, "--dimension", 10, "--trajectories", 50000,
                     "--seed", 3)
        expected = self.json(*arguments, "--threads", 1)["counts"]
        for threads in (2, 3, 7, 16):
            self.assertEqual(self.json(*arguments, "--threads", threads)["counts"], expected)
        for isa in json.loads(run("info", "--format", "json").stdout)["cpu"]["instruction_sets"]:
            result = self.succeed(*arguments, "--format", "json",
                                  env={**os.environ, "MODECOLLAPSE_ISA": isa})
            self.assertEqual(json.loads(result.stdout)["counts"], expected, isa)
        # the twin: another seed
        self.assertNotEqual(self.json(*arguments[:-1], 4)["counts"], expected)

    def test_csv_has_one_row(self):
        text = self.succeed("probability", "--trajectories", 1000, "--seed", 1, "--format",
                            "csv").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(rows), 1)
        self.assertEqual(sum(int(rows[0][name]) for name in OUTCOMES), 1000)
        self.assertEqual(rows[0]["status"], "complete")

    def test_a_missing_seed_is_drawn_and_printed(self):
        result = self.succeed("probability", "--trajectories", 1000, "--format", "json")
        seed = json.loads(result.stdout)["seed"]
        self.assertIn(f"seed drawn: {seed}", result.stderr)
        again = self.json("probability", "--trajectories", 1000, "--seed", seed)
        self.assertEqual(again["counts"], json.loads(result.stdout)["counts"])
        self.assertEqual(run("probability", "--trajectories", 1000, "--quiet").stderr, "")

    def test_a_drawn_seed_is_told_of_runs_that_begin(self):
        few, start = ("--trajectories", 500), ("--start", "0.1,0.1,0")
        odd = ("--family", "realnvp", "--dimension", 5)
        for command in (
            ("probability", *few),
            ("probability", "--rare", "--trajectories", 20000),
            ("threshold", "--dimension", 10, *few),
            ("trajectory",),
            ("variance", *start, "--trajectories", 16),
        ):
            with self.subTest(command):
                told = self.succeed(*command, "--format", "json").stderr
                self.assertEqual(told.count("seed drawn"), 1)
        nothing_random = self.succeed("trajectory", *start)
        self.assertNotIn("seed drawn", nothing_random.stderr)
        for command in (
            ("probability", "--trajectories", 10**14, "--family", "realnvp"),
            ("probability", *odd),
            ("threshold", *odd),
            ("trajectory", *odd),
            ("variance", *start, "--trajectories", 10**12, "--batch-size", 1),
        ):
            with self.subTest(command):
                refused = run(*command)
                self.assertEqual(refused.returncode, 2, refused.stderr)
                self.assertNotIn("seed drawn", refused.stderr)

    def test_the_finite_horizon_is_another_reading(self):
        start = self.json("probability", "--trajectories", 1000, "--seed", 1, "--dimension", 1000,
                          "--horizon", 1e-3)
        self.assertEqual(start["counts"]["undecided"], 1000)
        self.assertEqual(start["horizon"], 1e-3)


class Folds(ProgramTest):
    def test_reference_values(self):
        result = self.json("folds")
        self.assertAlmostEqual(result["r_fold_plus"], 1.1088, delta=5e-4)
        self.assertAlmostEqual(result["r_fold_minus"], 1.4917, delta=5e-4)
        self.assertAlmostEqual(result["r_inf"], 1.3030, delta=5e-4)
        symmetric = self.json("folds", "--target-weight", 0.5)
        self.assertEqual(symmetric["radii_status"],
                         {"r_fold_plus": "found", "r_fold_minus": "found", "r_inf": "none"})
        self.assertIsNone(symmetric["r_inf"])
        self.assertAlmostEqual(symmetric["r_fold_plus"], 1.0466, delta=5e-4)

    def test_a_limit_that_no_dimension_approaches(self):
        symmetric = self.json("folds", "--weight", 0.5)
        self.assertIsNone(symmetric["r_inf"])
        self.assertEqual(symmetric["radii_status"]["r_inf"], "not_approached")
        text = self.succeed("folds", "--weight", 0.5).stdout
        self.assertRegex(text, r"R_inf +not approached at any dimension that is accepted: w1 = 1/2")
        few = ("--dimension", 10, "--trajectories", 10, "--seed", 1, "--radius-range", "1:1.1")
        trained = self.json("threshold", "--weights", "softmax", *few)
        self.assertEqual(trained["radii_status"]["r_inf"], "not_approached")
        self.assertIsNone(trained["r_inf"])
        # read at the run's horizon, which a constant temperature needs
        constant = ("--annealing", "constant", "--initial-temperature", 2, "--horizon", 30)
        hot = self.json("threshold", *constant, *few)
        self.assertIn(hot["radii_status"]["r_inf"], ("found", "not_approached"))

    def test_same_as_threshold_says(self):
        folds = self.json("folds", "--weight", 0.5)
        threshold = self.json("threshold", "--weight", 0.5, "--dimension", 10, "--trajectories", 10,
                              "--seed", 1)
        for name in ("r_fold_plus", "r_fold_minus", "r_inf", "radii_status"):
            self.assertEqual(folds[name], threshold[name])


class Threshold(ProgramTest):
    def test_reference_radii_and_statuses(self):
        result = self.json("threshold", "--dimension", "10,100", "--trajectories", 20000, "--seed",
                           7)
        for name, value in (("r_fold_plus", 1.1088), ("r_fold_minus", 1.4917), ("r_inf", 1.3030)):
            self.assertAlmostEqual(result[name], value, delta=5e-4)
            self.assertEqual(result["radii_status"][name], "found")
        self.assertEqual(result["radius_range"], [0.5, 3.0])
        rows = {(row["dimension"], row["level"]): row for row in result["rows"]}
        self.assertEqual(rows[10, 0.5]["status"], "not_reached")
        self.assertIsNone(rows[10, 0.5]["r_c"])
        for key in ((10, 0.1), (100, 0.1), (100, 0.5)):
            row = rows[key]
            self.assertEqual(row["status"], "found")
            self.assertLessEqual(row["ci_low"], row["r_c"])
            self.assertLessEqual(row["r_c"], row["ci_high"])
            self.assertLessEqual(row["resolution"], 5e-4)
        # P jumps over the level at the fold
        self.assertAlmostEqual(rows[10, 0.1]["r_c"], 1.1088, delta=1e-3)

    def test_symmetric_target(self):
        result = self.json("threshold", "--target-weight", 0.5, "--dimension", 2, "--level", 0.1,
                           "--trajectories", 2000, "--seed", 7)
        self.assertAlmostEqual(result["r_fold_plus"], 1.0466, delta=5e-4)
        self.assertAlmostEqual(result["r_fold_minus"], 1.0466, delta=5e-4)
        self.assertIsNone(result["r_inf"])
        self.assertEqual(result["radii_status"]["r_inf"], "none")

    def test_a_mode_that_is_there_at_every_radius(self):
        result = self.json("threshold", "--weight", 0.5, "--target-weight", TWO_THIRDS,
                           "--dimension", 2, "--level", 0.1, "--radius-range", "1.5:1.7",
                           "--trajectories", 2000, "--seed", 7)
        self.assertEqual(result["radii_status"]["r_fold_plus"], "all_radii")
        self.assertIsNone(result["r_fold_plus"])
        self.assertEqual(result["rows"][0]["status"], "below_range")
        self.assertIsNone(result["rows"][0]["r_c"])


class TrajectoryAndBasin(ProgramTest):
    def test_trajectory_agrees_with_the_ensemble(self):
        arguments = ("--radius", 1.5, "--dimension", 10, "--seed", 7)
        ensemble = self.json("probability", *arguments, "--trajectories", 40)["counts"]
        single = self.json("trajectory", *arguments, "--id", "0:39:1", "--times",
                           "0,5")["trajectories"]
        counts = {name: sum(t["outcome"] == name for t in single) for name in OUTCOMES}
        self.assertEqual(counts, ensemble)
        self.assertEqual(single[0]["t"], [0.0, 5.0])

    def test_output_times_do_not_change_the_trajectory(self):
        arguments = ("trajectory", "--start", "-0.2,0.3,0.1", "--radius", 2)
        coarse = self.json(*arguments, "--times", "0,3,10")["trajectories"][0]
        fine = self.json(*arguments, "--times", "0:10:0.5")["trajectories"][0]
        self.assertEqual([coarse["m1"][i] for i in (0, 1, 2)], [fine["m1"][i] for i in (0, 6, 20)])
        self.assertEqual(coarse["m1"][0], -0.2)
        tight = self.json(*arguments, "--times", "0:10:0.5", "--tolerance",
                          "1e-11")["trajectories"][0]
        self.assertLess(max(abs(a - b) for a, b in zip(fine["m1"], tight["m1"])), 2e-5)

    def test_basin_is_symmetric_for_the_symmetric_problem(self):
        result = self.json("basin", "--target-weight", 0.5, "--grid", 21, "--radius", 2)
        outcome, n = result["outcome"], 21
        mirror = {"aligned_plus": "aligned_minus", "aligned_minus": "aligned_plus",
                  "matched": "swapped", "swapped": "matched"}
        self.assertIsNone(outcome[0][0])  # m1 = m2 = -1 with s = 0: no such vectors
        for i in range(n):
            for j in range(n):
                if outcome[i][j] in mirror:
                    self.assertEqual(outcome[n - 1 - i][n - 1 - j], mirror[outcome[i][j]], (i, j))
        self.assertEqual(sum(result["counts"].values()) + result["outside"], n * n)


class ResultFiles(ProgramTest):
    def open(self, path):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        return xarray.open_dataset(path)

    def test_probability_file(self):
        path = self.path("p.nc")
        printed = self.json("probability", "--radius", 2, "--trajectories", 2000, "--seed", 5,
                            "--output", path)
        with self.open(path) as data:
            self.assertEqual(data["p_collapse"].dims, ())
            self.assertEqual(float(data["p_collapse"]), printed["p_collapse"])
            for name in ("radius", "dimension", "target_weight", "weight", "weights", "dynamics"):
                self.assertEqual(data.coords[name].item(), printed[name], name)
                self.assertIn(name, data["p_collapse"].coords)
            self.assertEqual(data["radius"].attrs["symbol"], "R")
            self.assertEqual(data["seed"].item(), 5)
            self.assertTrue(math.isnan(data["annealing_time"].item()))
            self.assertEqual(data["annealing_time"].attrs["long_name"], "annealing time t0")
            self.assertEqual(data["counts"].dtype, "int64")
            self.assertEqual([str(name) for name in data["outcome"].values], OUTCOMES)
            for name in data.variables:
                self.assertIn("units", data[name].attrs, name)
                self.assertIn("long_name", data[name].attrs, name)
            for name in ("Conventions title references schema_version version git_sha config_toml "
                         "config_hash seed backend device compiler precision "
                         "started finished").split():
                self.assertTrue(data.attrs[name], name)
            self.assertEqual(data.attrs["config_hash"], printed["config_hash"])
        self.assertEqual(os.listdir(self.folder), ["p.nc"])

    def test_threshold_file(self):
        path = self.path("t.nc")
        printed = self.json("threshold", "--dimension", "2,100", "--trajectories", 1000, "--seed",
                            5, "--output", path)
        with self.open(path) as data:
            self.assertEqual(data["r_c"].dims, ("dimension", "level"))
            for row in printed["rows"]:
                value = float(data["r_c"].sel(dimension=row["dimension"], level=row["level"]))
                self.assertTrue(math.isnan(value) if row["r_c"] is None else value == row["r_c"])
            self.assertEqual(data["status"].attrs["flag_meanings"],
                             "found below_range not_reached unsettled")
            self.assertEqual(list(data["status"].attrs["flag_values"]), [0, 1, 2, 3])
            self.assertEqual(int(data["evaluation_counts"].sum()), printed["trajectories_total"])

    def test_trajectory_and_basin_files(self):
        self.succeed("trajectory", "--seed", 1, "--id", "3,5", "--output", self.path("t.nc"))
        with self.open(self.path("t.nc")) as data:
            self.assertEqual(data["m1"].dims, ("trajectory", "time"))
            self.assertEqual(list(data["trajectory"].values), [3, 5])
        self.succeed("basin", "--grid", 11, "--output", self.path("b.nc"))
        with self.open(self.path("b.nc")) as data:
            self.assertEqual(data["outcome"].shape, (11, 11))

    def test_text_files(self):
        self.succeed("probability", "--trajectories", 100, "--seed", 1, "--output",
                     self.path("p.json"))
        with open(self.path("p.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["trajectories"], 100)
        self.succeed("probability", "--trajectories", 100, "--seed", 1, "--output",
                     self.path("p.csv"))
        with open(self.path("p.csv"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 2)


class Help(ProgramTest):
    def test_every_command_has_help_and_info_works(self):
        for command in ("probability", "threshold", "trajectory", "basin", "info"):
            text = self.succeed(command, "--help").stdout
            self.assertIn("--format", text)
        self.assertIn("threshold", self.succeed("--help").stdout)
        self.assertIn("modecollapse", self.succeed("--version").stdout)
        self.assertIn("cuda", json.loads(self.succeed("info", "--format", "json").stdout))


if __name__ == "__main__":
    unittest.main()
