"""The command line of the threshold figure, and what all figures share of it."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import unittest

from figure_checks import PACKAGE_FOLDER, CommandLineCase
from threshold_data import synthetic

import xarray as xr

from modecollapse.figures import results
from modecollapse.figures.__main__ import main
from modecollapse.figures.results import ResultError
from modecollapse.figures.threshold import REQUIRED, read_threshold, threshold_figure


class ThresholdCommand(CommandLineCase):
    figure = "threshold"

    def setUp(self):
        super().setUp()
        self.result = self.path / "threshold.nc"
        synthetic(infinite=("none", 0)).to_netcdf(self.result)

    def test_writes_each_format(self):
        for suffix, start in (
            (".png", b"\x89PNG"),
            (".pdf", b"%PDF"),
            (".svg", b"<?xml"),
        ):
            output = self.path / f"figure{suffix}"
            code, message = self.run_main(self.result, output)
            self.assertEqual(code, 0, message)
            self.assertTrue(output.read_bytes().startswith(start))

    def test_a_file_read_back_is_the_same_dataset(self):
        dataset = read_threshold(self.result)
        self.assertTrue(all(name in dataset.variables for name in REQUIRED))
        self.assertEqual(
            results.flag_names(dataset["status"]).tolist(),
            [["found", "not_reached"], ["found", "found"], ["found", "found"]],
        )

    def test_missing_file(self):
        self.assert_refused(
            (self.path / "none.nc", self.output), "no such file", "none.nc"
        )

    def test_not_netcdf(self):
        text = self.path / "text.nc"
        text.write_text("radius,p\n1,0.5\n")
        self.assert_refused((text, self.output), "cannot be read", "text.nc")

    @unittest.skipIf(importlib.util.find_spec("modecollapse._engine"), "the engine is here")
    def test_theory_without_the_engine_is_a_sentence(self):
        self.assert_refused((self.result, self.output, "--theory"), "engine", "pip install")

    def test_another_result(self):
        other = self.path / "probability.nc"
        dataset = xr.Dataset({"p_collapse": ((), 0.5)}, attrs={"title": "Probability"})
        dataset.to_netcdf(other)
        parts = "modecollapse threshold", "Probability", "missing level"
        self.assert_refused((other, self.output), *parts)

    def test_names_the_one_variable_that_is_missing(self):
        damaged = self.path / "damaged.nc"
        synthetic().drop_vars("evaluation_ci_low").to_netcdf(damaged)
        self.assert_refused((damaged, self.output), "missing evaluation_ci_low")

    def test_nothing_evaluated(self):
        with self.assertRaisesRegex(ResultError, "no evaluated radius"):
            threshold_figure(synthetic().isel(evaluation=slice(0, 0)))

    def test_output_that_cannot_be_written(self):
        self.assert_refused((self.result, self.path / "figure.gif"), ".png, .pdf, .svg")
        output = self.path / "none" / "figure.png"
        self.assert_refused((self.result, output), "no such directory")
        self.assert_refused((self.result, self.output, "--dpi", 0), "--dpi 0")

    def test_wrong_use_and_help(self):
        for arguments, code in (
            ([], 2),
            (["treshold"], 2),
            (["threshold", "a.nc"], 2),
            (["--help"], 0),
            (["threshold", "--help"], 0),
        ):
            output = io.StringIO()
            with contextlib.redirect_stderr(output), contextlib.redirect_stdout(output):
                with self.assertRaises(SystemExit) as exit_:
                    main(arguments)
            self.assertEqual(exit_.exception.code, code, arguments)
            self.assertIn("usage: modecollapse.figures", output.getvalue())

    def test_runs_as_a_module_without_a_display(self):
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE_FOLDER)}
        environment.pop("DISPLAY", None)
        command = [sys.executable, "-m", "modecollapse.figures", "threshold"]
        done = subprocess.run(
            [*command, str(self.result), str(self.output)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertTrue(self.output.is_file())


if __name__ == "__main__":
    unittest.main()
