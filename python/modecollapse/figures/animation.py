"""Two fits of one target side by side, moving: one covers both modes, the other loses one.

Frames are of equal steps of log(1 + t), because the fate is decided early and the rest is slow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg

from . import style
from .evolution import draw_density, legend_handles, pair_of
from .panels import Page
from .run_text import provenance_text

FORMATS = (".gif", ".webp")
FRAMES, LAST = 42, 30.0  # moving frames (the README's picture is to stay below 500 kB), last time
STILL = 18  # frames that the end is shown
RATE = 16  # frames a second
PROBLEM: dict[str, Any] = {"radius": 2.5, "dimension": 2, "target_weight": 1 / 3}


def frame_times() -> np.ndarray:
    """Times of the moving frames, from 0 to LAST."""
    return np.expm1(np.linspace(0.0, np.log1p(LAST), FRAMES))


def follow(seed: int) -> tuple[xr.Dataset, xr.Dataset]:
    """A trajectory that covers both modes and one that collapses, at frame_times()."""
    return pair_of(frame_times(), seed, **PROBLEM)


def collapse_animation(covers: xr.Dataset, collapses: xr.Dataset) -> FuncAnimation:
    """covers, collapses: of `modecollapse trajectory` at d = 2, with equal times."""
    page = Page(2, 1, 1.9, 1.9, left=0.2, between=0.25, below_axis=0.5)
    with matplotlib.rc_context(style.RC):
        first = [rf"$R = {PROBLEM['radius']:g}$", "$d = 2$", r"$w^{\ast} = 1/3$"]
        figure, axes = page.make(first, [provenance_text(covers.attrs)])
        FigureCanvasAgg(figure)
        page.add_legend(figure, legend_handles()[::2], 2)
        times = covers["time"].values

        def draw(frame: int) -> list:
            column = min(frame, len(times) - 1)
            with matplotlib.rc_context(style.RC):
                for panel, result, name in zip(
                    axes[0], (covers, collapses), ("covers both modes", "loses one")
                ):
                    panel.clear()
                    draw_density(panel, result, column)
                    panel.set_title(rf"{name}, $t = {times[column]:.1f}$",
                                    fontsize=style.TEXT_SIZE)
                    panel.set_xlabel(r"along $\mu^{\ast}$")
            return []

        return FuncAnimation(figure, draw, frames=FRAMES + STILL, interval=1000 / RATE)


def save_animation(path: Path | str, seed: int, dpi: float = 100.0) -> None:
    """Runs the engine and writes a .gif or .webp.

    Raises OutputError for a wrong path or dpi, OSError if writing fails.
    """
    style.check_output(Path(path), dpi, FORMATS)
    animation = collapse_animation(*follow(seed))
    with matplotlib.rc_context(style.RC):
        animation.save(path, writer=PillowWriter(fps=RATE), dpi=dpi)

