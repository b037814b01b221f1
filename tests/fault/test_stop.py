"""SIGTERM, SIGINT and --max-time: exit code 75, a result.nc that marks what is pending, and a
resume to the same result. A signal during the final write does not cut it short: the shim makes the
rename of result.nc wait, and the signal is sent then.
"""

import os
import signal
import time
import unittest

from fault import (LONG_CELLS, SCALE, FaultTest, LongTest, contents_of, netCDF4, read_bytes,
                   records_of, rows_of, run)

STATUS = ["complete", "pending", "failed"]


class Stopped:
    """What a stop must leave."""

    def assert_stopped(self, folder, code, stdout, stderr):
        self.assertEqual(code, 75, stderr)
        rows = rows_of(stdout)
        whole = rows_of(self.reference().csv)
        self.assertEqual(len(rows), len(whole))
        for row, finished in zip(rows, whole):
            if row["status"] == "complete":
                self.assertEqual(row, finished)
            else:
                self.assertEqual(row["status"], "pending")
        with netCDF4.Dataset(f"{folder}/result.nc") as data:
            self.assertEqual([STATUS[i] for i in data["status"][...].ravel()],
                             [row["status"] for row in rows])
            self.assertEqual(int(data["trajectories_run"][...].sum()),
                             int(data["counts"][...].sum()))
        self.assertFalse([name for name in os.listdir(folder) if ".part" in name])
        self.assertEqual(self.lock_holder(folder), "")
        return sum(row["status"] == "complete" for row in rows), len(rows)


class Signals(Stopped, LongTest):
    def test_in_the_middle(self):
        for i, number in enumerate((signal.SIGTERM, signal.SIGINT) * SCALE):
            with self.subTest(number):
                folder, before = self.path(f"run-{i}"), 0
                for _ in range(2):  # stopped, resumed, stopped again
                    process = self.start(folder, "--resume")
                    self.wait_until(lambda folder=folder: os.path.exists(f"{folder}/journal.bin")
                                    and self.lock_holder(folder), "the run to start")
                    time.sleep(0.25 * self.lasts)
                    process.send_signal(number)
                    stdout, stderr = process.communicate()
                    done, cells = self.assert_stopped(folder, process.returncode, stdout, stderr)
                    self.assertTrue(before < done < cells,
                                    f"{before}, {done} of {cells}: not in the middle")
                    before = done
                    status = run("status", folder, "--format", "json").stdout
                    self.assertIn('"state": "stopped"', status)
                    self.assertIn(f'"complete": {done}', status)
                self.assert_resumes_to_the_same(folder)

    def test_many_signals(self):
        folder = self.path("run")
        process = self.start(folder)
        self.wait_for_work(process, 0.1)
        for _ in range(100):
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate()
        self.assert_stopped(folder, process.returncode, stdout, stderr)
        self.assert_resumes_to_the_same(folder)


