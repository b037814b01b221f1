"""--sampling sobol and --rare: schema, agreement with random starts, reproducibility, files."""

import csv
import io
import json
import unittest

from program import ProgramTest, run

OUTCOMES = ["aligned_plus", "aligned_minus", "vanished", "matched", "swapped", "undecided",
            "failed"]
POINT = ("--radius", 1.2, "--dimension", 10)
RARE = ("probability", "--rare", "--radius", 1.12, "--dimension", 3000)


def open_dataset(test, path):
    try:
        import xarray
    except ImportError:
        test.skipTest("xarray is not installed")
    return xarray.open_dataset(path)


class Sobol(ProgramTest):
    def test_json_agrees_with_random_starts_and_is_sharper(self):
        random = self.json("probability", *POINT, "--trajectories", 262144, "--seed", 7)
        sobol = self.json("probability", *POINT, "--trajectories", 262144, "--seed", 7,
                          "--sampling", "sobol")
        self.assertEqual((random["sampling"], random["replicates"], random["ci_method"]),
                         ("monte-carlo", None, "clopper-pearson"))
        self.assertEqual((sobol["sampling"], sobol["replicates"], sobol["ci_method"]),
                         ("sobol", 16, "student-t"))
        self.assertEqual(list(sobol["counts"]), OUTCOMES)
        self.assertEqual(sum(sobol["counts"].values()), 262144)
        collapsed = sum(sobol["counts"][name] for name in OUTCOMES[:3])
        self.assertEqual(sobol["p_collapse"], collapsed / 262144)
        self.assertLess(abs(sobol["p_collapse"] - random["p_collapse"]),
                        4 * (random["standard_error"] + sobol["standard_error"]))
        self.assertLess(sobol["standard_error"], 0.4 * random["standard_error"])
        self.assertLess(sobol["ci_low"], sobol["p_collapse"])
        self.assertLess(sobol["p_collapse"], sobol["ci_high"])

    def test_counts_do_not_depend_on_threads(self):
        arguments = ("probability", *POINT, "--trajectories", 40000, "--replicates", 10, "--seed",
                     3, "--sampling", "sobol")
        expected = self.json(*arguments, "--threads", 1)
        self.assertEqual(expected["trajectories"], 40960)
        for threads in (2, 3, 7):
            result = self.json(*arguments, "--threads", threads)
            for key in ("counts", "standard_error", "ci_low", "config_hash"):
                self.assertEqual(result[key], expected[key])
        self.assertNotEqual(self.json(*arguments, "--precision", "single")["config_hash"],
                            expected["config_hash"])
        other = self.json("probability", *POINT, "--trajectories", 40960, "--replicates", 10,
                          "--seed", 4, "--sampling", "sobol")
        self.assertNotEqual(other["counts"], expected["counts"])  # twin: another seed

    def test_rounding_up_is_said(self):
        result = run("probability", *POINT, "--trajectories", 1000, "--seed", 1, "--sampling",
                     "sobol", "--format", "json")
        self.assertEqual(json.loads(result.stdout)["trajectories"], 1024)
        self.assertIn("1024 trajectories instead of 1000", result.stderr)

    def test_csv_and_file(self):
        arguments = ("probability", *POINT, "--trajectories", 4096, "--seed", 1, "--sampling",
                     "sobol")
        row = list(csv.DictReader(io.StringIO(self.succeed(*arguments, "--format", "csv").stdout)))[
            0]
        self.assertEqual((row["sampling"], row["replicates"], row["ci_method"]),
                         ("sobol", "16", "student-t"))
        printed = self.json(*arguments, "--output", self.path("p.nc"))
        self.assertEqual(float(row["standard_error"]), printed["standard_error"])
        with open_dataset(self, self.path("p.nc")) as data:
            self.assertEqual(float(data["standard_error"]), printed["standard_error"])
            self.assertIn("student-t", data["ci_low"].attrs["long_name"])
            self.assertIn("sampling = 'sobol'", data.attrs["config_toml"])

    def test_threshold(self):
        arguments = ("threshold", "--dimension", 100, "--level", 0.5, "--radius-range", "1.25:1.4",
                     "--trajectories", 16384, "--seed", 7)
        random, sobol = self.json(*arguments), self.json(*arguments, "--sampling", "sobol")
        self.assertEqual(sobol["sampling"], "sobol")
        width = [r["rows"][0]["ci_high"] - r["rows"][0]["ci_low"] for r in (random, sobol)]
        self.assertLess(width[1], 0.7 * width[0])
        self.assertLess(abs(random["rows"][0]["r_c"] - sobol["rows"][0]["r_c"]), width[0])
        self.assertEqual((random["rows"][0]["ci_method"], sobol["rows"][0]["ci_method"]),
                         ("clopper-pearson-spent", "student-t"))

    def test_few_collapses_give_the_exact_interval(self):
        """Below 32 collapses, or others, Student's interval would cover too rarely."""
        for trajectories, method in ((64, "clopper-pearson"), (1024, "student-t")):
            result = self.json("probability", "--radius", 1.5, "--dimension", 10, "--seed", 7,
                               "--trajectories", trajectories, "--sampling", "sobol")
            self.assertEqual(result["ci_method"], method)
        below = self.json("probability", "--radius", 0.8, "--dimension", 10, "--seed", 7,
                          "--trajectories", 64, "--sampling", "sobol")
        self.assertEqual((below["p_collapse"], below["ci_method"]), (0.0, "clopper-pearson"))
        self.assertIsNone(below["standard_error"])  # no spread was seen: unknown, not 0
        rows = self.json("threshold", "--dimension", 10, "--level", 0.5, "--radius-range", "1:1.2",
                         "--trajectories", 512, "--seed", 7, "--sampling", "sobol")["rows"]
        self.assertEqual(rows[0]["ci_method"], "clopper-pearson or student-t")


