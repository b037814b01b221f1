"""Members that fail are never counted as a good outcome, wherever a probability is told: P leaves
them out, the interval covers whatever they would have been, P is null when more than half failed,
and exit code 6 says that they are too many.

Trajectories are made to fail by a maximum of integration steps, trainings by a learning rate far
too large.
"""

import csv
import io
import json
import unittest

from program import ProgramTest, run, unless_sanitized

POINT = ("--radius", 2, "--dimension", 10, "--seed", 1)
FLOWS = ("--family", "realnvp", "--dimension", 2, "--layers", 2, "--width", 8,
         "--batch-size", 32, "--evaluation-samples", 200, "--seed", 7)
SWEEP = """[axes]
maximum-steps = [5, 25, 1000000]
[fixed]
radius = 2
dimension = 10
trajectories = 500
seed = 1
"""


class FailedMembers(ProgramTest):
    def ended(self, code, *arguments):
        """The JSON result of a command that ends with this code, and what it says on stderr."""
        result = run(*arguments, "--format", "json")
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout), result.stderr

    def test_the_probability_leaves_them_out_and_the_interval_does_not(self):
        result, said = self.ended(
            6, "probability", *POINT, "--trajectories", 2000, "--maximum-steps", 25
        )
        counts, failed = result["counts"], result["failed"]
        collapsed = sum(counts[name] for name in ("aligned_plus", "aligned_minus", "vanished"))
        self.assertEqual(failed, counts["failed"])
        self.assertGreater(failed, 20)
        self.assertAlmostEqual(result["p_collapse"], collapsed / (2000 - failed), places=14)
        all_of_them = self.json("probability", *POINT, "--trajectories", 2000)
        self.assertLess(result["ci_low"], collapsed / 2000)
        self.assertGreater(result["ci_high"], (collapsed + failed) / 2000)
        self.assertLess(result["ci_low"], all_of_them["p_collapse"])
        self.assertGreater(result["ci_high"], all_of_them["p_collapse"])
        for word in (
            f"{failed} of 2000 trajectories failed",
            "--failed-limit 0.01",
            "--maximum-steps",
        ):
            self.assertIn(word, said)

    def test_the_limit_is_an_option_and_no_part_of_the_configuration(self):
        few = ("probability", *POINT, "--trajectories", 2000, "--maximum-steps", 25)
        beyond, _ = self.ended(6, *few, "--failed-limit", 0.01)
        within, said = self.ended(0, *few, "--failed-limit", 0.1)
        self.assertIn("within --failed-limit 0.1", said)
        self.assertEqual(beyond["config_hash"], within["config_hash"])
        self.assertEqual(beyond["p_collapse"], within["p_collapse"])
        self.refused([*few, "--failed-limit", 1.5], 2, "--failed-limit 1.5", "0 to 1")

    def test_more_than_half_leave_no_probability(self):
        most = ("probability", *POINT, "--trajectories", 200, "--maximum-steps", 5)
        result, said = self.ended(6, *most, "--failed-limit", 1)
        self.assertEqual((result["p_collapse"], result["standard_error"]), (None, None))
        self.assertLess(result["ci_low"], 0.1)
        self.assertGreater(result["ci_high"], 0.8)
        self.assertIn("unknown", said)
        self.assertIn("P(collapse) = unknown", run(*most).stdout)
        row = next(csv.DictReader(io.StringIO(run(*most, "--format", "csv").stdout)))
        self.assertEqual((row["p_collapse"], row["status"]), ("", "failed"))
        self.assertNotEqual(row["ci_low"], "")

    def test_sobol_points(self):
        result, _ = self.ended(
            6,
            "probability",
            *POINT,
            "--sampling",
            "sobol",
            "--trajectories",
            2048,
            "--maximum-steps",
            25,
        )
        collapsed = sum(
            result["counts"][name] for name in ("aligned_plus", "aligned_minus", "vanished")
        )
        self.assertAlmostEqual(
            result["p_collapse"], collapsed / (2048 - result["failed"]), places=14
        )
        self.assertGreater(result["ci_high"], (collapsed + result["failed"]) / 2048)
        self.assertLess(result["ci_low"], collapsed / 2048)

    def test_rare_collapse_among_nothing_but_failures_is_not_reached(self):
        rare = (
            "probability",
            "--rare",
            "--radius",
            1.2,
            "--dimension",
            1000,
            "--seed",
            1,
            "--trajectories",
            50000,
        )
        result, said = self.ended(6, *rare, "--maximum-steps", 5)
        self.assertEqual(
            (result["p_collapse"], result["status"], result["rare_status"]),
            (None, "failed", "failed"),
        )
        self.assertGreater(result["failed"], 10000)
        self.assertGreater(result["ci_high"], 0.9)
        self.assertIn("unknown", said)
        well = self.json(*rare)
        self.assertEqual((well["status"], well["failed"]), ("complete", 0))
        self.assertNotEqual(well["rare_status"], "failed")

    def test_theory(self):
        arguments = ("theory", "--radius", 2, "--dimension", 10, "--accuracy", 0.05)
        row = self.ended(6, *arguments, "--maximum-steps", 5)[0]["rows"][0]
        self.assertIsNone(row["p_collapse"])
        self.assertGreater(row["failed"], 0.5)
        well = self.json(*arguments)["rows"][0]
        self.assertEqual(well["failed"], 0)
        self.assertLess(row["p_low"], well["p_collapse"])
        self.assertGreater(row["p_high"], well["p_collapse"])

    @unless_sanitized("thousands of runs")
    def test_a_threshold_that_failures_leave_open_is_unsettled(self):
        arguments = (
            "threshold",
            "--dimension",
            10,
            "--seed",
            1,
            "--trajectories",
            300,
            "--radius-range",
            "1:2",
            "--level",
            0.3,
        )
        result, said = self.ended(6, *arguments, "--maximum-steps", 5)
        (row,) = result["rows"]
        self.assertEqual(
            (row["status"], row["r_c"], row["ci_low"], row["ci_high"]),
            ("unsettled", None, None, None),
        )
        self.assertGreater(row["failed"], row["trajectories_run"] / 2)
        self.assertIn("at R = ", said)
        (well,) = self.json(*arguments)["rows"]
        self.assertEqual((well["status"], well["failed"]), ("found", 0))

    def test_cells_of_a_sweep(self):
        result = run(
            "phase-diagram",
            self.write("sweep.toml", SWEEP),
            "--run-dir",
            self.path("run"),
            "--format",
            "json",
        )
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assertIn("in the cell maximum-steps = 5", result.stderr)
        most, some, none = json.loads(result.stdout)["rows"]
        self.assertEqual(
            [row["status"] for row in (most, some, none)], ["failed", "complete", "complete"]
        )
        self.assertIsNone(most["p_collapse"])
        self.assertGreater(most["ci_high"], 0.8)
        collapsed = some["aligned_plus"] + some["aligned_minus"] + some["vanished"]
        self.assertAlmostEqual(some["p_collapse"], collapsed / (500 - some["failed"]), places=14)
        self.assertGreater(some["failed"], 5)
        again = run("merge", self.path("run"), "--format", "json")
        self.assertEqual(
            (again.returncode, json.loads(again.stdout)["rows"]), (6, [most, some, none])
        )
        twin = self.write("twin.toml", SWEEP.replace("5, 25, ", "25, "))
        for limit, code in ((0.005, 6), (0.1, 0)):
            folder = self.path(f"twin-{code}")
            self.assertEqual(
                run("phase-diagram", twin, "--run-dir", folder, "--failed-limit", limit).returncode,
                code,
            )
        inside = self.write("inside.toml", SWEEP + "failed-limit = 0.5\n")
        self.refused(
            ["phase-diagram", inside, "--run-dir", self.path("inside")],
            2,
            "failed-limit",
            "command line",
        )

    def test_trainings_that_diverge_have_failed(self):
        diverged = (
            "probability",
            *FLOWS,
            "--radius",
            2,
            "--horizon",
            30,
            "--trajectories",
            6,
            "--learning-rate",
            5,
        )
        result, said = self.ended(6, *diverged)
        self.assertEqual((result["failed"], result["p_collapse"]), (6, None))
        self.assertIn("--gradient-clip", said)
        row = next(csv.DictReader(io.StringIO(run(*diverged, "--format", "csv").stdout)))
        self.assertEqual((row["p_collapse"], row["status"], row["failed"]), ("", "failed", "6"))
        well = self.json(
            "probability",
            *FLOWS,
            "--radius",
            2,
            "--horizon",
            30,
            "--trajectories",
            6,
            "--learning-rate",
            0.01,
        )
        self.assertEqual(well["failed"], 0)

    def test_the_outcome_of_a_training_follows_its_own_start(self):
        """KL at the end above KL at the start: failed, whatever the masses say."""
        arguments = (
            "trajectory",
            *FLOWS,
            "--radius",
            1.5,
            "--horizon",
            20,
            "--times",
            "0,20",
            "--id",
            "0:11:1",
            "--learning-rate",
            0.3,
        )
        members = self.json(*arguments)["trajectories"]
        worse = 0
        for one in members:
            start, end = one["reverse_kl"]
            if end is None or end > start:
                worse += 1
                self.assertEqual(one["outcome"], "failed")
        self.assertTrue(0 < worse, "no member diverged: choose another learning rate")

    def test_a_threshold_of_trainings(self):
        arguments = (
            "threshold",
            *FLOWS,
            "--horizon",
            10,
            "--trajectories",
            4,
            "--radius-range",
            "1:1.5",
            "--level",
            0.5,
        )
        result, _ = self.ended(6, *arguments, "--learning-rate", 50)
        (row,) = result["rows"]
        self.assertEqual((row["status"], row["r_c"]), ("unsettled", None))
        self.assertEqual(row["failed"], 4 * row["evaluations"])


if __name__ == "__main__":
    unittest.main()
