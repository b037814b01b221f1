"""At a terminal: short names of options, fractions, and pipes that somebody closes."""

import contextlib
import csv
import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest
from pathlib import Path

from program import PATIENCE, PROGRAM, ProgramTest, run, unless_sanitized

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

    def test_help_is_brief_and_help_all_is_not(self):
        for columns in ("60", "80", "100"):
            for help in ((), ("--family", "realnvp"), ("--family", "linear-vae")):
                brief, whole = (
                    run("threshold", *help, word, env={**os.environ, "COLUMNS": columns}).stdout
                    for word in ("--help", "--help-all")
                )
                names = set(re.findall(r"--[a-z-]+", whole))
                self.assertLess(len(brief), len(whole) / 2)
                for text in (brief, whole):
                    lines = text.split("\nExample")[0].splitlines()
                    self.assertLessEqual(max(map(len, lines)), int(columns))
                    self.assertIn("\nExample", text)
                    self.assertIn("glossary", text)
                for name in ("--seed", "--level", "--format"):
                    self.assertIn(name, brief)
                    self.assertIn(name, names)
        self.assertIn("phase-diagram", self.succeed("--help").stdout)

    def test_examples_are_of_the_family_that_the_help_is_of(self):
        of_families = ("mixture", "realnvp", "linear-vae", "vae", "components", "sequence-vae")
        families = {name: of_families for name in ("probability", "threshold", "trajectory")}
        families |= {"theory": ("mixture", "linear-vae")}
        for command, names in families.items():
            for family in names:
                text = self.succeed(command, "--family", family, "--help").stdout
                examples = re.findall(r"^  modecollapse (.*)$", text.split("\nExample")[1], re.M)
                self.assertTrue(examples)
                for example in examples:
                    told = self.succeed(*example.split(), "--dump-config").stdout
                    self.assertIn(f"family = '{family}'", told.replace('"', "'"))

    def test_man_page_and_completions_have_every_option(self):
        names = {f"--{name}" for name in ("radius", "kl-weight", "layers", "run-dir")}
        for words in (("--man-page",), *(("--completion", s) for s in ("bash", "zsh", "fish"))):
            text = self.succeed(*words).stdout.replace("\\-", "-").replace(" -l ", " --")
            for name in names:
                self.assertIn(name, text)
        self.refused(["--completion", "csh"], 2, "--completion csh", "bash, zsh, fish")

    def at_a_terminal(self, term, columns):
        """What a short run writes to a terminal of so many columns, on stderr."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
        process = subprocess.Popen(
            [PROGRAM, "probability", "--trajectories", "1000000", "--seed", "1"],
            stdout=subprocess.DEVNULL, stderr=its, env={**environment, "TERM": term})  # fmt: skip
        os.close(its)
        text = b""
        with contextlib.suppress(OSError):  # the end of a terminal on Linux
            while part := os.read(ours, 4096):
                text += part
        os.close(ours)
        self.assertEqual(process.wait(), 0)
        return text.decode()

    @unless_sanitized("a run of a second")
    def test_the_bar_stays_within_the_terminal(self):
        text = self.at_a_terminal("xterm", 40)
        lines = [line for line in text.split("\r\x1b[K") if "%" in line]
        self.assertTrue(lines, text)
        self.assertLess(max(map(len, lines)), 40)
        self.assertNotIn("\x1b", self.at_a_terminal("dumb", 40))

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

    def test_set_overrides_a_sweep_file(self):
        text = (
            "[axes]\nradius = [1, 2]\ndimension = [5, 10]\n[fixed]\ntrajectories = 50\nseed = 1\n"
        )
        sweep = self.write("sweep.toml", text)

        def rows(name, *more, of=sweep):
            words = ("phase-diagram", of, "--run-dir", self.path(name), "--format", "csv", *more)
            return list(csv.DictReader(io.StringIO(self.succeed(*words).stdout)))

        changed = rows("set", "--set", "radius=3/2,2.5", "--set", "target-weight=0.6")
        written = self.write(
            "written.toml",
            text.replace("[1, 2]", "[1.5, 2.5]") + "target-weight = 0.6\n",
        )
        self.assertEqual(changed, rows("written", of=written))
        manifests = [
            Path(self.path(name), "manifest.toml").read_text() for name in ("set", "written")
        ]
        self.assertEqual(*manifests)  # which the hash is of
        self.assertNotEqual(changed, rows("plain"))
        again = ("phase-diagram", sweep, "--run-dir", self.path("set"), "--resume")
        self.refused(again, 2, "radius")
        self.assertEqual(changed, rows("set", "--resume", "--set", "radius=1.5,2.5",
                                       "--set", "target-weight=0.6"))  # fmt: skip
        dry = ("phase-diagram", sweep, "--dry-run", "--set")
        for wrong, *said in (
            ("radius", "--set radius", "NAME=VALUE"),
            ("=1", "--set =1", "NAME=VALUE"),
            ("radius=", "--set radius=", "NAME=VALUE"),
            ("radius=20", "radius = 20 (--set)", "0.001 to 10"),
            ("radius=x", "radius = x (--set)"),
            ("colour=1", "--set: unknown key", "colour"),
            ("trajectories=0", "trajectories = 0 (--set)", "1 to 1e15"),
            ("quantity=heat", "--set: quantity", "heat", "theory"),
        ):
            self.refused((*dry, wrong), 2, *said)
        self.refused((*dry, "radius=1", "--set", "radius=2"), 2, "radius is set twice")

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
