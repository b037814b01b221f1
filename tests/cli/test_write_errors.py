"""A disk that is full, or a reader that has gone: exit code 5, no partial file, an older result
untouched.
"""

import json
import os
import resource
import shutil
import subprocess
import unittest

from program import PROGRAM, ProgramTest, run

RUN = ["probability", "--trajectories", "100", "--seed", "1"]


def small_files_only():
    """No file may grow beyond 2 KiB: a write fails with EFBIG, as it would with ENOSPC on a full
    disk.
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))


class WriteErrors(ProgramTest):
    def test_file_too_large_leaves_nothing(self):
        for name in ("result.nc", "result.json"):
            arguments = ["trajectory", "--seed", "1", "--times", "0:50:0.01", "--output",
                         self.path(name)]
            result = run(*arguments, preexec_fn=small_files_only)
            self.assertEqual(result.returncode, 5, result.stderr)
            self.assertIn(name, result.stderr)
            self.assertIn("outcome", result.stdout)  # what was computed is not lost
            self.assertEqual(os.listdir(self.folder), [])

    def test_trainings_that_cannot_be_saved_are_counted(self):
        arguments = ["probability", "--family", "realnvp", "--dimension", "2", "--horizon", "2",
                     "--evaluation-samples", "200", "--trajectories", "3", "--seed", "1",
                     "--format", "json", "--save-flows", self.path("flows.nc")]
        result = run(*arguments, preexec_fn=small_files_only)
        self.assertEqual(result.returncode, 5, result.stderr)
        self.assertIn("flows.nc", result.stderr)
        counts = json.loads(result.stdout)["counts"]
        self.assertEqual(counts, json.loads(self.succeed(*arguments).stdout)["counts"])  # the twin
        self.assertEqual(os.listdir(self.folder), ["flows.nc"])

    def test_an_older_result_survives(self):
        path = self.write("result.nc", "older result")
        result = run("trajectory", "--seed", "1", "--times", "0:50:0.01", "--output", path,
                     preexec_fn=small_files_only)
        self.assertEqual(result.returncode, 5)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "older result")
        self.assertEqual(os.listdir(self.folder), ["result.nc"])

    def test_the_twin_without_a_limit_is_written(self):
        self.succeed("trajectory", "--seed", "1", "--times", "0:50:0.01", "--output",
                     self.path("result.nc"))
        self.assertGreater(os.path.getsize(self.path("result.nc")), 2048)

    def test_a_really_full_disk(self):
        inner = ('mount -t tmpfs -o size=16k none "$1" && shift && "$@"; code=$?; '
                 'ls -A "$0"; exit $code')
        command = ["unshare", "--mount", "--map-root-user", "sh", "-c", inner, self.folder,
                   self.folder]
        if not shutil.which("unshare") or subprocess.run(command + ["true"], capture_output=True,
                                                         check=False).returncode != 0:
            self.skipTest("this machine does not let a test mount a small file system")
        result = subprocess.run(command + [PROGRAM, "trajectory", "--seed", "1", "--times",
                                           "0:50:0.01", "--output", self.path("result.nc")],
                                capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 5, result.stderr)
        self.assertIn("outcome", result.stdout)
        self.assertNotIn("result.nc", result.stdout)  # no name left in the folder

    def test_standard_output_that_cannot_take_the_result(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            result = subprocess.run([PROGRAM, *RUN], stdout=full, stderr=subprocess.PIPE, text=True,
                                    check=False)
        self.assertEqual(result.returncode, 5)
        self.assertIn("standard output", result.stderr)

    def test_a_folder_without_permission(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        os.chmod(self.folder, 0o500)
        self.addCleanup(os.chmod, self.folder, 0o700)
        self.refused([*RUN, "--output", self.path("result.nc")], 2, "--output", "Permission denied")


if __name__ == "__main__":
    unittest.main()
