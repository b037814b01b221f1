"""Members that take long (SGD in many dimensions, large batches, evaluations of 10^8 samples): a
signal and --max-time are heard within a step, what is finished stays, and the run goes on to the
same result. Other commands hand back what they have: exit code 130.
"""

import json
import os
import signal
import subprocess
import time
import unittest

from fault import RECORD, FaultTest, run
from program import HEARD, PATIENCE, PROGRAM, ProgramTest

# Each would take minutes to years.
ENDLESS = {
    "sgd-full": ("sgd-full", "batch-size = 1000\nhorizon = 100\ndimension = 100000"),
    "large batch": ("sgd", "batch-size = 1000000000\nhorizon = 1"),
    "many steps": ("sgd", "batch-size = 1\nlearning-rate = 1e-3\nhorizon = 1e6"),
    "sde": ("sde", "learning-rate = 1e-3\nhorizon = 1e6"),
    "evaluation": ("realnvp", "dimension = 2\nhorizon = 1\nevaluation-samples = 100000000"),
    "large step": ("realnvp", "dimension = 2\nhorizon = 1000\nbatch-size = 1000000"),
}


def endless(name):
    what, fixed = ENDLESS[name]
    key = "family" if what == "realnvp" else "dynamics"
    return f"""[axes]
radius = [1.2, 1.5]
[fixed]
trajectories = 64
seed = 7
{key} = "{what}"
{fixed}
"""


# Cells of some tenths of a second.
HEAVY = """[axes]
radius = "1.1:1.8:0.1"
[fixed]
dynamics = "sgd"
batch-size = 20000
learning-rate = 0.05
horizon = 2.5
trajectories = 64
seed = 7
"""


class Endless(FaultTest):
    options = ("--threads", "2")

    def ends(self, process, code):
        started = time.monotonic()
        stdout, stderr = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, code, stderr)
        self.assertLess(time.monotonic() - started, HEARD)
        return stdout, stderr

    def test_signals_in_a_sweep(self):
        numbers = (
            signal.SIGTERM,
            signal.SIGINT,
            signal.SIGHUP,
            signal.SIGUSR1,
            signal.SIGXCPU,
            signal.SIGTERM,
        )
        for name, number in zip(ENDLESS, numbers):
            with self.subTest(name, number=number):
                self.file = self.write("sweep.toml", endless(name))
                folder = self.path(f"run-{name}")
                process = self.start(folder)
                self.wait_for_work(process, 0.5, number)
                process.send_signal(number)
                stdout, _ = self.ends(process, 75)
                self.assertIn("pending", stdout)
                self.assertTrue(os.path.exists(f"{folder}/result.nc"))

    def test_time_limit(self):
        self.file = self.write("sweep.toml", endless("large batch"))
        self.ends(self.start(self.path("run"), "--max-time", 0.5), 75)

    def test_a_signal_that_was_ignored_stays_ignored(self):
        self.file = self.write("sweep.toml", HEAVY.replace("20000", "2000"))
        for number in (signal.SIGINT, signal.SIGHUP):
            process = self.start(
                self.path(f"run-{number}"),
                preexec_fn=lambda number=number: signal.signal(number, signal.SIG_IGN),
            )
            while process.poll() is None:
                process.send_signal(number)
                time.sleep(0.05)
            stdout, stderr = process.communicate()
            self.assertEqual(process.returncode, 0, stderr)


