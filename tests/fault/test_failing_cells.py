"""A cell that fails is a row with a status, not the end of the run: --on-error continue computes
the others and ends with exit code 6; stop ends early.

Cells are made to fail by a maximum of 5 integration steps, too few for most trajectories.
"""

import os
import unittest
import zlib

from fault import COUNTS, RECORD, FaultTest, netCDF4, rows_of, run

SWEEP = """[axes]
maximum-steps = [5, 1000000]
radius = "1:2:0.05"
[fixed]
dimension = 5
trajectories = 200
seed = 4
"""
GOOD = SWEEP.replace("[5, 1000000]", "[1000000]")
CELLS = 21


class FailingCells(FaultTest):
    sweep = SWEEP
    options = ("--threads", "1")

    def assert_rows(self, rows, pending=0):
        """Those with 5 steps have failed, the others are as in a sweep without failures."""
        self.write("good.toml", GOOD)
        good = rows_of(run("phase-diagram", self.path("good.toml"), "--run-dir", self.path("good"),
                           "--resume", "--format", "csv").stdout)
        self.assertEqual(len(good), CELLS)
        failed, well = rows[:CELLS], rows[CELLS:]
        self.assertEqual(sum(row["status"] == "pending" for row in rows), pending)
        for row in failed:
            if row["status"] != "pending":
                self.assertEqual(row["status"], "failed")
                self.assertGreater(int(row["failed"]), 100)  # the others start where they stay
                self.assertEqual(sum(int(row[name]) for name in COUNTS), 200)
        for row, twin in zip(well, good):
            if row["status"] != "pending":
                self.assertEqual({**row, "maximum_steps": twin["maximum_steps"]}, twin)

    def test_continue(self):
        folder = self.path("run")
        result = self.resume(folder)
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assert_rows(rows_of(result.stdout))
        with netCDF4.Dataset(f"{folder}/result.nc") as data:
            self.assertEqual(data["status"][...].tolist(), [[2] * CELLS, [0] * CELLS])
        status = run("status", folder, "--format", "json").stdout
        self.assertIn(f'"failed": {CELLS}', status)
        again = self.resume(folder)  # they fail by themselves, not by the machine: not tried again
        self.assertEqual((again.returncode, again.stdout), (6, result.stdout))
        self.assertEqual(len(self.records(folder)), 2 * CELLS)

    def test_stop(self):
        folder = self.path("run")
        result = self.resume(folder, "--on-error", "stop")
        rows = rows_of(result.stdout)
        pending = sum(row["status"] == "pending" for row in rows)
        self.assertEqual(len(rows), 2 * CELLS)
        self.assertEqual(rows[0]["status"], "failed")
        self.assertEqual(pending, 2 * CELLS - 1, "it was to end at the first failure")
        # stopped early and resumable; --resume goes on behind the failure
        self.assertEqual(result.returncode, 75)
        self.assert_rows(rows, pending)
        on = self.resume(folder)
        self.assertEqual(on.returncode, 6, on.stderr)
        self.assert_rows(rows_of(on.stdout))
        self.assertEqual(len(self.records(folder)), 2 * CELLS)

    def test_the_twin_without_failures_does_not_stop(self):
        self.write("sweep.toml", GOOD)
        result = self.resume(self.path("run"), "--on-error", "stop")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual({row["status"] for row in rows_of(result.stdout)}, {"complete"})

    def test_a_word_that_is_neither(self):
        result = self.resume(self.path("run"), "--on-error", "ignore")
        self.assertEqual(result.returncode, 2)
        self.assertIn("continue|stop", result.stderr)
        self.assertFalse(os.path.exists(self.path("run")))

    def test_a_few_failed_trajectories_are_left_out(self):
        """The cell is complete, its P is of the others; but their share is above --failed-limit."""
        for steps in range(10, 200, 5):
            text = GOOD.replace("1000000", str(steps)).replace('"1:2:0.05"', "[1.5]")
            self.write("sweep.toml", text)
            result = self.resume(self.path(f"run-{steps}"))
            row = rows_of(result.stdout)[0]
            if 2 < int(row["failed"]) <= 100:
                self.assertEqual((row["status"], result.returncode), ("complete", 6))
                collapsed = sum(int(row[name]) for name in COUNTS[:3])
                self.assertAlmostEqual(float(row["p_collapse"]),
                                       collapsed / (200 - int(row["failed"])), places=12)
                return
        self.fail("no number of steps at which only some trajectories fail")

    def test_failed_cells_are_computed_once_more_when_asked(self):
        folder = self.path("run")
        result = self.resume(folder)
        again = self.resume(folder, "--retry-failed")
        self.assertEqual((again.returncode, again.stdout), (6, result.stdout))
        self.assertEqual(len(self.records(folder)), 3 * CELLS)
        refused = run("phase-diagram", self.path("sweep.toml"), "--run-dir", self.path("other"),
                      "--retry-failed")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--resume", refused.stderr)

    def test_a_cell_that_could_not_be_computed_waits_for_the_word(self):
        """What a device error leaves in the journal: a record with the status failed, and no
        counts.
        """
        self.sweep = GOOD
        self.write("sweep.toml", GOOD)
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        for cell in (3, 20):
            block = b"".join(number.to_bytes(8, "little")
                             for number in (cell, 0, 1)).ljust(RECORD - 4, b"\0")
            with open(f"{folder}/journal.bin", "ab") as file:
                file.write(block + zlib.crc32(block).to_bytes(4, "little"))
        self.assertIn('"failed": 2', run("status", folder, "--format", "json").stdout)
        merged = run("merge", folder, "--format", "csv")
        self.assertEqual(merged.returncode, 75)
        self.assertEqual([i for i, row in enumerate(rows_of(merged.stdout))
                          if row["status"] == "failed"], [3, 20])
        waiting = self.resume(folder)
        self.assertEqual((waiting.returncode, self.statuses(waiting)), (6, [3, 20]))
        result = self.resume(folder, "--retry-failed")
        self.assertEqual((result.returncode, result.stdout), (0, self.reference().csv))

    @staticmethod
    def statuses(result):
        return [i for i, row in enumerate(rows_of(result.stdout)) if row["status"] == "failed"]


if __name__ == "__main__":
    unittest.main()
