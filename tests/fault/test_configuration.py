"""A run folder goes on with its own configuration only: any other exits 2, names the first
difference, and touches nothing.

The same configuration written in another way is the same: that is the twin, without which refusing
everything would pass.
"""

import os
import unittest

from fault import SMALL, FaultTest, contents_of, run

AXES = "radius = [1.25, 2.0]\ndimension = [5, 20]"
ALTERED = {  # what: (text, its replacement, the run's line, the line now asked)
    "axis value": ("[5, 20]", "[5, 21]", "dimension = [5, 20]", "dimension = [5, 21]"),
    "axis length": ("[1.25, 2.0]", "[1.25, 2.0, 2.5]", "radius = [1.25, 2]",
                    "radius = [1.25, 2, 2.5]"),
    "axis order": (AXES, "\n".join(reversed(AXES.split("\n"))), "radius = [1.25, 2]",
                   "dimension = [5, 20]"),
    "zip": ("[fixed]", 'zip = [["radius", "dimension"]]\n[fixed]', "(nothing)",
            'zip = [["radius", "dimension"]]'),
    "another axis": ("[fixed]", "weight = [0.5, 0.6]\n[fixed]", "(nothing)", "weight = [0.5, 0.6]"),
    "fixed option": ("[fixed]", "[fixed]\ntarget-weight = 0.7",
                     "target-weight = 0.6666666666666666", "target-weight = 0.7"),
    "fixed option that had no value": ("[fixed]", "[fixed]\nhorizon = 10", "(nothing)",
                                       "horizon = 10"),
    "trajectories": ("\ntrajectories = 40\n", "\ntrajectories = 41\n", "trajectories = 40",
                     "trajectories = 41"),
    "tolerance": ("[fixed]", "[fixed]\ntolerance = 1e-5", "tolerance = 1e-06", "tolerance = 1e-05"),
    # or its tolerance
    "precision": ("[fixed]", '[fixed]\nprecision = "single"', "the run has", "now asked is"),
    "seed": ("seed = 7", "seed = 8", "seed = 7", "seed = 8"),
    "interval width": ("0.2\n", "0.21\n", "interval-width = 0.2", "interval-width = 0.21"),
    "level": ("[0.3]", "[0.3, 0.4]", "level = [0.3]", "level = [0.3, 0.4]"),
    "near width": ("0.12", "0.13", "near-width = 0.12", "near-width = 0.13"),
    "most trajectories": ("400", "500", "max-trajectories = 400", "max-trajectories = 500"),
    "no adaptive rule": (SMALL[SMALL.index("[adaptive]"):], "", "[adaptive]", "(nothing)"),
}


class AlteredConfiguration(FaultTest):
    def stopped(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        return folder

    def refused_resume(self, folder, *words, env=None):
        before = self.snapshot(folder)
        result = run(*self.command(folder, "--resume")[1:], env=env)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn("cannot be resumed with another configuration", result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertEqual(self.snapshot(folder), before)

    def test_each_kind_of_change(self):
        folder = self.stopped()
        for what, (old, new, recorded, asked) in ALTERED.items():
            with self.subTest(what):
                self.assertEqual(SMALL.count(old), 1)
                self.write("sweep.toml", SMALL.replace(old, new))
                self.refused_resume(folder, recorded, asked)
        self.write("sweep.toml", SMALL)
        self.assert_resumes_to_the_same(folder)

    def test_the_twin_other_words_for_the_same(self):
        self.reference()
        same = SMALL.replace("[1.25, 2.0]", '"1.25:2:0.75"').replace("[5, 20]", '"5,20"').replace(
            "\ntrajectories = 40", "\ntrajectories = 4e1")
        same = "# a remark\n" + same.replace("[fixed]\n",
                                             "[fixed]\ntolerance = 0.000001  # the default\n")
        for threads in (1, 2):  # how it is run is not what is run
            folder = self.path(f"run-{threads}")
            self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
            self.write("sweep.toml", same)
            result = self.resume(folder, "--threads", threads)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.write("sweep.toml", SMALL)
            self.assertEqual(contents_of(f"{folder}/result.nc"), self.reference().contents)

    def test_a_folder_that_holds_a_run_is_not_taken_for_a_new_one(self):
        folder = self.stopped()
        before = self.snapshot(folder)
        result = run(*self.command(folder)[1:])
        self.assertEqual(result.returncode, 2)
        self.assertIn("--resume", result.stderr)
        self.assertEqual(self.snapshot(folder), before)

    def test_a_result_without_a_journal_is_not_overwritten(self):
        folder = self.path("run")
        os.mkdir(folder)
        self.write("run/result.nc", "somebody's")
        for more in ((), ("--resume",)):
            result = run(*self.command(folder, *more)[1:])
            self.assertEqual(result.returncode, 2)
            self.assertIn("result.nc", result.stderr)
        self.assertEqual(self.snapshot(folder), {"result.nc": b"somebody's"})

    def test_a_manifest_that_was_changed_by_hand(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder).returncode, 0)
        with open(f"{folder}/manifest.toml", encoding="utf-8") as file:
            text = file.read()
        self.write("run/manifest.toml", text.replace("[5, 20]", "[5, 30]"))
        self.assertIn("[5, 20]", text)
        before = self.snapshot(folder)
        result = run("merge", folder)  # would be a result with axes that nobody computed
        self.assertIn(result.returncode, (2, 4),
                      "merge believed a manifest that is not the journal's")
        self.assertIn("manifest.toml", result.stderr)
        self.assertEqual(self.snapshot(folder), before)
        # which goes by the sweep file and the journal's hash
        self.assert_resumes_to_the_same(folder)

    def test_merge_does_not_overwrite_another_run(self):
        other = self.path("run")
        self.assertEqual(self.resume(other).returncode, 0)
        self.write("sweep.toml", SMALL.replace("seed = 7", "seed = 8"))
        self.assertEqual(self.resume(self.path("parts"), "--shard", "0/2").returncode, 0)
        before = self.snapshot(other)
        result = run("merge", self.path("parts"), "--run-dir", other)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("another configuration", result.stderr)
        self.assertEqual(self.snapshot(other), before)

    def test_a_shard_that_was_killed_before_it_had_a_journal(self):
        for i in (0, 1):
            self.assertEqual(self.resume(self.path("parts"), "--shard", f"{i}/3").returncode, 0)
        os.mkdir(self.path("parts/shard-2-of-3"))  # the lock is all there is
        self.write("parts/shard-2-of-3/lock", "somewhere:1\n")
        self.assertEqual(run("status", self.path("parts")).returncode, 0)
        self.assertEqual(run("merge", self.path("parts")).returncode, 75)
        self.assertEqual(self.resume(self.path("parts"), "--shard", "2/3").returncode, 0)
        result = run("merge", self.path("parts"), "--format", "csv")
        self.assertEqual((result.returncode, result.stdout), (0, self.reference().csv))


if __name__ == "__main__":
    unittest.main()
