"""modecollapse-explore in a browser: sliders moved, and the numbers of the command line seen.

MODECOLLAPSE_SCREENSHOTS=FOLDER keeps what was seen.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import threading
import unittest
from collections.abc import Iterator
from pathlib import Path

import modecollapse
from browser import PROGRAM as BROWSER
from browser import Browser
from modecollapse.explore.export import write_plane
from modecollapse.explore.server import ExploreServer

PROGRAM = os.environ["MODECOLLAPSE_PROGRAM"]
SCREENSHOTS = os.environ.get("MODECOLLAPSE_SCREENSHOTS")
TEXT = "document.getElementById('{}').textContent"


@contextlib.contextmanager
def serving() -> Iterator[str]:
    with ExploreServer(0, 60.0) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.link
        finally:
            server.shutdown()


@unittest.skipUnless(BROWSER, "no chromium on this machine")
class InABrowser(unittest.TestCase):
    def see(self, browser, name):
        self.assertEqual(browser.console, [])
        if SCREENSHOTS:
            browser.screenshot(Path(SCREENSHOTS) / f"{name}.png")

    def command(self, browser, words):
        """The first line of the page that begins so, run; the value of p_collapse in its output."""
        lines = browser.value(TEXT.format("commands")).splitlines()
        line = next(line for line in lines if line.startswith(f"modecollapse {words} "))
        output = subprocess.run([PROGRAM, *line.split()[1:], "--format", "json", "-q"],
                                capture_output=True, text=True, check=True).stdout  # fmt: skip
        return line, float(re.search(r'"p_collapse": ([^,]+),', output)[1])

    def test_sliders_move_the_numbers(self):
        with serving() as link:
            with Browser(link) as browser:
                quick = "page.values.theory && page.values.trajectories"
                browser.wait_for(quick)
                before = browser.value(TEXT.format("headline"))
                self.assertRegex(before, r"^P\(collapse\) = 0\.\d{4}$")
                for option, key, times in (("radius", "ArrowRight", 10),
                                           ("target-weight", "ArrowLeft", 17),
                                           ("dimension", "ArrowRight", 3)):  # fmt: skip
                    browser.value(f"document.getElementById('option-{option}').focus()")
                    browser.press(key, times)
                given = {"radius": "2", "target-weight": "0.5", "dimension": "1000"}
                self.assertEqual(browser.value(f"page.controls.given({list(given)})"), given)
                browser.wait_for("page.values['theory-fine'] && page.values.basins")
                after = browser.value(TEXT.format("headline"))
                self.assertNotEqual(after, before)
                line, p = self.command(browser, "theory --radius 2 --target-weight 0.5")
                self.assertIn("--dimension 1000", line)
                shown = browser.value("page.values.theory.p_collapse[0]")
                self.assertEqual(shown, p)
                _, p = self.command(browser, "probability")
                self.assertIn(f"sampled {p:.3f}", browser.value(TEXT.format("second")))
                # a trajectory moves: the picture is another one a moment later
                picture = "page.canvases.plane.toDataURL()"
                first = browser.value(f"document.body.dataset.busy = 'no'; {picture}")
                browser.wait_for(f"{picture} !== {first!r}")
                self.see(browser, "mixture")
                browser.value("document.querySelectorAll('#tabs button')[1].click()")
                browser.wait_for("page.values['vae-trajectories'] && !document.body.dataset.busy")
                browser.value("document.getElementById('option-kl-weight').focus()")
                browser.press("ArrowRight", 7)
                browser.wait_for("page.asked['vae-trajectories'] && !document.body.dataset.busy")
                self.assertIn("active latents of the optimum: 0 of 1",
                              browser.value(TEXT.format("headline")))  # fmt: skip
                line, p = self.command(browser, "theory --signal-variance 1 --noise-variance 1 "
                                       "--dimension 1000 --latent-dimension 1 --signal-dimension 1 "
                                       "--kl-weight 2.05")  # fmt: skip
                self.assertIn(f"{p:.4f}", browser.value(TEXT.format("second")))
                self.see(browser, "linear_vae")

    def test_a_plane_of_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            result = modecollapse.phase_diagram(
                {"axes": {"radius": [1, 1.5, 2], "dimension": [10, 1000]},
                 "fixed": {"trajectories": 200, "seed": 7}},
                run_dir=Path(folder) / "run",
            )  # fmt: skip
            page = Path(folder) / "plane.html"
            write_plane(Path(folder) / "run" / "result.nc", page)
            with Browser(page.as_uri()) as browser:
                browser.wait_for(TEXT.format("headline"))
                browser.value("document.getElementById('option-radius').focus()")
                browser.press("ArrowRight")
                p = float(result.p_collapse.sel(radius=2, dimension=1000))
                self.assertEqual(browser.value(TEXT.format("headline")), f"P(collapse) = {p:g}")
                self.see(browser, "plane")


if __name__ == "__main__":
    unittest.main()
