"""Shards of a sweep: any split gives the same file, what does not go together is refused.

Slurm job arrays, and instruction sets of several machines in one run.
"""

import csv
import io
import json
import os
import random
import shutil
import subprocess
import unittest

from program import PROGRAM, run, unless_sanitized
from sweeps import ADAPTIVE, AXES, FIXED, MERGED, Sweep

EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")


def slurm(task, first=0, last=3, **more):
    """Environment of a task of the job array first-last."""
    values = {"ID": task, "MIN": first, "MAX": last, "STEP": 1, "COUNT": last - first + 1, **more}
    return {
        **os.environ,
        **{
            f"SLURM_ARRAY_TASK_{name}": str(value)
            for name, value in values.items()
            if value is not None
        },
    }


class Shards(Sweep):
    text = AXES + FIXED + ADAPTIVE

    def shards(self, n, folder, text=None, parts=None):
        for i in parts or range(n):
            self.sweep(text or self.text, "--shard", f"{i}/{n}", folder=folder)
        return sorted(
            os.path.join(self.path(folder), name) for name in os.listdir(self.path(folder))
        )

    @unless_sanitized("equal bits are a matter of numbers")
    def test_any_split_and_any_order_give_the_same_file(self):
        whole = self.sweep(self.text)
        for n in (2, 5, 6, 9):  # 9: some shards have no cell
            folders = self.shards(n, f"parts-{n}")
            self.assertEqual(len(folders), n)
            orders = [
                folders,
                folders[::-1],
                random.Random(n).sample(folders, n),
                [*folders, folders[0]],
                [self.path(f"parts-{n}")],
            ]
            for number, order in enumerate(orders):
                result = run(
                    "merge",
                    *order,
                    "--run-dir",
                    self.path(f"merged-{n}-{number}"),
                    "--format",
                    "csv",
                )
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                self.assertEqual(list(csv.DictReader(io.StringIO(result.stdout))), whole)
                self.same_files("run", f"merged-{n}-{number}", MERGED)
        self.assertEqual(self.sweep(self.text, "--shard", "0/1", folder="one"), whole)
        self.succeed("merge", self.path("parts-2"))  # into the folder itself
        self.same_files("run", "parts-2", MERGED)

    def test_incomplete_shards(self):
        whole = self.sweep(self.text)
        self.shards(3, "parts", parts=(0, 2))
        result = run("merge", self.path("parts"), "--format", "csv")
        self.assertEqual(result.returncode, 75)
        for i, (row, complete) in enumerate(zip(csv.DictReader(io.StringIO(result.stdout)), whole)):
            self.assertEqual(
                row["status"] if i % 3 == 1 else row, "pending" if i % 3 == 1 else complete
            )
        self.assertEqual(self.open("parts")["status"].values.ravel().tolist(), [0, 1, 0, 0, 1, 0])
        states = json.loads(run("status", self.path("parts"), "--format", "json").stdout)
        self.assertEqual([(part["cells"], part["state"]) for part in states], [(2, "finished")] * 2)

    def test_merge_refuses_other_configurations(self):
        first = self.shards(2, "parts", parts=(0,))
        second = self.shards(2, "other", self.text.replace("seed = 3", "seed = 4"), parts=(1,))
        self.refused(
            ["merge", *first, *second, "--run-dir", self.path("merged")], 2, "seed = 3", "seed = 4"
        )
        self.refused(["merge", *first, *second], 2, "--run-dir")

    def test_a_merged_file_takes_the_place_of_no_other(self):
        parts = self.shards(2, "parts")
        self.shards(2, "other", self.text.replace("seed = 3", "seed = 4"), parts=(1,))
        os.mkdir(self.path("somebody"))
        precious = self.write("somebody/result.nc", "somebody's")
        self.succeed("probability", "--trajectories", 5, "--seed", 1, "--output",
                     self.path("point.nc"))
        os.mkdir(self.path("point"))
        shutil.copy(self.path("point.nc"), self.path("point/result.nc"))
        for folder, words in (
            ("other", ("another configuration", "seed = 4", "seed = 3")),
            ("somebody", ("result.nc", "choose another folder")),
            ("point", ("result.nc", "choose another folder")),
        ):
            self.refused(["merge", *parts, "--run-dir", self.path(folder)], 2, *words)
        self.assertFalse(os.path.exists(self.path("other/result.nc")))
        with open(precious) as file:
            self.assertEqual(file.read(), "somebody's")
        for _ in range(2):  # twin: its own may be replaced
            self.succeed("merge", *parts, "--run-dir", self.path("merged"))


