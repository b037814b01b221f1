"""A file that an option of a sweep names and that changes while the sweep runs: no cell is counted
that read another file than the one the run is known by.
"""

import os
import subprocess
import unittest

from fault import PROGRAM, FaultTest, run
from program import record_bytes

SWEEP = """[axes]
dimension = "3:40:1"
[fixed]
family = "components"
components = 3
layout = "file"
means = "modes.csv"
horizon = 30
trajectories = 400
seed = 5
"""
MEANS = "2,0\n-2,0\n0,2\n"


class ChangedFiles(FaultTest):
    def setUp(self):
        super().setUp()
        self.write("sweep.toml", SWEEP)
        self.write("modes.csv", MEANS)

    def arguments(self, folder):
        return ["phase-diagram", "sweep.toml", "--run-dir", folder, "--resume", "--quiet",
                "--threads", "1", "--format", "csv"]

    def changed_to(self, folder, text):
        """Exit code and messages of a run whose file becomes this text after its first cell."""
        process = subprocess.Popen([PROGRAM, *self.arguments(folder)], cwd=self.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        journal = self.path(f"{folder}/journal.bin")
        self.wait_until(lambda: os.path.exists(journal) and os.path.getsize(journal) > 64,
                        "the first cell")
        self.write("other.csv", text)
        os.replace(self.path("other.csv"), self.path("modes.csv"))
        stderr = process.communicate()[1]
        return process.returncode, stderr

    def test_no_cell_of_another_content_is_counted(self):
        whole = run(*self.arguments("whole"), cwd=self.folder)
        self.assertEqual(whole.returncode, 0, whole.stderr)
        for i, text in enumerate(("2,0\n-2,0\n0,3\n", "2,0\n-2", "")):
            code, stderr = self.changed_to(f"run{i}", text)
            self.assertEqual(code, 2, stderr)
            self.assertIn("changed while it ran", stderr)
            journal = self.path(f"run{i}/journal.bin")
            cells = (os.path.getsize(journal) - 64) // record_bytes(journal)
            self.assertGreater(cells, 0)  # what was counted before is kept
            refused = run(*self.arguments(f"run{i}"), cwd=self.folder)
            self.assertEqual(refused.returncode, 2, refused.stderr)
            self.write("modes.csv", MEANS)
            again = run(*self.arguments(f"run{i}"), cwd=self.folder)
            self.assertEqual((again.returncode, again.stdout), (0, whole.stdout), again.stderr)

    def test_the_same_content_is_the_same_file(self):
        whole = run(*self.arguments("whole"), cwd=self.folder)
        code, stderr = self.changed_to("run", MEANS)
        self.assertEqual(code, 0, stderr)
        again = run(*self.arguments("run"), cwd=self.folder)
        self.assertEqual(again.stdout, whole.stdout)


if __name__ == "__main__":
    unittest.main()
