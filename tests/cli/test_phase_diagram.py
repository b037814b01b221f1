"""phase-diagram and status: the grid that a sweep file describes, its refusals, the results,
adaptive cells, seeds and threads. Shards and merge: test_shards.py.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import time
import unittest

from binomial import clopper_pearson
from program import PROGRAM, record_bytes, run, unless_sanitized
from sweeps import ADAPTIVE, AXES, ESTIMATE, FIXED, OUTCOMES, Sweep

LONG = ('[axes]\nradius = "1.1:2:0.05"\ndimension = [5, 10, 100]\n'
        "[fixed]\ntrajectories = 60000\nseed = 1\n")

# sweep file, what the message must name. Lines and columns count from 1.
MALFORMED = [
    ("", "[axes]"),
    ("[axes]\nzip = []\n" + FIXED, "line 1, column 1", "[axes]"),
    ("[axis]\nradius = [1]\n", "line 1, column 2", 'nearest: "axes"'),
    ("radius = [1]\n", "line 1, column 1", "radius", "axes"),
    ("[axes]\nradius = [1]\nradius = [2]\n", "line 3", "column", "radius"),
    ("[axes]\nradius = [1]\n radios = [2]\n", "line 3, column 2", "radios", 'nearest: "radius"'),
    ("[axes]\nthreads = [1, 2]\n", "line 2, column 1", "threads"),
    ("[axes]\nradius = []\n", "line 2, column 1", "radius"),
    ("[axes]\nprecision = []\n", "line 2, column 1", "precision"),
    ("[axes]\nradius = [1, 2, 1.0]\n", "line 2, column 1", "twice"),
    ('[axes]\nprecision = ["single", "single"]\n', "line 2, column 1", "twice"),
    ("[axes]\nradius = [1, 20]\n", "line 2, column 1", "20", "0.001 to 10"),
    ("[axes]\ndimension = [2, 2.5]\n", "line 2, column 1", "2.5", "whole number"),
    ('[axes]\nradius = "log:0:2:3"\n', "line 2, column 1", "log:start:stop:count"),
    ("[axes]\nradius = 1979-05-27\n", "line 2, column 1", "radius"),
    ("[axes]\nradius = [[1, 2], [3]]\n", "line 2, column 1", "list"),
    ('[axes]\nprecision = ["double", "half"]\n', "line 2, column 1", "half", "double|single"),
    ("[axes]\nseed = [1, 1.5]\n", "line 2, column 1", "1.5", "18446744073709551615"),
    (AXES + 'zip = [["radius", "dimension"]]\n', "line 4, column 7", "2 and 3 values"),
    (AXES + 'zip = ["radius", "dimension"]\n', "line 4, column 7", "list of lists"),
    (AXES + 'zip = [["radius", "weight"]]\n', "line 4, column 7", "weight", "not an axis"),
    (AXES + 'zip = [["radius", "radius"]]\n', "line 4, column 7", "twice"),
    (AXES + "[fixed]\nradius = 1\n", "line 2, column 1", "radius", "[fixed]"),
    (AXES + "[fixed]\ntarget-wieght = 0.5\n", "line 5, column 1", 'nearest: "target-weight"'),
    (AXES + "[fixed]\nthreads = 2\n", "line 5, column 1", "threads", "command line"),
    (AXES + '[fixed]\ndynamics = "langevin"\n', "line 5, column 1", "not one of the choices"),
    (AXES + '[fixed]\nprecision = "single"\ntolerance = 1e-6\n', "tolerance", "1e-5"),
    ('[axes]\nprecision = ["double", "single"]\n[fixed]\ntolerance = 1e-7\n', "tolerance", "1e-5"),
    ('[axes]\ntolerance = [1e-4, 1e-6]\n[fixed]\nprecision = "single"\n', "tolerance", "1e-5"),
    ('[axes]\nradius = "1:9:0.0001"\ndimension = "2:10000:1"\n', "cells", "1e+08"),
    ('[axes]\nradius = "1:9:0.000001"\n', "line 2, column 1", "more than"),
    (AXES + "[adaptive]\ninterval-width = 0.1\n", "max-trajectories"),
    (AXES + "[adaptive]\ninterval-with = 0.1\n", "line 5, column 1", 'nearest: "interval-width"'),
    (AXES + "[adaptive]\ninterval-width = 1\n", "line 5, column 1", "above 0, below 1"),
    (AXES + "[adaptive]\ninterval-width = [0.1, 0.2]\n", "line 5, column 1", "one number"),
    (AXES + FIXED + "[adaptive]\ninterval-width = 0.1\nmax-trajectories = 59\n",
     "max-trajectories = 59", "trajectories = 60"),
    ("[axes]\nradius = [1, 2, 1.0]\n", "radius", "line 2, column 1", "a value stands twice (1)"),
    ("[axes]\nradius = [1, 2, 1]\ndimension = [5, 5, 5]\nzip = [['radius', 'dimension']]\n",
     "zipped values stands twice (1, 5)"),
]


class Grid(Sweep):
    def test_lists_ranges_and_log_ranges(self):
        rows = self.sweep(
            '[axes]\nradius = "1:1.5:0.25"\ndimension = "log:10:1000:3"\nhorizon = [5, "1:2:1"]\n'
            '[fixed]\ntrajectories = 5\nseed = 1\n')
        # the first axis slowest
        expected = list(itertools.product(["1", "1.25", "1.5"], ["10", "100", "1000"],
                                          ["5", "1", "2"]))
        self.assertEqual([(row["radius"], row["dimension"], row["horizon"]) for row in rows],
                         expected)

    def test_zipped_axes_advance_together(self):
        text = ('[axes]\nweight = [0.5, 0.6]\nradius = [1.25, 2.0, 1.5]\nprecision = ["double", '
                '"single"]\ndimension = [5, 20, 7]\n'
                'zip = [["radius", "dimension"]]\n' + FIXED)
        rows = self.sweep(text)
        expected = [(w, r, d, p) for w in ("0.5", "0.6") for r,
                    d in (("1.25", "5"), ("2", "20"), ("1.5", "7")) for p in ("double", "single")]
        self.assertEqual([(row["weight"], row["radius"], row["dimension"], row["precision"])
                          for row in rows], expected)
        data = self.open("run")
        self.assertEqual(data["p_collapse"].dims, ("weight", "radius", "precision"))
        self.assertEqual(data["dimension"].dims, ("radius",))
        self.assertIn("dimension", data["p_collapse"].coords)
        self.assertEqual(list(data["precision"].values), ["double", "single"])
        self.assertIn("12 cells complete", run("phase-diagram", self.write("sweep.toml", text),
                                               "--run-dir", self.path("run"), "--resume").stdout)
        # reads the manifest
        self.assertEqual(json.loads(run("status", self.path("run"), "--format", "json").stdout)[0][
            "complete"], 12)

    def test_every_cell_is_what_probability_gives(self):
        rows = self.sweep('[axes]\nradius = [1.25, 2.0]\ndimension = [5, 20]\nprecision = '
                          '["double", "single"]\nseed = [3, "18446744073709551615"]\n'
                          "[fixed]\ntrajectories = 500\ntarget-weight = 0.7\nweight = 0.55\n"
                          "maximum-steps = 20\n", code=6)
        # with so few steps the precisions differ too
        self.assertEqual(len({tuple(row[name] for name in OUTCOMES) for row in rows}), 16)
        for row in rows:
            point = itertools.chain(*((f"--{name}", row[name])
                                      for name in ("radius", "dimension", "precision", "seed")))
            single = self.json("probability", *point, "--trajectories", 500, "--target-weight", 0.7,
                               "--weight", 0.55, "--maximum-steps", 20, "--failed-limit", 1)
            self.assertEqual({name: int(row[name]) for name in OUTCOMES}, single["counts"])
            self.assertEqual({name: float(row[name]) for name in ESTIMATE},
                             {name: single[name] for name in ESTIMATE})

    def test_csv_and_netcdf_say_the_same(self):
        rows = self.sweep(AXES + FIXED)
        self.assertEqual(self.stdout.splitlines()[0],
                         ",".join(["radius", "dimension", *OUTCOMES, *ESTIMATE, "status",
                                   "ci_method", "look", "looks", "standard_error",
                                   "trajectories_run", "steps", "quasi_collapse",
                                   "entropic_mode_coverage", "entropic_mode_coverage_error",
                                   "mode_weight_error", "mode_weight_error_error"]))
        data = self.open("run")
        self.assertEqual(dict(data.sizes), {"radius": 2, "dimension": 3, "outcome": 7})
        self.assertEqual([str(name) for name in data["outcome"].values], OUTCOMES)
        self.assertEqual([str(data[name].dtype)
                          for name in ("counts", "trajectories_run", "dimension", "status")],
                          ["int64"] * 3 + ["int8"])
        self.assertEqual((list(data["status"].attrs["flag_values"]),
                          data["status"].attrs["flag_meanings"]),
                          ([0, 1, 2], "complete pending failed"))
        for name in data.variables:
            self.assertTrue(data[name].attrs["units"] and data[name].attrs["long_name"], name)
        for name in ("Conventions title references schema_version version git_sha config_toml "
                     "config_hash seed backend device compiler precision "
                     "started finished").split():
            self.assertTrue(data.attrs[name], name)
        for row in rows:
            cell = data.sel(radius=float(row["radius"]), dimension=int(row["dimension"]))
            self.assertEqual([int(row[name]) for name in OUTCOMES], cell["counts"].values.tolist())
            self.assertEqual([float(row[name]) for name in ESTIMATE],
                             [float(cell[name]) for name in ESTIMATE])
            self.assertEqual((int(cell["trajectories_run"]), int(cell["status"])), (60, 0))

    def test_malformed_files_are_refused(self):
        for text, *words in MALFORMED:
            with self.subTest(text):
                self.refused(["phase-diagram", self.write("sweep.toml", text), "--run-dir",
                              self.path("run")], 2, "sweep.toml", *words)

    def test_misuse_of_the_command(self):
        file, folder = self.write("sweep.toml", AXES + FIXED), self.path("run")
        self.refused(["phase-diagram", file], 2, "--run-dir")
        self.refused(["phase-diagram", "--run-dir", folder], 2, "FILE.toml")
        self.refused(["phase-diagram", file, file, "--run-dir", folder], 2, "2 files")
        self.refused(["phase-diagram", self.path("absent.toml"), "--run-dir", folder], 2,
                     "absent.toml")
        self.refused(["phase-diagram", file, "--run-dir", file + "/sub"], 2, "--run-dir")
        for shard in ("1", "2/2", "-1/2", "a/b", "0.5/2", "1/2/3", "0/0"):
            self.refused(["phase-diagram", file, "--run-dir", folder, f"--shard={shard}"], 2,
                         "--shard", shard, "i/n")
        for command in ("status", "merge"):
            for more, word in (((), command), ([self.path("absent")], "absent"),
                               ([self.folder], "holds no run")):
                self.refused([command, *more], 2, word)

    def test_dry_run(self):
        file = self.write("sweep.toml", AXES + FIXED + ADAPTIVE)
        for more in ((), ("--run-dir", self.path("run"))):
            text = self.succeed("phase-diagram", file, "--dry-run", *more).stdout
            for pattern in (r"cells +6\n", "radius: 2 values, 1.25 to 2",
                            r"trajectories +360 at least, 4000 a cell at most",
                            r"memory +about \d+ MB",
                            r"predicted time +[\d.e-]+ s on cpu"):
                self.assertRegex(text, pattern)
            self.assertEqual(os.listdir(self.folder), ["sweep.toml"])
        self.assertRegex(self.succeed("phase-diagram", file, "--dry-run", "--shard", "1/4").stdout,
                         r"cells +2 of 6 \(shard 1/4\)")

    def test_a_dry_run_makes_some_steps_of_long_trainings_only(self):
        """Each of these runs takes long, its prediction does not."""
        rates = "[axes]\nlearning-rate = [1e-4, 2e-4]\n[fixed]\nseed = 1\n"
        for fixed in ("family = 'vae'\n", "family = 'sequence-vae'\ndata-size = 30\n",
                      "family = 'realnvp'\n", "family = 'components'\ndynamics = 'sgd'\n",
                      "family = 'linear-vae'\ndynamics = 'sgd-full'\ndimension = 100\n"):
            file = self.write("sweep.toml", rates + fixed + "trajectories = 1000\nhorizon = 1e5\n")
            text = self.succeed("phase-diagram", file, "--dry-run").stdout
            seconds = float(re.search(r"predicted time +([\d.e+-]+) s", text)[1])
            self.assertGreater(seconds, 60, fixed)


class Runs(Sweep):
    @unless_sanitized("equal bits are a matter of numbers")
    def test_threads_do_not_change_a_byte(self):
        # few cells share the threads, many have one each
        for axes in (AXES, '[axes]\nradius = "1.1:2:0.02"\ndimension = [5, 20]\n'):
            shutil.rmtree(self.path("run-1"), ignore_errors=True)
            expected = self.sweep(axes + FIXED + ADAPTIVE, "--threads", 1, folder="run-1")
            for threads in (2, 3, 7):
                self.assertEqual(self.sweep(axes + FIXED + ADAPTIVE, "--threads", threads,
                                            folder=f"run-{threads}"), expected)
                self.same_files("run-1", f"run-{threads}", ("started", "finished"))
                shutil.rmtree(self.path(f"run-{threads}"))
        self.assertNotEqual(self.sweep(axes + FIXED.replace("3", "4") + ADAPTIVE, folder="twin"),
                            expected)

    def test_a_missing_seed_is_drawn_and_kept(self):
        text = AXES + "[fixed]\ntrajectories = 500\n"
        self.sweep(text, "--max-time", 0, code=75)
        seed = re.search(r"seed drawn: (\d+)", self.stderr).group(1)
        rows = self.sweep(text, "--resume")
        self.assertNotIn("seed drawn", self.stderr)
        self.assertEqual(self.open("run").attrs["seed"], seed)
        self.assertEqual(self.sweep(text.replace("[fixed]", f'[fixed]\nseed = "{seed}"'),
                                    folder="again"), rows)
        # the twin: another seed is drawn
        self.assertNotEqual(self.sweep(text, folder="other"), rows)
        self.refused(["phase-diagram", self.path("sweep.toml"), "--run-dir", self.path("third"),
                      "--shard", "0/2"], 2, "seed")

    def test_status(self):
        folder = self.path("long")
        command = [PROGRAM, "phase-diagram", self.write("long.toml", LONG), "--run-dir", folder,
                   "--threads", "1"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        seen = {}
        while process.poll() is None and not seen.get("seconds_left"):
            time.sleep(0.05)
            result = run("status", folder, "--format", "json")
            seen = json.loads(result.stdout)[0] if result.returncode == 0 else {}
        self.assertTrue(seen["running"])
        self.assertRegex(seen["state"], rf"running \(.+:{process.pid}\)")
        self.assertEqual((seen["cells"], seen["complete"] + seen["pending"], seen["failed"]),
                         (57, 57, 0))
        self.assertTrue(0 < seen["complete"] < 57
                        and seen["trajectories"] == 60000 * seen["complete"])
        process.terminate()
        process.wait()
        self.assertIn("stopped", self.succeed("status", folder, "--format", "csv").stdout)
        self.sweep(AXES + FIXED)
        self.assertRegex(self.succeed("status", self.path("run")).stdout,
                         r"finished +6 +6 +0 +0 +360")

    def test_adaptive_cells(self):
        rows, numbers = self.sweep(AXES + FIXED + ADAPTIVE), {True: [], False: []}
        for row in rows:
            n = sum(int(row[name]) for name in OUTCOMES)
            point = ("probability", "--radius", row["radius"], "--dimension", row["dimension"],
                     "--seed", 3, "--trajectories")
            whole = self.json(*point, n)
            self.assertEqual({name: int(row[name]) for name in OUTCOMES}, whole["counts"])
            self.assertIn(n, [60 << k for k in range(7)] + [4000])
            # enough now; one step before it was not
            for size in [n // 2 if n < 4000 else 60 << 6, n][n == 60:]:
                counts = self.json(*point, size)["counts"]
                collapsed = sum(counts[name] for name in OUTCOMES[:3])
                low, high = clopper_pearson(collapsed, size, 0.05 / 8)  # eight looks
                if size == n:
                    self.assertAlmostEqual(float(row["ci_low"]), low, delta=1e-9)
                    self.assertAlmostEqual(float(row["ci_high"]), high, delta=1e-9)
                near = low <= 0.28 <= high
                self.assertEqual(high - low <= (0.02 if near else 0.1) or size == 4000, size == n,
                                 (row, size))
            if near or whole["p_collapse"] > 0.4:
                numbers[near].append(n)
        # more where P is near the level ...
        self.assertGreater(min(numbers[True]), 4 * max(numbers[False]))
        self.assertEqual(max(numbers[True]), 4000)  # ... up to the most
        journal = self.path("run/journal.bin")
        record = record_bytes(journal)
        pieces = (os.path.getsize(journal) - 64) // record
        self.assertGreater(pieces, 3 * len(rows))
        for kept in range(pieces, -1, -3):  # a resume in the middle of a cell
            os.truncate(journal, 64 + record * kept)
            self.assertEqual(self.sweep(AXES + FIXED + ADAPTIVE, "--resume"), rows)

    def test_an_adaptive_rule_without_levels_can_be_resumed(self):
        text = AXES + FIXED + "[adaptive]\ninterval-width = 0.2\nmax-trajectories = 200\n"
        self.sweep(text, "--max-time", 0, code=75)
        self.assertEqual(self.sweep(text, "--resume"), self.sweep(text, folder="whole"))


if __name__ == "__main__":
    unittest.main()
