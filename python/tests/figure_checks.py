"""What the tests of the figures share: datasets' flags, looking into a figure, main.

Of the geometry of a figure: no two texts overlap, none is cut off, no legend covers
data. Importing this skips the tests where a Python module is missing.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parents[1]
sys.path.append(str(PACKAGE_FOLDER))  # after PYTHONPATH, which may have the engine

try:
    import matplotlib
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    importlib.import_module("netCDF4")  # with which xarray reads NetCDF-4
    importlib.import_module("xarray")
except ModuleNotFoundError as error:
    raise unittest.SkipTest(f"no Python module {error.name}") from error

from modecollapse.figures.__main__ import main

ATTRIBUTES = {
    "schema_version": "1.0",
    "version": "0.1.0",
    "git_sha": "0123456789abcdef+dirty",
    "seed": "7",
    "backend": "cpu",
    "isa": "avx2",
    "precision": "double",
}


def flagged(dims: tuple, values: object, meanings: str) -> tuple:
    flags = {
        "flag_values": np.arange(len(meanings.split()), dtype=np.int8),
        "flag_meanings": meanings,
    }
    return dims, np.asarray(values, np.int8), flags


def by_gid(figure, prefix: str) -> dict:
    """The artists whose gid starts with `prefix`, by the rest of the gid."""
    found = figure.findobj(lambda artist: (artist.get_gid() or "").startswith(prefix))
    return {artist.get_gid()[len(prefix) :]: artist for artist in found}


def texts_of(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text)]


def faults(figure) -> list[str]:
    """Texts that are cut off or overlap, and legends that cover data."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    shown = []
    for axes in figure.axes:
        ticks = [
            *between(axes.get_xticklabels(), 0, axes.get_xlim()),
            *between(axes.get_yticklabels(), 1, axes.get_ylim()),
        ]
        shown += [*ticks, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        shown += [text for legend in legends_of(axes) for text in legend.get_texts()]
    shown += figure.texts
    boxes = [
        (text.get_text(), Text.get_window_extent(text, renderer)) for text in shown
    ]
    boxes = [(name, box) for name, box in boxes if name.strip() and box.width > 0]
    page = figure.bbox
    found = [
        f"cut off: {name}"
        for name, box in boxes
        if min(box.x0, box.y0) < 0 or box.x1 > page.x1 or box.y1 > page.y1
    ]
    for i, (name, a) in enumerate(boxes):
        for other, b in boxes[:i]:
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            up = min(a.y1, b.y1) - max(a.y0, b.y0)
            # A box has some air above and below its letters.
            if across > 0 and up > 0.25 * min(a.height, b.height):
                found.append(f"overlap: {name} and {other}")
    for axes in figure.axes:
        for legend in legends_of(axes):
            if legend.get_window_extent(renderer).y1 > axes.bbox.y0:
                found.append("a legend covers data")
    return found


def between(ticks, coordinate: int, limits: tuple[float, float]) -> list:
    """The tick labels that are drawn: those within the limits of their axis."""
    low, high = limits
    return [tick for tick in ticks if low <= tick.get_position()[coordinate] <= high]


def legends_of(axes) -> list:
    return [
        child
        for child in axes.get_children()
        if isinstance(child, matplotlib.legend.Legend)
    ]


class CommandLineCase(unittest.TestCase):
    """A folder of its own, and main for one kind of figure."""

    figure: str

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)
        self.output = self.path / "figure.png"

    def run_main(self, *arguments: object) -> tuple[int, str]:
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            code = main([self.figure, *map(str, arguments)])
        return code, errors.getvalue()

    def assert_refused(self, arguments: tuple, *parts: str) -> None:
        """Exit code 2, one line with all the parts, no file. arguments[1]: output."""
        code, message = self.run_main(*arguments)
        self.assertEqual(code, 2, message)
        for part in parts:
            self.assertIn(part, message)
        self.assertEqual(len(message.splitlines()), 1, message)
        self.assertFalse(Path(arguments[1]).exists())