class FinalWrite(Stopped, FaultTest):
    def during(self, folder, call, number, *more, file="result.nc"):
        """Sends the signal while the program waits in this call; returns its end."""
        process = self.start(folder, *more, env=self.shim(folder, call=call, number=1,
                                                          action="sleep", file=file, seconds=0.4))
        self.wait_until(lambda: any(c.what == "injected" for c in self.calls()),
                        f"the {call} of {file}")
        self.assertIsNone(process.poll(), "still in the call when the signal comes")
        process.send_signal(number)
        stdout, stderr = process.communicate()
        return process.returncode, stdout, stderr

    def test_term_and_interrupt_do_not_cut_it_short(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            for call in ("rename", "fsync", "write", "read"):
                with self.subTest(number=number, call=call):
                    folder = self.path(f"run-{number}-{call}")
                    code, stdout, stderr = self.during(folder, call, number)
                    self.assertEqual(code, 0, stderr)  # nothing is pending: finished
                    self.assert_same_result(folder, stdout)
                    self.assertFalse([name for name in os.listdir(folder) if ".part" in name])

    def test_a_second_signal_in_the_final_write_of_a_stop(self):
        folder = self.path("run")
        code, stdout, stderr = self.during(folder, "rename", signal.SIGTERM, "--max-time", 0)
        self.assert_stopped(folder, code, stdout, stderr)
        self.assert_resumes_to_the_same(folder)

    def test_while_the_journal_is_synced(self):
        folder = self.path("run")
        code, stdout, stderr = self.during(folder, "fdatasync", signal.SIGTERM, file="journal.bin")
        self.assertEqual(code, 0, stderr)
        self.assert_same_result(folder, stdout)

    def test_kill_leaves_the_old_result_or_the_new_one(self):
        for call in ("rename", "fsync", "write"):
            with self.subTest(call):
                folder = self.path(f"run-{call}")
                self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
                before = contents_of(f"{folder}/result.nc")
                code, _, _ = self.during(folder, call, signal.SIGKILL, "--resume")
                self.assertEqual(code, -signal.SIGKILL)
                self.assertEqual(contents_of(f"{folder}/result.nc"), before)
                # all was journalled before
                self.assertEqual(len(self.records(folder)),
                                 len(records_of(self.reference().journal)))
                self.assert_resumes_to_the_same(folder)


class MaximumTime(Stopped, LongTest):
    def test_stops_and_goes_on(self):
        folder = self.path("run")
        done, parts, at = -1, 0, 0.3 * self.lasts
        while True:
            started = time.monotonic()
            result = self.resume(folder, "--max-time", round(at, 3))
            took = time.monotonic() - started
            if result.returncode == 0:
                break
            before, (done, total) = done, self.assert_stopped(
                folder, result.returncode, result.stdout, result.stderr)
            self.assertTrue(before < done < total)
            if not os.environ.get("MODECOLLAPSE_SANITIZE"):
                self.assertLess(took, at + 2)  # a piece and the final write
            parts += 1
            self.assertLess(parts, 40)
        self.assertGreaterEqual(parts, 2)
        self.assert_same_result(folder, result.stdout)
        self.assertEqual(read_bytes(f"{folder}/log.txt").decode().count("ended:"), parts + 1)

    def test_no_time_at_all(self):
        folder = self.path("run")
        result = self.resume(folder, "--max-time", 0)
        self.assertEqual(self.assert_stopped(folder, result.returncode, result.stdout,
                                             result.stderr), (0, LONG_CELLS))
        table = run("phase-diagram", self.file, "--run-dir", folder, "--resume", "--max-time", 0)
        self.assertIn(f"{LONG_CELLS} pending", table.stdout)
        self.assertIn("--resume", table.stdout)
        self.assertEqual(run("phase-diagram", self.file, "--run-dir", self.path("other"),
                             "--max-time", -1).returncode, 2)
        self.assertFalse(os.path.exists(self.path("other")))


# Cells whose tables take 3 ms each to make: all of them some 20 s.
TABLES = """[axes]
radius = "1:4:0.0005"
[fixed]
family = "components"
dimension = 100
horizon = 5
trajectories = 8
seed = 7
"""


class WhileCellsAreChecked(FaultTest):
    """Before anything is computed: every cell is set up once to see whether it can be."""

    sweep = TABLES
    heard = 4  # seconds of processor time of all; 1.3 are grace and 0.5 schemas

    def assert_nothing_begun(self, folder, process):
        before = os.times()
        stdout, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 75, stderr)
        if not os.environ.get("MODECOLLAPSE_SANITIZE"):
            self.assertLess(os.times().children_user - before.children_user, self.heard)
        self.assertEqual({row["status"] for row in rows_of(stdout)}, {"pending"})
        self.assertEqual(len(rows_of(stdout)), 6001)
        self.assertIn("6001 of 6001 cells are pending", stderr)
        state = run("status", folder, "--format", "json")
        self.assertIn('"state": "stopped"', state.stdout)

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            folder = self.path(f"run-{number}")
            process = self.start(folder)
            time.sleep(0.5)
            self.assertFalse(os.path.exists(folder), "its cells are checked")
            process.send_signal(number)
            self.assert_nothing_begun(folder, process)

    def test_time_limit(self):
        folder = self.path("run")
        self.assert_nothing_begun(folder, self.start(folder, "--max-time", 0.3))
        result = self.resume(folder, "--max-time", 0)  # the same file still fits the folder
        self.assertEqual(result.returncode, 75, result.stderr)

    def test_dry_run(self):
        process = self.start(self.path("run"), "--dry-run")
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        stdout, stderr = process.communicate(timeout=120)
        self.assertEqual((process.returncode, stdout), (130, ""))
        self.assertIn("stopped by SIGTERM", stderr)


if __name__ == "__main__":
    unittest.main()
