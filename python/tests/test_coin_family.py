"""A family that is registered by an extension module of this test (tests/support/coin_family.cpp):
Python has it with everything that families share, and no line of the package names it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import math
import os
import sys
import tempfile
import unittest
from pathlib import Path


def load_engine() -> None:
    """The extension module with the coin, in the place of the package's own."""
    name = "modecollapse._engine"
    spec = importlib.util.spec_from_file_location(name, os.environ["COIN_ENGINE"])
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


load_engine()

import modecollapse  # noqa: E402
import xarray as xr  # noqa: E402
from modecollapse import report  # noqa: E402

TOSSES = 20000
COIN = {"family": "coin", "trajectories": TOSSES, "seed": 7}


def bound(p: float) -> float:
    """So many standard errors are missed by one seed in 10^6."""
    return 4.9 * math.sqrt(p * (1.0 - p) / TOSSES)


class Coin(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.file = Path(holder.name) / "coin.nc"

    def test_probability(self):
        result = modecollapse.probability(**COIN, bias=0.3, output=self.file)
        p = result.p_collapse.item()
        self.assertLess(abs(p - 0.3), bound(0.3))
        self.assertGreater(abs(p - 0.35), bound(0.35))  # twin: another coin
        self.assertEqual(int(result.counts.sum()), TOSSES)
        self.assertAlmostEqual(result.mean_height.item(), 1.5, delta=0.02)
        self.assertEqual(result.bias.item(), 0.3)
        xr.testing.assert_equal(modecollapse.open(self.file), result)

    def test_threshold(self):
        result = modecollapse.threshold(**COIN, level=[0.2, 0.7], output=self.file)
        self.assertEqual(result.critical_value.dims, ("level",))
        for level, critical in zip((0.2, 0.7), result.critical_value.values):
            self.assertLess(abs(critical - level), bound(level) + 0.01)
        self.assertEqual(result.status.values.tolist(), ["found", "found"])
        over = modecollapse.threshold(**COIN, level=[0.2, 0.7], over="bias", over_range=(0, 1))
        self.assertEqual(over.critical_value.values.tolist(), result.critical_value.values.tolist())

    def test_sweep(self):
        fixed = {**COIN, "trajectories": 2000}
        run = self.file.parent / "run"
        found = modecollapse.phase_diagram(
            {"axes": {"bias": [0.1, 0.3, 0.8]}, "fixed": fixed}, run_dir=run
        )
        alone = modecollapse.probability(**fixed, bias=0.3)
        self.assertEqual(found.p_collapse.sel(bias=0.3).item(), alone.p_collapse.item())
        self.assertEqual(found.bias.attrs["long_name"], "bias b of the coin")
        saved = modecollapse.open(run / "result.nc")
        self.assertEqual(saved.p_collapse.values.tolist(), found.p_collapse.values.tolist())

    def test_reports(self):
        modecollapse.threshold(**{**COIN, "trajectories": 500}, output=self.file)
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(report.main([str(self.file)]), 0)
        page = self.file.with_suffix(".html").read_text(encoding="utf-8")
        # drawn against its levels
        self.assertIn('<img alt="Critical value of the bias b of the coin', page)

    def test_refusals(self):
        for arguments, words in (
            ({"bias": 2}, "0 to 1"),
            ({"bias": 0.5, "radius": 2}, "family mixture"),
            ({"family": "die"}, "coin"),
        ):
            with self.assertRaisesRegex(ValueError, words):
                modecollapse.probability(**{**COIN, **arguments})


if __name__ == "__main__":
    unittest.main()
