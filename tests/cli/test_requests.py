"""Requests that are too large, files that are pipes, paths that nobody can open: told in words, and
with the exit code that ARCHITECTURE.md promises, never as an internal error.
"""

import json
import os
import subprocess
import unittest

from program import PATIENCE, PROGRAM, ProgramTest, run, unless_sanitized


@unless_sanitized("they need the address space")
class TooLarge(ProgramTest):
    """Decided before the work, whatever machine this is: a limit on the address space stands in."""

    def limited(self, *arguments, gigabytes=2):
        command = f'ulimit -v {gigabytes * 1000000}; exec "$@"'
        return subprocess.run(
            ["bash", "-c", command, "-", PROGRAM, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def test_refused_before_the_work(self):
        file = self.path("member.nc")
        small = ("--dimension", 2, "--layers", 2, "--width", 8, "--horizon", 2)
        train = ("probability", "--family", "realnvp", *small, "--trajectories", 1, "--seed", 7)
        self.succeed(*train, "--save-flows", file)
        start = ("--start", "0.1,0.1,0")
        for arguments, word in (
            (("basin", "--grid", 10001), "--grid 10001"),
            (("trajectory", "--times", "0:1000:0.001", "--id", "0:999999:1"), "1000000 traject"),
            (("sample", "--flows", file, "--samples", 10**8), "--samples 100000000"),
            (("variance", *start, "--trajectories", 10**12), "1000000000000 batches"),
            (("variance", *start, "--trajectories", 10**15), "1000000000000000 batches"),
            (("probability", "--dynamics", "sgd-full", "--dimension", 10**6, "--estimator",
              "score", "--baseline", "leave-one-out", "--threads", 64), "64 threads"),
            (("probability", "--family", "realnvp", *small, "--trajectories", 10**15), "trainings"),
        ):
            with self.subTest(arguments):
                result = self.limited(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                self.assertIn(word, result.stderr)
                self.assertIn("memory", result.stderr)

    def test_a_sweep_names_its_memory(self):
        path = self.write(
            "sweep.toml",
            '[axes]\nradius = [1.2, 1.5]\n[fixed]\ndynamics = "sgd-full"\n'
            'estimator = "reparameterized"\n'
            "dimension = 1000000\nbatch-size = 1\nhorizon = 1\ntrajectories = 8\nseed = 7\n",
        )
        dry = ("phase-diagram", path, "--threads", 16, "--dry-run")
        self.assertRegex(self.succeed(*dry).stdout, r"memory +about 5\.\d+ GB, of ")
        result = self.limited("phase-diagram", path, "--threads", 16, "--run-dir", self.path("run"))
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("2 cells on 16 threads needs about 5", result.stderr)
        self.assertFalse(os.path.exists(self.path("run")))

    def test_an_axis_of_a_million_values(self):
        path = self.write(
            "sweep.toml",
            '[axes]\nradius = "1:1.999999:0.000001"\n[fixed]\ntrajectories = 100\nseed = 7\n',
        )
        dry = self.succeed("phase-diagram", path, "--dry-run", "--threads", 1)
        self.assertIn("1000000 values, 1 to 1.999999", dry.stdout)


class Pipes(ProgramTest):
    def piped(self, command, text):
        return subprocess.run(
            ["bash", "-c", command, "-", PROGRAM],
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def test_options_from_a_pipe(self):
        options = "radius = 1.25\ntrajectories = 100\nseed = 7\n"
        expected = self.json("probability", "--radius", 1.25, "--trajectories", 100, "--seed", 7)
        for command in (
            '"$1" probability --format json --config <(cat)',
            '"$1" probability --format json --config /dev/stdin',
            'cat | "$1" probability --format json --config /dev/stdin',
        ):
            result = self.piped(command, options)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(json.loads(result.stdout)["counts"], expected["counts"])

    def test_a_sweep_from_a_pipe(self):
        sweep = "[axes]\nradius = [1.2, 1.5]\n[fixed]\ntrajectories = 100\nseed = 7\n"
        result = self.piped('"$1" phase-diagram <(cat) --dry-run', sweep)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("cells             2", result.stdout)

    def test_what_is_no_file(self):
        self.refused(["probability", "--config", self.folder], 2, "is a folder")
        self.refused(["probability", "--config", "/dev/zero"], 2, "larger than")
        self.refused(["probability", "--config", self.path("none.toml")], 2, "No such file")


class Paths(ProgramTest):
    def test_run_dirs_that_cannot_be(self):
        sweep = self.write("sweep.toml", "[axes]\nradius = [1.2]\n[fixed]\ntrajectories = 100\n")
        os.symlink("loop", self.path("loop"))
        deep = "/".join(["a" * 20] * 300)
        for folder in (self.path("loop"), self.path("a" * 300), self.path(deep)):
            self.refused(["phase-diagram", sweep, "--run-dir", folder], 2)
            self.refused(["status", folder], 2)
            self.refused(["merge", folder], 2)

    def test_bytes_that_are_no_text(self):
        sweep = self.write("sweep.toml", "[axes]\nradius = [1.2]\n[fixed]\ntrajectories = 100\n")
        folder = os.fsencode(self.path("run")) + b"\xff"
        command = [PROGRAM, "phase-diagram", sweep, "--run-dir", folder, "--format", "json"]
        for arguments in (command, [PROGRAM, "status", folder, "--format", "json"]):
            result = subprocess.run(arguments, capture_output=True, timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, result.stderr)
            json.loads(result.stdout.decode())

    def test_times_out_of_reach(self):
        result = run("trajectory", "--times", "0,1e9", "--seed", 7, "--maximum-steps", 1000)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("--maximum-steps 1000", result.stderr)


if __name__ == "__main__":
    unittest.main()
