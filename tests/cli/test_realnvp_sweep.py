"""phase-diagram --family realnvp: cells are what probability gives, and stops, kills, threads,
shards and ranks change nothing.
"""

import itertools
import os
import signal
import subprocess
import unittest

from program import HEARD, PROGRAM, run
from sweeps import MERGED, Sweep

CLASSES = ["collapsed_plus", "collapsed_minus", "covered", "failed"]
ESTIMATE = ["p_collapse", "ci_low", "ci_high"]
MEANS = ["projected_variance", "reverse_kl", "effective_samples", "entropic_mode_coverage",
         "mode_weight_error"]
MEASURED = [name for mean in MEANS for name in (mean, f"{mean}_error")]
OPTIONS = {"family": "realnvp", "layers": 2, "width": 6, "depth": 1, "batch-size": 16,
           "learning-rate": 0.02, "horizon": 40, "trajectories": 6,
           "target-weight": 0.8, "evaluation-samples": 400, "seed": 7, "dimension": 4,
           "radius": 2.5}
AXES = "[axes]\nradius = [1, 3]\ndimension = [2, 6, 4]\n"
ADAPTIVE = "[adaptive]\ninterval-width = 0.5\nmax-trajectories = 40\n"
# a cell of some minutes
COSTLY = dict(layers=6, width=64, depth=2, dimension=16, horizon=100000, trajectories=32)


def quoted(value):
    return f'"{value}"' if isinstance(value, str) else value


