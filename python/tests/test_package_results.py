"""The package against the program: equal counts, equal schema, equal provenance."""

from __future__ import annotations

import doctest
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import modecollapse
import numpy as np
import xarray as xr
from modecollapse import _commands, _stubs
from saved_members import saved_flows, saved_vaes

PROGRAM = os.environ["MODECOLLAPSE_PROGRAM"]
OF_A_BUILD = ("started", "finished", "git_sha")  # program and package may be of two builds

# small runs; a command that is not here is run with its defaults
ARGUMENTS = {
    "probability": {"radius": 2.0, "dimension": 10, "trajectories": 5000, "seed": 7},
    "threshold": {
        "dimension": [10, 100],
        "level": [0.1],
        "radius_range": (1.0, 1.5),
        "trajectories": 500,
        "seed": 7,
    },
    "trajectory": {"id": range(3), "times": np.linspace(0, 10, 5), "seed": 7},
    "theory": {"dimension": [100], "radius": 1.5},
    "variance": {"start": [0.1, 0.2, 0.0], "batch_size": 10, "seed": 7},
    "basin": {"s": 0.25, "radius": 1.25, "grid": 13},
    "folds": {"target_weight": 0.8},
}


def flags(arguments):
    """The same arguments as the command line takes them."""
    result = []
    for name, value in arguments.items():
        if isinstance(value, tuple):
            value = ":".join(map(str, value))
        elif not isinstance(value, (int, float, str)):
            value = ",".join(map(str, value))
        result += [f"--{name.replace('_', '-')}", str(value)]
    return result


def program(*arguments):
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=True
    ).stdout


class Lists(unittest.TestCase):
    def test_lists_make_a_small_sweep(self):
        small = {"trajectories": 200, "seed": 3}
        swept = modecollapse.probability(
            radius=[1.5, 2], dimension=np.array([10, 100]), **small, threads=1)  # fmt: skip
        self.assertEqual(dict(swept.p_collapse.sizes), {"radius": 2, "dimension": 2})
        one = modecollapse.probability(radius=2, dimension=100, **small)
        cell = swept.sel(radius=2, dimension=100)
        np.testing.assert_array_equal(cell.counts, one.counts)
        self.assertEqual(cell.ci_low.item(), one.ci_low.item())
        for wrong in ({"radius": []}, {"radius": [1, 50]}, {"radius": [1, 2], "rare": True},
                      {"radius": [1, 2], "output": "p.nc"}):  # fmt: skip
            with self.assertRaisesRegex(ValueError, next(iter(reversed(wrong)))):
                modecollapse.probability(**wrong)
        with self.assertRaisesRegex(ValueError, "takes one value"):
            modecollapse.threshold(target_weight=[0.5, 0.6])


class FolderTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def assert_same_but_for_times(self, first, second):
        first, second = (data.drop_vars("seconds", errors="ignore") for data in (first, second))
        for dataset in (first, second):
            for name in OF_A_BUILD:
                dataset.attrs.pop(name)
            dataset.attrs.pop("seconds", None)
        xr.testing.assert_identical(first, second)
        for name in first.variables:
            kinds = [data[name].dtype.kind.replace("U", "O") for data in (first, second)]
            self.assertEqual(*kinds, name)  # texts are objects or not, by xarray's age


    def assert_as_xarray_opens_it(self, result, path):
        with xr.open_dataset(path) as written:
            written = written.load()
        self.assertEqual(len(written.attrs.pop("content_hash")), 64)
        xr.testing.assert_identical(result, written)


class Reports(FolderTest):
    def test_every_command_gives_what_the_program_writes(self):
        for name, function in _commands.report_functions().items():
            with self.subTest(command=name):
                arguments = ARGUMENTS.get(name, {})
                if name == "sample":
                    arguments = {"flows": str(saved_flows(self.folder)), "samples": 5}
                elif name in ("encode", "reconstruct"):
                    arguments = {key: str(path) for key, path in saved_vaes(self.folder).items()}
                ours, theirs = self.folder / "ours.nc", self.folder / "theirs.nc"
                result = function(**arguments, output=ours)
                xr.testing.assert_identical(result, modecollapse.open(ours))
                self.assert_as_xarray_opens_it(modecollapse.open(ours, raw=True), ours)
                command = name.replace("_", "-")
                program(command, *flags(arguments), "--output", theirs, "--quiet")
                if "seed" not in arguments and "seed" in _commands.options_of(command):
                    continue  # drawn
                self.assert_same_but_for_times(result, modecollapse.open(theirs))

    def test_another_seed_gives_other_counts(self):
        arguments = ARGUMENTS["probability"]
        first = modecollapse.probability(**arguments)
        other = modecollapse.probability(**{**arguments, "seed": 8})
        self.assertFalse(first.counts.equals(other.counts))

    def test_threads_do_not_matter(self):
        one, three = (
            modecollapse.probability(**ARGUMENTS["probability"], threads=n)
            for n in (1, 3)
        )
        xr.testing.assert_equal(one, three)

    def test_lists_come_in_any_form(self):
        seeded = {"trajectories": 10, "seed": 1, "radius_range": "1:1.1"}
        expected = modecollapse.threshold(dimension="10,20,30", level="0.5", **seeded)
        for dimension in ([10, 20, 30], (10, 20, 30), range(10, 31, 10), "10:30:10",
                          np.array([10, 20, 30]), np.array([10.0, 20.0, 30.0])):  # fmt: skip
            result = modecollapse.threshold(dimension=dimension, level=0.5, **seeded)
            xr.testing.assert_equal(result, expected)

    def test_numpy_scalars_and_none(self):
        expected = modecollapse.probability(radius=2, trajectories=100, seed=2**64 - 1)
        result = modecollapse.probability(
            radius=np.float32(2), trajectories=np.int64(100), seed=2**64 - 1, weight=None
        )
        xr.testing.assert_equal(result, expected)

    def test_a_configuration_file_reproduces_a_result(self):
        result = modecollapse.probability(**ARGUMENTS["probability"])
        file = self.folder / "again.toml"
        file.write_text(result.attrs["config_toml"])
        self.assert_same_but_for_times(modecollapse.probability(config=file), result)


