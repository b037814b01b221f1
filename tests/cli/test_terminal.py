"""At a terminal: short names of options, fractions, and pipes that somebody closes."""

import csv
import io
import json
import os
import signal
import subprocess
import unittest

from program import PATIENCE, PROGRAM, ProgramTest

RUN = ("probability", "--trajectories", 100, "--seed", 1)


class Terminal(ProgramTest):
    def test_short_names(self):
        long = self.succeed(*RUN, "--quiet", "--threads", 1, "--output", self.path("long.csv"))
        short = self.succeed(*RUN, "-q", "-j", 1, "-o", self.path("short.csv"))
        self.assertEqual((short.stderr, long.stderr), ("", ""))
        with open(self.path("long.csv")) as one, open(self.path("short.csv")) as other:
            self.assertEqual(one.read(), other.read())
        for short in ("-o, --output", "-q, --quiet", "-j, --threads"):
            self.assertIn(short, self.succeed("probability", "--help").stdout)
        self.refused([*RUN, "-j", "x"], 2, "--threads x", "not a number")
        self.refused([*RUN, "-z"], 2, "unknown option -z")

    def test_help_stands_in_its_columns(self):
        for command in ("probability", "threshold", "phase-diagram"):
            lines = self.succeed(command, "--help").stdout.split("\nExamples")[0].splitlines()
            self.assertLessEqual(max(map(len, lines)), 80)
            for line in lines:
                self.assertNotRegex(line, r"^ ?-|^ {3,29}[^ -]", "neither a name nor a text")

    def test_a_fraction_is_a_number(self):
        whole = self.json(*RUN, "--target-weight", 0.6666666666666666, "--radius", 1.5)
        fraction = self.json(*RUN, "--target-weight", "2/3", "--radius", "3/2")
        for result in (whole, fraction):
            for name in ("seconds", "started", "finished"):
                result.pop(name, None)
        self.assertEqual(whole, fraction)  # config_hash among them
        sweep = self.write(
            "sweep.toml",
            '[axes]\nradius = "3/2,1.6"\n[fixed]\ntarget-weight = "2/3"\nseed = 1\n'
            "trajectories = 100\n",
        )
        run = ("phase-diagram", sweep, "--run-dir", self.path("run"), "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(self.succeed(*run).stdout)))
        self.assertEqual([float(row["radius"]) for row in rows], [1.5, 1.6])
        for wrong in ("1/0", "2/3/4", "/3", "2/", "a/b", "0/0", "1e308/1e-308"):
            self.refused([*RUN, "--target-weight", wrong], 2, f"--target-weight {wrong}", "0.9999")

    def closed(self, *arguments):
        """How a command ends whose reader has gone, and what it says."""
        read, write = os.pipe()
        os.close(read)
        command = [PROGRAM, *map(str, arguments)]
        result = subprocess.run(
            command, stdout=write, stderr=subprocess.PIPE, text=True, timeout=PATIENCE
        )
        os.close(write)
        return result

    def test_a_closed_pipe_ends_it_quietly(self):
        result = self.closed(*RUN, "--quiet", "--output", self.path("result.json"))
        self.assertEqual((result.returncode, result.stderr), (-signal.SIGPIPE, ""))
        with open(self.path("result.json")) as file:  # the file was finished before
            self.assertEqual(json.load(file)["trajectories"], 100)
        self.assertEqual(self.closed("--help").returncode, -signal.SIGPIPE)


if __name__ == "__main__":
    unittest.main()