class MixedShards(Sweep):
    text = AXES + FIXED

    def refused_run(self, folder, *more, words):
        before = {path: os.listdir(path) for path, _, _ in os.walk(self.path(folder))}
        self.sweep(self.text, *more, folder=folder, code=2)
        for word in words:
            self.assertIn(word, self.stderr)
        self.assertEqual(
            before, {path: os.listdir(path) for path, _, _ in os.walk(self.path(folder))}
        )

    def test_one_folder_holds_one_split(self):
        self.sweep(self.text, "--shard", "0/2", folder="parts")
        for more in (("--resume",), ()):
            self.refused_run("parts", *more, words=("--run-dir", "shards of 2", "--shard i/2"))
            self.refused_run("parts", "--shard", "0/1", *more, words=("shards of 2",))
            self.refused_run(
                "parts", "--shard", "1/4", *more, words=("--shard 1/4", "shards of 2", "i/2")
            )
        self.sweep(self.text, "--shard", "1/2", folder="parts")
        self.succeed("merge", self.path("parts"))
        self.sweep(
            self.text, "--shard", "1/2", "--resume", folder="parts"
        )  # also beside a merged file
        self.sweep(self.text, folder="whole")
        self.refused_run("whole", "--shard", "0/2", "--resume", words=("--shard 0/2", "whole grid"))
        self.refused_run("whole", "--shard", "0/2", words=("--shard 0/2", "whole grid"))
        os.mkdir(self.path("other"))
        self.write("other/result.nc", "somebody's")
        self.refused_run("other", "--shard", "0/2", words=("--shard 0/2",))

    def test_a_shard_of_which_only_the_folder_is_there_counts(self):
        os.makedirs(self.path("parts/shard-2-of-3"))
        self.refused_run("parts", words=("shards of 3",))

    def test_pending_cells_are_said(self):
        self.sweep(self.text, "--max-time", 0, folder="stopped", code=75)
        self.assertIn("6 of 6 cells are pending", self.stderr)
        self.assertIn(
            "6 of 6 cells are pending", self.succeed("status", self.path("stopped")).stderr
        )
        self.sweep(self.text, "--shard", "0/3", folder="parts")
        self.assertNotIn("pending", self.stderr)  # its own cells are all there
        self.assertIn(
            "2 of 3 shards have not begun", self.succeed("status", self.path("parts")).stderr
        )
        result = run("merge", self.path("parts"))
        self.assertEqual(result.returncode, 75)
        self.assertIn("4 of 6 cells are pending", result.stderr)
        self.sweep(self.text)
        self.assertEqual(self.succeed("status", self.path("run")).stderr, "")


