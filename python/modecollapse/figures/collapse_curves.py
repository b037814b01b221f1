"""Panel a of the threshold figure: P(collapse) over the radius (or what --over names).

One curve for each dimension.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from . import style
from .curve_labels import label_curves
from .layout import Layout
from .searched import Searched, dimension_symbol, searched_of
from .special_radii import DASHES, SYMBOLS, absence_text, recorded, special_radii

LEGEND_COLUMNS = 3


def draw_collapse_curves(axes: Axes, layout: Layout, dataset: xr.Dataset) -> None:
    searched = searched_of(dataset)
    curves = [
        draw_curve(axes, dataset, dimension, color) for dimension, color in curve_colors(dataset)
    ]
    set_value_axis(axes, searched, shown_values(dataset, searched))
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel(searched.axis)
    axes.set_ylabel(r"probability of collapse $P$")
    draw_levels(axes, layout, np.sort(dataset["level"].values))
    draw_special_radii(axes, layout, dataset)
    handles = axes.get_legend_handles_labels()[0]
    if handles:
        layout.add_legend(axes, 0, handles, LEGEND_COLUMNS)
    if len(curves) > 1:
        label_curves(axes, curves)


def curve_colors(dataset: xr.Dataset) -> Iterator[tuple[int | None, tuple[float, ...]]]:
    """Every dimension and its colour; None where the family has no dimensions to list."""
    dimensions = np.sort(dataset["dimension"].values) if "dimension" in dataset.dims else [None]
    for dimension, color in zip(dimensions, style.ordered_colors(len(dimensions))):
        yield None if dimension is None else int(dimension), color


def set_value_axis(axes: Axes, searched: Searched, span: tuple[float, float]) -> None:
    if searched.is_log:
        axes.set_xscale("log")
        axes.set_xlim(*span)
        style.set_log_ticks(axes.xaxis, float(np.log10(span[1] / span[0])))
        return
    axes.set_xlim(*span)
    narrow = 0.02 if searched.is_radius else 0.0
    ticks = 6 if span[1] - span[0] > narrow else 3  # a narrow range has long numbers
    axes.xaxis.set_major_locator(MaxNLocator(nbins=ticks, steps=style.TICK_STEPS))


def draw_curve(
    axes: Axes, dataset: xr.Dataset, dimension: int | None, color: tuple[float, ...]
) -> Line2D:
    """Straight lines between all evaluated values, those of the refinement included.

    So a jump is drawn as steep as it was computed, and no steeper.
    """
    evaluated = searched_of(dataset).evaluated
    if dimension is None:
        chosen = np.arange(dataset[evaluated].size)
    else:
        chosen = np.flatnonzero(dataset["evaluation_dimension"].values == dimension)
    chosen = chosen[np.argsort(dataset[evaluated].values[chosen], kind="stable")]
    value, p, low, high = (
        dataset[name].values[chosen]
        for name in (evaluated, *(f"evaluation_{n}" for n in ("p_collapse", "ci_low", "ci_high")))
    )
    axes.fill_between(value, low, high, color=color, alpha=0.3, linewidth=0, zorder=2)
    if dimension is None:
        return axes.plot(value, p, color=color, gid="curve", zorder=3)[0]
    label = f"${dimension_symbol(dataset)} = {style.number_math(dimension)}$"
    gid = f"dimension_{dimension}"
    return axes.plot(value, p, color=color, label=label, gid=gid, zorder=3)[0]


def shown_values(dataset: xr.Dataset, searched: Searched) -> tuple[float, float]:
    """The searched range; of radii less most of a lower part where no dimension collapses."""
    values = dataset[searched.evaluated].values
    low, high = searched.scaled(np.array([values.min(), values.max()], dtype=float))
    collapsed = values[dataset["evaluation_p_collapse"].values > 0]
    marks = [float(r) for r in (*collapsed, *special_radii(dataset).values()) if low <= r <= high]
    if searched.is_radius and marks:
        low = max(low, min(marks) - 0.1 * (high - min(marks)))
    margin = 0.02 * (high - low) or 0.5
    first, last = searched.unscaled(np.array([low - margin, high + margin])).tolist()
    return first, last


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