class Rare(ProgramTest):
    def test_json(self):
        result = self.json(*RARE, "--seed", 5)
        self.assertEqual((result["rare_status"], result["sampling"], result["ci_method"]),
                         ("reached", "importance", "normal"))
        self.assertIsNone(result["counts"])
        self.assertLessEqual(result["relative_error"], 0.1)
        self.assertLess(result["ci_low"], result["p_collapse"])
        self.assertLess(result["p_collapse"], result["ci_high"])
        self.assertLessEqual(result["trajectories"], 1000000)
        self.assertGreater(result["levels"], 0)
        other = self.json(*RARE, "--seed", 6)
        self.assertNotEqual(other["p_collapse"], result["p_collapse"])
        spread = (result["standard_error"] ** 2 + other["standard_error"] ** 2) ** 0.5
        self.assertLess(abs(other["p_collapse"] - result["p_collapse"]), 4.5 * spread)

    def test_does_not_depend_on_threads(self):
        arguments = (*RARE, "--trajectories", 32768, "--seed", 5)
        expected = self.json(*arguments, "--threads", 1)
        for threads in (2, 3, 7):
            result = self.json(*arguments, "--threads", threads)
            for key in ("p_collapse", "standard_error", "collapsed_final", "config_hash"):
                self.assertEqual(result[key], expected[key])

    def test_nothing_to_find(self):
        result = run("probability", "--rare", "--radius", 0.8, "--trajectories", 20000, "--seed", 5,
                     "--format", "json")
        report = json.loads(result.stdout)
        self.assertEqual((report["rare_status"], report["p_collapse"], report["ci_low"]),
                         ("not_found", 0, 0))
        self.assertIsNone(report["relative_error"])
        self.assertGreater(report["ci_high"], 0)
        self.assertIn("no collapse found", result.stderr)

    def test_csv_and_file(self):
        arguments = (*RARE, "--trajectories", 65536, "--seed", 1)
        row = list(csv.DictReader(io.StringIO(self.succeed(*arguments, "--format", "csv").stdout)))[
            0]
        printed = self.json(*arguments, "--output", self.path("p.nc"))
        self.assertEqual(float(row["p_collapse"]), printed["p_collapse"])
        with open_dataset(self, self.path("p.nc")) as data:
            self.assertEqual(float(data["p_collapse"]), printed["p_collapse"])
            self.assertEqual(data["rare_status"].attrs["flag_meanings"],
                             "reached budget_used not_found unsettled failed")
            for name in data.variables:
                self.assertIn("units", data[name].attrs, name)


if __name__ == "__main__":
    unittest.main()