def fixed(*axes, **changes):
    options = {**OPTIONS, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return "".join(["[fixed]\n", *(f"{name} = {quoted(value)}\n" for name,
                                   value in options.items() if name not in axes)])


GRID = AXES + fixed("radius", "dimension")


class Cells(Sweep):
    def assert_cells(self, axes, **changes):
        """Every cell of the grid is what `probability` says of the point; returns the rows."""
        text = "[axes]\n" + "".join(f"{name} = [{', '.join(str(quoted(v)) for v in values)}]\n"
                                    for name, values in axes.items())
        folder = "-".join(axes)
        rows = self.sweep(text + fixed(*axes, **changes), folder=folder)
        points = list(itertools.product(*axes.values()))
        self.assertEqual(len(rows), len(points))
        for row, values in zip(rows, points):
            options = {**OPTIONS, **{name.replace("_", "-"): value for name,
                                     value in changes.items()}, **dict(zip(axes, values))}
            point = self.json("probability", *itertools.chain(
                *((f"--{name}", value) for name, value in options.items())))
            self.assertEqual({name: int(row[name]) for name in CLASSES}, point["counts"], options)
            self.assertEqual([float(row[name]) for name in ESTIMATE],
                             [point[name] for name in ESTIMATE])
            for name in MEANS:
                self.assertEqual(float(row[name]), point[f"mean_{name}"])
        return rows

    def test_radius_dimension_precision_and_seed(self):
        rows = self.assert_cells({"radius": [1, 3], "dimension": [2, 6],
                                  "precision": ["double", "single"],
                                  "seed": [3, "18446744073709551615"]})
        # twin: the axes do something
        self.assertEqual(len({row["projected_variance"] for row in rows}), 16)

    def test_temperature_and_annealing_time(self):
        axes = {"initial-temperature": [2, 20], "annealing-time": [5, 30]}
        self.assertEqual(len({row["projected_variance"] for row in self.assert_cells(axes)}), 4)

    def test_every_axis_of_a_training(self):
        for name, values in (("layers", [1, 3]), ("width", [4, 8]), ("depth", [1, 2]),
                             ("mask", ["halves", "random"]), ("optimizer", ["adam", "sgd"]),
                             ("learning-rate", [0.01, 0.03]),
                             ("learning-rate-schedule", ["constant", "cosine"]),
                             ("gradient-clip", [0, 0.1]),
                             ("batch-size", [8, 32]),
                             ("estimator", ["pathwise", "reparameterized"]), ("horizon", [20, 30]),
                             ("evaluation-samples", [300, 500]), ("target-weight", [0.5, 0.7]),
                             ("trajectories", [4, 8])):
            with self.subTest(name):
                first, second = self.assert_cells({name: values})
                self.assertNotEqual(first["projected_variance"], second["projected_variance"])
        low, high = self.assert_cells({"mode-mass-floor": [0.01, 0.99]})
        self.assertLess(int(low["collapsed_plus"]) + int(low["collapsed_minus"]),
                        int(high["collapsed_plus"]) + int(high["collapsed_minus"]))

    def test_a_constant_temperature_is_an_axis_of_either_family(self):
        first, second = self.assert_cells({"initial-temperature": [1, 8]}, annealing="constant")
        self.assertNotEqual(first["projected_variance"], second["projected_variance"])
        mixture = ("--annealing", "constant", "--horizon", 20, "--radius", 2, "--trajectories", 300,
                   "--seed", 7)
        text = ('[axes]\ninitial-temperature = [1, 2, 10]\n[fixed]\nannealing = "constant"\n'
                "horizon = 20\nradius = 2\ntrajectories = 300\nseed = 7\n")
        rows = self.sweep(text, folder="mixture")
        for row in rows:
            point = self.json("probability", *mixture, "--initial-temperature",
                              row["initial_temperature"])
            self.assertEqual({name: int(row[name]) for name in point["counts"]}, point["counts"])
        self.assertNotEqual(rows[0]["p_collapse"], rows[2]["p_collapse"])

    def test_an_axis_of_temperatures_can_be_resumed(self):
        axes = "[axes]\ninitial-temperature = [2, 20]\nannealing-time = [5, 30]\n"
        for folder, text in (("flows", axes + fixed()),
                             ("mixture", axes + "[fixed]\nseed = 7\ntrajectories = 50\n")):
            rows = self.sweep(text, folder=folder)
            self.assertEqual(self.sweep(text, "--resume", folder=folder), rows)
            # reads the manifest
            self.assertRegex(self.succeed("status", self.path(folder)).stdout, "finished +4 +4")
            self.assertIn("annealing = 'exponential-temperature'",
                          self.open(folder).attrs["config_toml"])

    def test_csv_and_netcdf_say_the_same(self):
        rows = self.sweep(GRID)
        self.assertEqual(self.stdout.splitlines()[0],
                         ",".join(["radius", "dimension", *CLASSES, *ESTIMATE, "status",
                                   "ci_method", "look", "looks", "standard_error",
                                   "trajectories_run", "steps", *MEASURED]))
        data = self.open("run")
        self.assertEqual(dict(data.sizes), {"radius": 2, "dimension": 3, "outcome": 4})
        self.assertEqual([str(name) for name in data["outcome"].values], CLASSES)
        for line in ("family = 'realnvp'", "layers = 2", "mask = 'halves'", "optimizer = 'adam'",
                     "gradient-clip = 0", "mode-mass-floor = 0.05"):
            self.assertIn(line, data.attrs["config_toml"])
        self.assertNotIn("weight-floor", data.attrs["config_toml"])  # of the mixture
        for name in data.variables:
            self.assertTrue(data[name].attrs["units"] and data[name].attrs["long_name"], name)
        for row in rows:
            cell = data.sel(radius=float(row["radius"]), dimension=int(row["dimension"]))
            self.assertEqual([int(row[name]) for name in CLASSES], cell["counts"].values.tolist())
            self.assertEqual([float(row[name]) for name in [*ESTIMATE, *MEASURED]],
                             [float(cell[name]) for name in [*ESTIMATE, *MEASURED]])

    def test_trainings_that_fail_are_counted(self):
        rows = self.sweep('[axes]\nlearning-rate = [0.02, 1e6]\n'
                          + fixed("learning-rate", optimizer="sgd"), code=6)
        self.assertEqual([row["status"] for row in rows], ["complete", "failed"])
        self.assertGreater(int(rows[1]["failed"]), 0)
        self.assertEqual([sum(int(row[name]) for name in CLASSES) for row in rows], [6, 6])


class Refusals(Sweep):
    def test_what_a_cell_cannot_be(self):
        everything = fixed("radius", "dimension")
        for text, *words in (
            (AXES + everything + 'weights = "softmax"\n', "weights = softmax", "mixture"),
            ('[axes]\nweights = ["fixed", "softmax"]\n' + fixed(), "weights (an axis of",
             "mixture"),
            ('[axes]\nquasi-share = [0.1]\n' + fixed(), "quasi-share", "mixture"),
            ('[axes]\nlayers = [2, 3]\n[fixed]\nseed = 1\n', "layers (an axis of",
             "--family realnvp"),
            ('[axes]\nfamily = ["mixture", "realnvp"]\n', "family", "[axes]"),
            ("[axes]\ndimension = [2, 5]\n" + fixed("dimension"), "cell 1", "dimension = 5",
             "even, 2 to 1024"),
            ("[axes]\ndimension = [2, 2000]\n" + fixed("dimension"), "dimension = 2000", "1024"),
            ("[axes]\nhorizon = [10, 10.5]\n" + fixed("horizon"), "horizon = 10.5", "whole number"),
            ("[axes]\nlayers = [2, 0]\n" + fixed("layers"), "0 is out of range", "1 to 256"),
            ("[axes]\nwidth = [2, 5000]\n" + fixed("width"), "5000 is out of range", "1 to 4096"),
            ("[axes]\ndepth = [9]\n" + fixed("depth"), "9 is out of range", "1 to 8"),
            ("[axes]\nbatch-size = [16, 0]\n" + fixed("batch-size"), "0 is out of range"),
            ("[axes]\nbatch-size = [16, 1e7]\n" + fixed("batch-size"), "batch-size = 10000000",
             "1 to 1000000"),
            ("[axes]\ngradient-clip = [-1]\n" + fixed(), "-1 is out of range", "0, or above 0"),
            ("[axes]\nevaluation-samples = [1]\n" + fixed("evaluation-samples"),
             "1 is out of range", "2 to 1e8"),
            ("[axes]\nmode-mass-floor = [0]\n" + fixed(), "0 is out of range", "above 0"),
            ('[axes]\nmask = ["halves", "thirds"]\n' + fixed(), "thirds", "halves|random"),
            ('[axes]\noptimizer = ["lbfgs"]\n' + fixed(), "lbfgs", "adam"),
            ('[axes]\nlearning-rate-schedule = ["linear"]\n' + fixed(), "linear",
             "constant|cosine"),
            ('[axes]\nestimator = ["pathwise", "score"]\n' + fixed(), "estimator = score",
             "pathwise|reparameterized"),
            ('[axes]\nannealing = ["linear", "adaptive"]\n' + fixed()
             + "initial-temperature = 4\nannealing-time = 5\n", "adaptive",
             "exponential-temperature"),
            (AXES + everything + 'save-flows = "flows.nc"\n', "save-flows",
             "no property of a cell"),
            (AXES + everything + 'continue-flows = "flows.nc"\n', "continue-flows",
             "no property of a cell"),
            (AXES + everything + "rare = true\n", "rare", "mixture"),
            (AXES + everything + 'sampling = "sobol"\n', "sampling", "mixture"),
        ):
            with self.subTest(text.splitlines()[1]):
                self.refused(["phase-diagram", self.write("sweep.toml", text), "--run-dir",
                              self.path("run")], 2, "sweep.toml", *words)

    def test_another_configuration_is_not_resumed(self):
        self.sweep(GRID)
        other = self.write("other.toml", GRID.replace("width = 6", "width = 7"))
        self.refused(["phase-diagram", other, "--run-dir", self.path("run"), "--resume"], 2,
                     "width = 6", "width = 7")
        mixture = self.write("mixture.toml", AXES + "[fixed]\nseed = 7\ntrajectories = 6\n")
        self.refused(["phase-diagram", mixture, "--run-dir", self.path("run"), "--resume"], 2,
                     "cannot be resumed")


class Runs(Sweep):
    def test_threads_and_shards_do_not_change_a_byte(self):
        many = '[axes]\nradius = "1:3:0.25"\ndimension = [2, 4]\n' + fixed("radius", "dimension")
        for text in (GRID, many):  # few cells share the threads, many have one each
            whole = self.sweep(text, "--threads", 1, folder=f"whole-{len(text)}")
            for threads in (2, 3, 7):
                self.assertEqual(self.sweep(text, "--threads", threads,
                                            folder=f"{len(text)}-{threads}"), whole)
                self.same_files(f"whole-{len(text)}", f"{len(text)}-{threads}",
                                ("started", "finished"))
        for i in (1, 0, 2):
            self.sweep(GRID, "--shard", f"{i}/3", folder="parts")
        self.succeed("merge", self.path("parts"))
        self.same_files(f"whole-{len(GRID)}", "parts", MERGED)
        twin = self.sweep(GRID.replace("seed = 7", "seed = 8"), folder="twin")
        self.assertNotEqual(twin, self.sweep(GRID, "--resume", folder=f"whole-{len(GRID)}"))

    def test_a_resume_after_any_record(self):
        text = GRID + ADAPTIVE
        rows = self.sweep(text, folder="whole")
        self.sweep(text, "--max-time", 0, code=75)
        self.assertEqual(self.sweep(text, "--resume"), rows)
        self.same_files("run", "whole", ("started", "finished"))
        pieces = (os.path.getsize(self.path("run/journal.bin")) - 64) // 144
        self.assertGreater(pieces, len(rows))  # some cells took more than their first trainings
        for kept in range(pieces - 1, -1, -3):
            # a torn record at the end
            os.truncate(self.path("run/journal.bin"), 64 + 144 * kept + 17)
            self.assertEqual(self.sweep(text, "--resume"), rows)
            self.same_files("run", "whole", ("started", "finished"))

    def stopped(self, number, folder):
        """Exit code of a run that hears a signal in the middle of a training."""
        text = "[axes]\nradius = [1, 3]\n" + fixed("radius", **COSTLY)
        command = [PROGRAM, "phase-diagram", self.write("long.toml", text), "--run-dir",
                   self.path(folder)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.wait_for_work(process, 0.5)
        process.send_signal(number)
        return process.wait(timeout=HEARD)  # not the minutes of the piece at hand

    def test_signals(self):
        self.assertEqual(self.stopped(signal.SIGTERM, "term"), 75)
        self.assertIn("stopped", run("status", self.path("term")).stdout)
        self.assertEqual(self.stopped(signal.SIGKILL, "kill"), -signal.SIGKILL)
        self.assertRegex(run("status", self.path("kill")).stdout, "stopped +2 +0 +0 +2")

    def test_dry_run(self):
        file = self.write("sweep.toml", GRID)
        self.assertRegex(self.succeed("phase-diagram", file, "--dry-run").stdout,
                         r"cells +6\n(.*\n)+trajectories +36\n(.*\n)*predicted time +[\d.e-]+ s "
                         r"on cpu")


if __name__ == "__main__":
    unittest.main()