class FinishedPiecesStay(FaultTest):
    sweep = HEAVY
    options = ("--threads", "2")

    def test_in_the_middle_of_a_cell(self):
        folder = self.path("run")
        whole = self.reference()
        process = self.start(folder)
        journal = f"{folder}/journal.bin"
        self.wait_until(
            lambda: os.path.exists(journal) and len(self.records(folder)) >= 2, "two pieces"
        )
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 75, stderr)
        kept = self.records(folder)
        self.assertTrue(2 <= len(kept) < len(whole.journal) // RECORD)
        self.assert_resumes_to_the_same(folder)
        self.assertEqual(self.records(folder)[:len(kept)], kept)

    def test_pieces_do_not_depend_on_threads(self):
        folder = self.path("run")
        result = run(*self.command(folder)[1:-1], 3)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_result(folder, result.stdout)


class Partial(ProgramTest):
    """Commands that cannot be resumed print what they have, and say that it is partial."""

    def interrupted(self, *arguments, number=signal.SIGINT, after=1.0, heard=PATIENCE):
        process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.kill)
        self.wait_for_work(process, after, number)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=heard)
        self.assertEqual(process.returncode, 130, stderr)
        return stdout, stderr

    def probability(self, *arguments, **how):
        command = ("probability", "--seed", 7, "--threads", 2, "--format", "json", *arguments)
        return json.loads(self.interrupted(*command, **how)[0])

    def test_probability_counts_a_prefix(self):
        file = self.path("part.json")
        result = self.probability("--trajectories", 10**12, "--output", file, after=1.0)
        self.assertIs(result["partial"], True)
        with open(file, encoding="utf-8") as stream:
            self.assertEqual(json.load(stream)["counts"], result["counts"])
        made = result["trajectories"]
        self.assertTrue(0 < made == sum(result["counts"].values()))
        whole = self.json("probability", "--trajectories", made, "--seed", 7)
        self.assertEqual(whole["counts"], result["counts"])
        self.assertNotIn("partial", whole)

    def test_sobol_keeps_whole_replicates(self):
        arguments = ("--sampling", "sobol", "--replicates", 1024, "--trajectories", 2**26)
        result = self.probability(*arguments, number=signal.SIGTERM, after=1.0)
        self.assertIs(result["partial"], True)
        self.assertEqual(result["trajectories"], result["replicates"] * 2**16)
        self.assertEqual(sum(result["counts"].values()), result["trajectories"])

    def test_every_form_says_so(self):
        for form, mark in (("table", "PARTIAL"), ("csv", "partial")):
            command = ("probability", "--trajectories", 10**12, "--format", form)
            self.assertIn(mark, self.interrupted(*command, after=1.0)[0])

    def test_trainings(self):
        small = ("--dimension", 2, "--layers", 2, "--width", 8, "--evaluation-samples", 200)
        result = self.probability(
            "--family", "realnvp", "--horizon", 20, "--trajectories", 10**6, *small, after=1.0
        )
        self.assertIs(result["partial"], True)
        self.assertEqual(result["trajectories"], sum(result["counts"].values()))

    def test_lists_end_where_they_are(self):
        dimensions = ",".join(str(d) for d in range(100, 3000))
        command = ("theory", "--dimension", dimensions, "--accuracy", 1e-4, "--format", "csv")
        stdout, _ = self.interrupted(*command, after=1.5)
        self.assertTrue(2 <= len(stdout.splitlines()) < 2900)

    def test_a_search_says_how_far_it_came(self):
        command = ("threshold", "--dimension", "100,200", "--trajectories", 2 * 10**6, "--seed", 7)
        stdout, stderr = self.interrupted(*command, number=signal.SIGTERM, after=4.0, heard=HEARD)
        self.assertEqual(stdout, "")
        self.assertRegex(stderr, r"in the first of 2 dimensions, d = 100, had looked at \d+ values")
        self.assertRegex(stderr, r"level 0.1: P\(collapse\) is surely below it at R = 0.5 \.\. ")
        self.assertIn("stopped by SIGTERM before there was anything to print", stderr)

    def test_without_an_answer(self):
        linear_vae = ("--family", "linear-vae", "--dimension", 20, "--horizon", 0.01, "--dynamics")
        for command in (
            ("probability", "--dynamics", "sgd", "--batch-size", 10**9),
            ("probability", *linear_vae, "sgd", "--batch-size", 10**9),
            ("probability", *linear_vae, "sgd-full", "--batch-size", 10**9),
            ("variance", "--batch-size", 10**9, "--start", "0.1,0.1,0"),
        ):
            stdout, stderr = self.interrupted(*command, heard=HEARD)
            self.assertEqual(stdout, "")
            self.assertIn("SIGINT", stderr)

    @unittest.skipIf("thread" in os.environ.get("MODECOLLAPSE_SANITIZE", ""),
                     "the thread sanitizer takes tens of times as long between two looks at a stop")
    def test_in_every_part_of_a_sequence_vae(self):
        large = ("--source-width", 256, "--vocabulary", 10000, "--sentence-length", 50)
        wide = ("--encoder-width", 2048, "--batch-size", 64, "--sentence-length", 50)
        for after, arguments in (
            (1.0, ("--data-size", 10**6, *large)),  # sentences are drawn
            (8.0, ("--horizon", 1, "--held-out", 300000)),  # I(x; z) of the encoder is read
            (8.0, wide),  # a step, which takes a minute
        ):
            file = self.path("part.nc")
            stdout, stderr = self.interrupted(
                "probability", "--family", "sequence-vae", "--trajectories", 1, "--output", file,
                *arguments, number=signal.SIGTERM, after=after, heard=HEARD,
            )
            self.assertEqual(stdout, "")
            self.assertIn("SIGTERM", stderr)
            self.assertFalse(os.path.exists(file))


if __name__ == "__main__":
    unittest.main()
