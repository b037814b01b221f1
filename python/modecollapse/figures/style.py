"""What the figures share: type sizes, colours, number formats, label gaps, saving.

Sizes are inches (figures), points (text) and dots per inch. Colours can be told apart
with any common kind of colour vision: an ordered scale (viridis without its yellow end)
and a set of categories (Okabe and Ito).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

FORMATS = (".png", ".pdf", ".svg")
POINTS_PER_INCH = 72.0
TEXT_SIZE = 8.5

RC = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "mathtext.fontset": "dejavusans",
    "font.size": TEXT_SIZE,
    "axes.labelsize": 9.5,
    "xtick.labelsize": TEXT_SIZE,
    "ytick.labelsize": TEXT_SIZE,
    "legend.fontsize": TEXT_SIZE,
    "legend.frameon": False,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
    "lines.linewidth": 1.4,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "pdf.fonttype": 42,  # text stays text
    "svg.hashsalt": "modecollapse",
}

# Those far from the ordered scale first: vermilion, black, reddish purple, orange.
CATEGORY_COLORS = (
    "#D55E00",
    "#000000",
    "#CC79A7",
    "#E69F00",
    "#0072B2",
    "#56B4E9",
    "#009E73",
)
CATEGORY_MARKERS = ("o", "s", "D", "p", "*", "P", "X")
# Beside the ordered colours, whose neighbours are alike in grey.
DASHES = ("solid", (0, (4, 1.5)), (0, (4, 1.5, 1, 1.5)), (0, (6, 1.5, 1, 1.5, 1, 1.5)))
REFERENCE_COLOR = "0.35"
TICK_STEPS = (1, 2, 2.5, 5, 10)


class OutputError(ValueError):
    """A figure cannot be saved where it was asked for."""


def ordered_colors(count: int) -> list[tuple[float, float, float, float]]:
    """`count` colours from dark to light, all visible as a thin line on white."""
    scale = matplotlib.colormaps["viridis"]
    return (
        [scale(position) for position in np.linspace(0.0, 0.82, count)]
        if count > 1
        else [scale(0.3)]
    )


def category(values: Sequence[str], index: int) -> str:
    """The colour or marker of category `index`; they repeat after the last."""
    return values[index % len(values)]


def fill(index: int, color: Any) -> Any:
    """Of a marker: every other one is hollow, so that neighbours differ in grey as well."""
    return "white" if index % 2 else color


def series(index: int, color: Any) -> dict[str, Any]:
    """Of a series of points: marker and filling, by which it is told apart in grey as well."""
    return {
        "color": color,
        "marker": category(CATEGORY_MARKERS, index),
        "markerfacecolor": fill(index, color),
    }


def number_math(value: float) -> str:
    """A number as mathtext without dollar signs.

    0.25, 3000, 10^{5}, 2\\times 10^{7}, 12{,}345
    """
    value = float(value)
    if value < 1e4 or value != int(value):
        return f"{value:g}"
    exponent = len(str(int(value))) - 1
    mantissa = f"{value / 10.0**exponent:.12g}"
    if mantissa == "1":
        return rf"10^{{{exponent}}}"
    if len(mantissa) <= 3:
        return rf"{mantissa}\times 10^{{{exponent}}}"
    return f"{int(value):,}".replace(",", "{,}")


def set_log_ticks(axis: Axis, decades: float) -> None:
    """Powers of ten with minor ticks, if there are few; 1, 2, 5 in a short range."""
    if decades < 1.5:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=10))
        axis.set_major_formatter(FuncFormatter(lambda v, _: f"${number_math(v)}$"))
        axis.set_minor_locator(LogLocator(subs=range(1, 10), numticks=10))
    else:
        if decades <= 8.0:
            axis.set_major_locator(LogLocator(numticks=10))
        minor = LogLocator(subs=range(2, 10), numticks=10)
        axis.set_minor_locator(minor if decades <= 6.0 else NullLocator())
    axis.set_minor_formatter(NullFormatter())


def spread(
    positions: Sequence[float], gap: float, low: float, high: float
) -> list[float]:
    """Positions moved apart to at least `gap`, in the same order.

    They end at or below `high`; if there is room, at or above `low`.
    """
    order = np.argsort(positions, kind="stable")
    placed = np.clip(np.asarray(positions, dtype=float)[order], low, high)
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    for i in reversed(range(len(placed))):
        placed[i] = min(
            placed[i], high if i == len(placed) - 1 else placed[i + 1] - gap
        )
    result = np.empty_like(placed)
    result[order] = placed
    return result.tolist()


def check_output(path: Path, dpi: float, formats: Sequence[str] = FORMATS) -> None:
    """Raises OutputError if a figure cannot be saved at `path`; draws nothing."""
    if path.suffix.lower() not in formats:
        raise OutputError(
            f"cannot write {path}: the name must end in {', '.join(formats)}"
        )
    if not path.parent.is_dir():
        raise OutputError(f"cannot write {path}: no such directory: {path.parent}")
    if not 1.0 <= dpi <= 2400.0:
        raise OutputError(f"--dpi {dpi:g} is out of range: 1 to 2400")


def save_figure(figure: Figure, path: Path | str, dpi: float = 200.0) -> None:
    """Write `figure` in the format that the suffix of `path` names.

    Raises OutputError for a wrong path or dpi, OSError if writing fails.
    """
    check_output(Path(path), dpi)
    with matplotlib.rc_context(RC):
        figure.savefig(path, dpi=dpi, facecolor="white")
