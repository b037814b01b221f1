"""Panel a of the threshold figure: P(collapse; R, d), one curve for each dimension."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from . import style
from .layout import Layout
from .special_radii import DASHES, SYMBOLS, absence_text, recorded, special_radii

LEGEND_COLUMNS = 3


def draw_collapse_curves(axes: Axes, layout: Layout, dataset: xr.Dataset) -> None:
    dimensions = np.sort(dataset["dimension"].values)
    for dimension, color in zip(dimensions, style.ordered_colors(len(dimensions))):
        draw_curve(axes, dataset, int(dimension), color)
    axes.set_xlim(*shown_radii(dataset))
    ticks = (
        6 if np.ptp(axes.get_xlim()) > 0.02 else 3
    )  # a narrow range has long numbers
    axes.xaxis.set_major_locator(MaxNLocator(nbins=ticks, steps=style.TICK_STEPS))
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("radius of the target's modes $R$")
    axes.set_ylabel(r"probability of collapse $P$")
    draw_levels(axes, layout, np.sort(dataset["level"].values))
    draw_special_radii(axes, layout, dataset)
    layout.add_legend(axes, 0, axes.get_legend_handles_labels()[0], LEGEND_COLUMNS)


def draw_curve(
    axes: Axes, dataset: xr.Dataset, dimension: int, color: tuple[float, ...]
) -> None:
    """Straight lines between all evaluated radii, those of the refinement included.

    So a jump is drawn as steep as it was computed, and no steeper.
    """
    chosen = np.flatnonzero(dataset["evaluation_dimension"].values == dimension)
    chosen = chosen[
        np.argsort(dataset["evaluation_radius"].values[chosen], kind="stable")
    ]
    radius, p, low, high = (
        dataset[f"evaluation_{name}"].values[chosen]
        for name in ("radius", "p_collapse", "ci_low", "ci_high")
    )
    axes.fill_between(radius, low, high, color=color, alpha=0.3, linewidth=0, zorder=2)
    label = f"$d = {style.number_math(dimension)}$"
    axes.plot(
        radius, p, color=color, label=label, gid=f"dimension_{dimension}", zorder=3
    )


def shown_radii(dataset: xr.Dataset) -> tuple[float, float]:
    """The searched range, less most of a lower part where no dimension collapses."""
    radius = dataset["evaluation_radius"].values
    low, high = float(radius.min()), float(radius.max())
    collapsed = radius[dataset["evaluation_p_collapse"].values > 0]
    starts = [
        float(r)
        for r in (*collapsed, *special_radii(dataset).values())
        if low <= r <= high
    ]
    if starts:
        low = max(low, min(starts) - 0.1 * (high - min(starts)))
    margin = 0.02 * (high - low) or 0.5
    return low - margin, high + margin


def draw_levels(axes: Axes, layout: Layout, levels: np.ndarray) -> None:
    low, high = axes.get_ylim()
    heights = style.spread(
        ((levels - low) / (high - low)).tolist(), layout.fraction(0.75), 0.0, 1.0
    )
    for i, (level, height) in enumerate(zip(levels, heights)):
        color = style.category(style.CATEGORY_COLORS, i)
        axes.axhline(
            level,
            color=color,
            linestyle=(0, (1, 1.5)),
            linewidth=1.1,
            zorder=1.5,
            gid=f"level_{level:g}",
        )
        label = f"level {level:g}" if len(f"{level:g}") <= 4 else f"{level:g}"
        axes.text(
            1.015,
            height,
            label,
            transform=axes.transAxes,
            color=color,
            fontsize=7.5,
            va="center",
        )


def draw_special_radii(axes: Axes, layout: Layout, dataset: xr.Dataset) -> None:
    """Vertical lines, each continued above the panel to a line of text of its own.

    The text stands to the right of its line, and lines further left reach higher, so
    that labels never meet. Above them: a note on each radius that is not shown.
    """
    low, high = axes.get_xlim()
    radii = special_radii(dataset)
    inside = sorted(
        (name for name in radii if low <= radii[name] <= high),
        key=lambda name: radii[name],
    )
    row = 0.2
    for name in reversed(inside):
        draw_special_radius(
            axes, name, radii[name], 1.0 + layout.fraction(row), layout.fraction(1.0)
        )
        row += 1.0
    for name in reversed([name for name in recorded(dataset) if name not in inside]):
        note = (
            f"${SYMBOLS[name]} = {radii[name]:.4f}$ (outside the range)"
            if name in radii
            else ""
        )
        axes.text(
            0.0,
            1.0 + layout.fraction(row + 0.25),
            note or absence_text(dataset, name),
            transform=axes.transAxes,
            color=style.REFERENCE_COLOR,
            gid=f"{name}_note",
        )
        row += 1.0


def draw_special_radius(
    axes: Axes, name: str, radius: float, bottom: float, row: float
) -> None:
    """One vertical line and its label.

    `bottom` and height `row` of the line of text are fractions of the panel's height.
    """
    axes.axvline(
        radius,
        ymax=bottom + 0.85 * row,
        color=style.REFERENCE_COLOR,
        linestyle=DASHES[name],
        linewidth=0.9,
        clip_on=False,
        zorder=1,
        gid=name,
    )
    low, high = axes.get_xlim()
    flipped = radius - low > 0.75 * (high - low)
    axes.annotate(
        f"${SYMBOLS[name]} = {radius:.4f}$",
        (radius, bottom + 0.25 * row),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-3 if flipped else 3, 0),
        textcoords="offset points",
        ha="right" if flipped else "left",
        color=style.REFERENCE_COLOR,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.3},
        gid=f"{name}_label",
    )