class Slurm(Sweep):
    text = AXES + FIXED

    def array(self, folder, tasks, **array):
        for task in tasks:
            self.sweep(self.text, "--shard", "slurm", folder=folder, env=slurm(task, **array))

    def shards(self, folder):
        return sorted(name for name in os.listdir(self.path(folder)) if name.startswith("shard-"))

    def test_a_task_takes_its_share(self):
        self.array("array", (4, 5, 6), first=4, last=6)
        self.assertIn("shard 2/3", self.stderr)
        self.assertEqual(self.shards("array"), [f"shard-{i}-of-3" for i in range(3)])
        self.succeed("merge", self.path("array"))
        self.sweep(self.text)
        self.same_files("run", "array", MERGED)

    def test_a_task_submitted_again_alone_is_its_old_shard(self):
        for first in (0, 1):
            folder = f"array-{first}"
            self.array(
                folder, range(first, first + 3), first=first, last=first + 3
            )  # the last is lost
            lost = first + 3
            self.array(folder, (lost,), first=lost, last=lost)
            self.assertEqual(self.shards(folder), [f"shard-{i}-of-4" for i in range(4)])
            self.assertEqual(run("merge", self.path(folder)).returncode, 0)
            self.sweep(
                self.text,
                "--shard",
                "slurm",
                folder=folder,
                code=2,
                env=slurm(first + 4, first + 4, first + 4),
            )  # there was no such task
            self.assertIn(f"SLURM_ARRAY_TASK_ID = {first + 4}", self.stderr)
        self.sweep(self.text, "--shard", "0/2", folder="by-hand")
        self.array("by-hand", (1,), first=1, last=1)
        self.assertEqual(self.shards("by-hand"), ["shard-0-of-2", "shard-1-of-2"])

    def test_an_array_of_one_task_is_the_whole(self):
        self.array("alone", (7,), first=7, last=7)
        self.assertIn("whole grid", self.stderr)
        self.sweep(self.text)
        self.same_files("run", "alone", ("started", "finished"))

    def test_another_array_in_the_same_folder_is_refused(self):
        self.array("array", (0,), last=3)
        self.sweep(self.text, "--shard", "slurm", folder="array", code=2, env=slurm(2, 2, 3))
        self.assertIn("shards of 4", self.stderr)

    def test_the_variables_alone_change_nothing_but_a_note(self):
        self.sweep(self.text)
        expected = self.stdout
        for environment in (slurm(1), slurm("abc"), slurm(1, MIN=None, COUNT=None)):
            shutil.rmtree(self.path("run"))
            self.sweep(self.text, env=environment)
            self.assertEqual(self.stdout, expected)
            self.assertIn("--shard slurm", self.stderr)
            self.assertEqual(self.shards("run"), [])
        self.sweep(self.text, "--shard", "2/3", folder="option", env=slurm(0))
        self.assertEqual(self.shards("option"), ["shard-2-of-3"])
        self.assertNotIn("slurm", self.stderr)

    def test_malformed_variables_are_refused(self):
        for environment, *words in (
            ({}, "SLURM_ARRAY_TASK_ID is not set"),
            (slurm("abc"), 'SLURM_ARRAY_TASK_ID = "abc"'),
            (slurm(""), 'SLURM_ARRAY_TASK_ID = ""'),
            (slurm("-1"), 'SLURM_ARRAY_TASK_ID = "-1"'),
            (slurm("1 "), 'SLURM_ARRAY_TASK_ID = "1 "'),
            (slurm("0x1"), 'SLURM_ARRAY_TASK_ID = "0x1"'),
            (slurm("1.0"), 'SLURM_ARRAY_TASK_ID = "1.0"'),
            (slurm("9" * 30), "SLURM_ARRAY_TASK_ID", "4294967294"),
            (slurm(1, MIN=None), "SLURM_ARRAY_TASK_MIN is not set"),
            (slurm(1, MAX="x"), 'SLURM_ARRAY_TASK_MAX = "x"'),
            (slurm(1, COUNT="y"), 'SLURM_ARRAY_TASK_COUNT = "y"'),
            (slurm(1, STEP="z"), 'SLURM_ARRAY_TASK_STEP = "z"'),
            (slurm(9), "SLURM_ARRAY_TASK_ID = 9", "SLURM_ARRAY_TASK_MAX = 3"),
            (slurm(2, first=3, last=5), "SLURM_ARRAY_TASK_ID = 2", "SLURM_ARRAY_TASK_MIN = 3"),
            (slurm(2, first=3, last=1), "SLURM_ARRAY_TASK_MIN = 3"),
            (slurm(2, STEP=2, COUNT=2), "SLURM_ARRAY_TASK_STEP = 2", "step of 1"),
            (slurm(2, COUNT=3), "SLURM_ARRAY_TASK_COUNT = 3", "gaps"),
            (slurm(2, last=2000000), "1000000"),
        ):
            clean = {
                key: value for key, value in os.environ.items() if not key.startswith("SLURM_")
            }
            self.sweep(self.text, "--shard", "slurm", code=2, env=environment or clean)
            for word in ("--shard slurm", *words):
                self.assertIn(word, self.stderr)
            self.assertFalse(os.path.exists(self.path("run")))

    def test_the_example(self):
        os.makedirs(self.path("bin"))
        os.symlink(PROGRAM, self.path("bin/modecollapse"))
        for task in (0, 1, 1):  # the last: submitted again, it goes on
            environment = {
                **slurm(task, last=1),
                "SWEEP": self.write("sweep.toml", self.text),
                "RUN_DIR": self.path("array"),
                "SLURM_CPUS_PER_TASK": "1",
                "PATH": self.path("bin") + ":" + os.environ["PATH"],
            }
            result = subprocess.run(
                ["bash", os.path.join(EXAMPLES, "slurm_array.sh")],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            self.assertEqual(result.returncode, 0, result.stderr)
        self.succeed("merge", self.path("array"))
        self.sweep(self.text)
        self.same_files("run", "array", MERGED)


if __name__ == "__main__":
    unittest.main()
