"""A file system without locks.

Runs go on with a warning, under a lock of another kind; new result files need none.
"""

import errno
import json
import os
import subprocess
import sys
import unittest

from fault import COUNTS, FaultTest, LongTest, read_bytes, rows_of, run

ERRORS = ("ENOLCK", "EOPNOTSUPP", "ENOTSUPP", "ENOSYS")
ALL = 10**9
POINT = ("probability", "--trajectories", 100, "--seed", 1, "--dimension", 5)


class NoLocks(FaultTest):
    def without_locks(self, folder, *more, action="ENOLCK"):
        return self.run_with_fault(folder, *more, call="flock", number=1, count=ALL, action=action)

    def test_a_run_goes_on_with_a_warning(self):
        for action in ERRORS:
            folder = self.path(f"run-{action}")
            stopped = self.without_locks(folder, "--max-time", 0, action=action)
            self.assertEqual(stopped.code, 75, stopped.stderr)
            self.assertIn("no locks", stopped.stderr)
            result = self.without_locks(folder, "--resume", action=action)
            self.assertEqual(result.code, 0, result.stderr)
            self.assertIn("lock.held", result.stderr)
            self.assertNotIn("took over", result.stderr)
            self.assert_same_result(folder, result.stdout)
            self.assertNotIn("lock.held", os.listdir(folder))
            locked = {call.file for call in result.calls if call.call == "flock"}
            self.assertEqual(locked, {"lock"})  # and HDF5 has asked for none

    def test_an_error_of_another_kind_is_no_missing_lock(self):
        result = self.run_with_fault(
            self.path("run"), call="flock", number=1, count=ALL, action="EIO"
        )
        self.assertEqual(result.code, 2)
        self.assertIn(os.strerror(errno.EIO), result.stderr)

    def test_a_new_result_file_needs_no_lock(self):
        for ending in (".nc", ".json", ".csv"):
            for action in ERRORS:
                environment = self.shim(
                    self.folder, call="flock", number=1, count=ALL, action=action
                )
                path = self.path(f"result{ending}")
                result = run(*POINT, "--output", path, env=environment)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertGreater(os.path.getsize(path), 100)
                self.assertEqual([call for call in self.calls() if call.call == "flock"], [])

    def test_saved_members_are_read_without_locks(self):
        saved = self.path("members.nc")
        training = ("--family", "realnvp", "--dimension", 4, "--layers", 2, "--width", 8)
        short = (*training, "--horizon", 2, "--batch-size", 8, "--trajectories", 2, "--seed", 1)
        self.succeed("probability", *short, "--evaluation-samples", 100, "--save-flows", saved)
        arguments = ("sample", "--flows", saved, "--member", 1, "--samples", 3, "--format", "json")
        expected = self.succeed(*arguments).stdout
        environment = self.shim(self.folder, call="flock", number=1, count=ALL, action="ENOLCK")
        result = self.succeed(*arguments, env=environment)
        self.assertEqual(json.loads(result.stdout)["samples"], json.loads(expected)["samples"])
        asked = [call.what for call in self.calls() if call.call == "flock"]
        self.assertIn("injected", asked)  # the twin: else this shows nothing

    def test_python_runs_and_reads_without_locks(self):
        package = os.environ.get("MODECOLLAPSE_PYTHONPATH")
        if not package:
            self.skipTest("the package is not built (MODECOLLAPSE_PYTHON)")
        code = (
            "import sys, modecollapse\n"
            "result = modecollapse.phase_diagram(sys.argv[1], run_dir=sys.argv[2])\n"
            "again = modecollapse.open(sys.argv[2] + '/result.nc')\n"
            "print(int(again.counts.sum()), int(result.counts.sum()))\n"
        )
        environment = self.shim(self.folder, call="flock", number=1, count=ALL, action="ENOLCK")
        result = subprocess.run(
            [sys.executable, "-c", code, self.file, self.path("run")],
            capture_output=True,
            text=True,
            env={**environment, "PYTHONPATH": package},
            check=False,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        totals = {
            str(sum(int(row[name]) for row in rows_of(self.reference().csv) for name in COUNTS))
        }
        self.assertEqual(set(result.stdout.split()), totals)
        self.assertTrue(
            any(call.file == "result.nc" and call.call == "flock" for call in self.calls()),
            "HDF5 asks for locks: else this shows nothing",
        )

    def held(self, folder, name, identity):
        self.write(f"{os.path.basename(folder)}/lock.held", f"{name}\n{identity}\n")

    def test_whose_place_is_taken_and_whose_is_not(self):
        folder = self.path("run")
        self.assertEqual(self.resume(folder, "--max-time", 0).returncode, 75)
        host = os.uname().nodename
        with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as file:
            here = f"{file.read().strip()} {os.readlink('/proc/self/ns/pid')}"
        with open("/proc/self/stat", encoding="utf-8") as file:
            start = file.read().rsplit(")", 1)[1].split()[19]
        pid = os.getpid()  # alive
        for name, identity, alive in (
            (f"{host}:{pid}", f"{here} {start}", True),
            (f"{host}:{pid}", f"{here} 1", False),  # another had its number
            (f"{host}:{pid}", f"before-{here} {start}", False),  # a restart ago
            (f"{host}:{2**22 + 1}", f"{here} 7", False),
            (f"{host}:{2**22 + 1}", f"{here}x 7", True),  # in another container
            (f"elsewhere:{pid}", f"{here} {start}", True),
        ):
            with self.subTest(name, identity=identity):
                self.held(folder, name, identity)
                result = self.without_locks(folder, "--resume")
                if alive:
                    self.assertEqual(result.code, 2, result.stderr)
                    self.assertIn(f"in use by {name}", result.stderr)
                    self.assertIn("lock.held", result.stderr)
                    self.assertIn(f"running ({name})", run("status", folder).stdout)
                    self.assertEqual(self.resume(folder).returncode, 2)  # nor where there are locks
                    os.remove(f"{folder}/lock.held")
                else:
                    self.assertEqual(result.code, 0, result.stderr)
                    self.assertEqual(set(os.listdir(folder)) & {"lock.held", "lock.claim"}, set())


class Held(LongTest):
    lasts = 0.8

    def test_one_process_at_a_time_and_a_killed_one_does_not_block(self):
        folder = self.path("run")
        environment = self.shim(folder, call="flock", number=1, count=ALL, action="ENOSYS")
        first = self.start(folder, env=environment)
        self.addCleanup(first.communicate)
        self.addCleanup(first.kill)
        self.wait_until(lambda: os.path.exists(f"{folder}/journal.bin"), "the run to start")
        for _ in range(2):
            second = run(*self.command(folder, "--resume")[1:], env=environment)
            self.assertEqual(second.returncode, 2, second.stderr)
            self.assertIn(f":{first.pid}", second.stderr)
        self.assertIn(f":{first.pid}", run("status", folder, env=environment).stdout)
        first.kill()
        first.communicate()
        self.assertTrue(os.path.exists(f"{folder}/lock.held"))
        starts = [
            self.start(folder, "--resume", env=environment) for _ in range(3)
        ]  # one takes its place
        ends = [(*process.communicate(), process.returncode) for process in starts]
        self.assertLessEqual({code for _, _, code in ends}, {0, 2}, ends)
        results = [out for out, _, code in ends if code == 0]
        self.assertTrue(results, ends)  # more than one if it had ended before another began
        for stdout in results:
            self.assert_same_result(folder, stdout)
        self.assertIn("took over", read_bytes(f"{folder}/log.txt").decode())


if __name__ == "__main__":
    unittest.main()
