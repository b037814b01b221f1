"""The interactive phase diagram: its numbers, one file, and drawn by a browser."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path


import modecollapse
import numpy as np

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FIXED = {"trajectories": 200, "seed": 7}


@unittest.skipUnless(
    importlib.util.find_spec("plotly"), "no Python module plotly (pip install plotly)"
)
class Interactive(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        from modecollapse.figures import interactive

        cls.figure_of = staticmethod(interactive.interactive_phase_diagram)
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        cls.folder = Path(holder.name)
        cls.result = modecollapse.phase_diagram(
            {"axes": {"radius": [1, 1.5, 2], "dimension": [10, 1000]}, "fixed": FIXED},
            run_dir=cls.folder / "run",
        )
        cls.page = cls.folder / "diagram.html"
        cls.code = interactive.main([str(cls.folder / "run" / "result.nc"), str(cls.page)])

    def test_the_numbers_are_those_of_the_result(self):
        (trace,) = self.figure_of(self.result).data
        expected = self.result.p_collapse.transpose("radius", "dimension")
        np.testing.assert_array_equal(trace.z, expected)
        np.testing.assert_array_equal(trace.x, self.result.dimension)
        np.testing.assert_array_equal(trace.y, self.result.radius)

    def test_one_axis_is_a_curve(self):
        result = self.result.isel(dimension=0, drop=True)
        (trace,) = self.figure_of(result).data
        self.assertEqual(trace.type, "scatter")
        np.testing.assert_array_equal(trace.y, result.p_collapse)

    def test_one_file_that_needs_no_other(self):
        self.assertEqual(self.code, 0)
        text = self.page.read_text(encoding="utf-8")
        self.assertEqual(re.findall(r"<(?:script|link)[^>]*(?:src|href)=", text), [])
        self.assertIn("seed 7", text)

    def test_a_browser_draws_it(self):
        if not BROWSER:
            self.skipTest("no chromium on this machine")
        command = [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu",
            f"--user-data-dir={self.folder / 'browser'}", "--virtual-time-budget=20000",
            "--dump-dom", self.page.as_uri(),
        ]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, timeout=240)
        self.assertIn('class="heatmaplayer', result.stdout)
        self.assertIn("Probability of mode collapse", result.stdout)
        # the mesh itself, a picture inside the drawing
        self.assertRegex(result.stdout, r'<image[^>]*href="data:image/png')


if __name__ == "__main__":
    unittest.main()