class PhaseDiagram(FolderTest):
    DESCRIPTION = {
        "axes": {"radius": np.array([1.5, 2.0]), "dimension": [10, 100], "seed": [1, 2]},
        "fixed": {"target_weight": 0.6, "trajectories": 300},
    }
    FILE = """[axes]
radius = [1.5, 2.0]
dimension = [10, 100]
seed = [1, 2]
[fixed]
target-weight = 0.6
trajectories = 300
"""

    def test_a_dictionary_a_file_and_the_program_agree(self):
        file = self.folder / "file.toml"
        file.write_text(self.FILE)
        program("phase-diagram", file, "--run-dir", self.folder / "run", "--quiet")
        expected = modecollapse.open(self.folder / "run" / "result.nc")
        self.assert_as_xarray_opens_it(
            modecollapse.open(self.folder / "run" / "result.nc", raw=True),
            self.folder / "run" / "result.nc",
        )
        self.assert_same_but_for_times(
            modecollapse.phase_diagram(self.DESCRIPTION), expected
        )
        self.assert_same_but_for_times(modecollapse.phase_diagram(file), expected)

    def test_zipped_axes_share_a_dimension(self):
        result = modecollapse.phase_diagram(
            {
                "axes": {
                    "target_weight": [0.5, 0.6],
                    "dimension": [10, 100],
                    "zip": [["target_weight", "dimension"]],
                },
                "fixed": {"trajectories": 50, "seed": 2**64 - 1},
            }
        )
        self.assertEqual(len(result.p_collapse.dims), 1)
        self.assertEqual(result.attrs["seed"], str(2**64 - 1))

    def test_stop_resume_status_and_merge(self):
        run = self.folder / "run"
        with self.assertWarnsRegex(UserWarning, "resume"):
            stopped = modecollapse.phase_diagram(
                self.DESCRIPTION, run_dir=run, max_time=0
            )
        self.assertTrue((stopped.status == "pending").any())
        self.assertEqual(modecollapse.status(run)[0]["state"], "stopped")
        with self.assertRaisesRegex(OSError, "resume"):
            modecollapse.phase_diagram(self.DESCRIPTION, run_dir=run)
        resumed = modecollapse.phase_diagram(self.DESCRIPTION, run_dir=run, resume=True)
        whole = modecollapse.phase_diagram(self.DESCRIPTION)
        xr.testing.assert_equal(resumed, whole)

        parts = self.folder / "parts"
        for i in range(2):
            modecollapse.phase_diagram(
                self.DESCRIPTION, run_dir=parts, shard=f"{i}/2", progress=False
            )
        xr.testing.assert_equal(modecollapse.merge(parts), whole)


class Documentation(unittest.TestCase):
    def test_examples_in_docstrings(self):
        names = [*_commands.report_functions(), "phase_diagram"]
        finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
        for name in names:
            function = getattr(modecollapse, name)
            (test,) = finder.find(
                function, name, module=False, globs={"modecollapse": modecollapse}
            )
            self.assertEqual(runner.run(test).failed, 0, name)
        self.assertGreater(runner.tries, 10)

    def test_every_option_is_documented(self):
        for name, function in _commands.report_functions().items():
            for option in _commands.options_of(name.replace("_", "-")):
                self.assertIn(f"\n{option} : ", function.__doc__)

    def test_the_stub_is_up_to_date(self):
        stub = Path(modecollapse.__file__).with_name("__init__.pyi")
        self.assertEqual(
            stub.read_text(),
            _stubs.stubs(),
            "make it anew: python3 -m modecollapse._stubs",
        )
        self.assertTrue(stub.with_name("py.typed").is_file())

    def test_the_stub_takes_lists_and_the_choices_of_every_family(self):
        options = _commands.options_of("probability")
        self.assertEqual(_stubs.annotation(options["radius"], "probability"), "_Numbers")
        self.assertEqual(_stubs.annotation(options["radius"], "basin"), "_Number")
        start = _commands.options_of("trajectory")["start"]
        self.assertEqual(_stubs.annotation(start, "trajectory"), "_Starts")
        annealing = _stubs.annotation(options["annealing"], "threshold")
        for choice in ("exponential-temperature", "tanh", "cyclical"):
            self.assertIn(f'"{choice}"', annealing)


if __name__ == "__main__":
    unittest.main()
