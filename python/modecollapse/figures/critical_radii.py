"""Panel b of the threshold figure: R_c(d; level) with its bracket, a series a level.

Where R_c is not in the searched range there is no number to draw: an open triangle
stands in a grey strip without scale, at the top (level not reached) or at the bottom
(already above the level at the lowest radius).
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from . import style
from .layout import Layout, rows_for
from .results import flag_names
from .special_radii import DASHES, SYMBOLS, special_radii

OUT_OF_RANGE = {"not_reached": "^", "below_range": "v", "unsettled": "D"}
STRIP_ROW = 0.85  # height of a line of triangles, in lines of text
SMALLEST_SPAN = 0.05  # of the shown radii, so that Monte Carlo noise is not blown up


def draw_critical_radii(axes: Axes, layout: Layout, dataset: xr.Dataset) -> None:
    # Sorted, so that a level has the same colour in both panels.
    dataset = dataset.sortby(["dimension", "level"])
    lines = reference_lines(dataset)
    strips = {name: levels_with(dataset, name) for name in OUT_OF_RANGE}
    set_dimension_axis(axes, dataset["dimension"].values.astype(float))
    set_radius_axis(axes, layout, radius_span(dataset, lines), strips)
    draw_reference_lines(axes, layout, lines)
    for i in range(dataset["level"].size):
        draw_series(axes, dataset.isel(level=i), i)
    draw_out_of_range(axes, layout, dataset, strips)
    draw_legend(axes, layout, dataset, strips)


def reference_lines(dataset: xr.Dataset) -> dict[str, float]:
    """R_fold_plus and R_inf, as far as they were found in the searched range."""
    radius = dataset["evaluation_radius"].values
    found = special_radii(dataset)
    names = [name for name in ("r_fold_plus", "r_inf") if name in found]
    return {
        name: found[name]
        for name in names
        if radius.min() <= found[name] <= radius.max()
    }


def levels_with(dataset: xr.Dataset, status: str) -> list[int]:
    """Indices of the levels with at least one dimension of this status."""
    return np.flatnonzero(
        (flag_names(dataset["status"]) == status).any(axis=0)
    ).tolist()


def set_dimension_axis(axes: Axes, dimension: np.ndarray) -> None:
    low, high = np.log10(dimension.min()), np.log10(dimension.max())
    margin = max(0.06 * (high - low), 0.2)
    limits = low - margin, high + margin
    if np.floor(limits[1]) - np.ceil(limits[0]) < 1.0:  # fewer than two labelled ticks
        limits = np.ceil(low - 1.0), np.floor(high + 1.0)
    axes.set_xscale("log")
    axes.set_xlim(*(10.0**limit for limit in limits))
    axes.set_xlabel("dimension $d$")
    style.set_log_ticks(axes.xaxis, limits[1] - limits[0])


def radius_span(dataset: xr.Dataset, lines: dict[str, float]) -> tuple[float, float]:
    """Smallest and largest radius to show."""
    shown = np.concatenate(
        [dataset[name].values.ravel() for name in ("r_c", "r_c_ci_low", "r_c_ci_high")]
    )
    shown = np.concatenate([shown[np.isfinite(shown)], list(lines.values())])
    if shown.size == 0:
        shown = dataset["evaluation_radius"].values
    low, high = float(shown.min()), float(shown.max())
    widen = max(SMALLEST_SPAN - (high - low), 0.0) / 2 + 0.05 * (high - low)
    return low - widen, high + widen


def strip_height(layout: Layout, levels: list[int]) -> float:
    """Fraction of the panel for a strip with a line of triangles for each level."""
    return layout.fraction(STRIP_ROW * len(levels) + 0.3) if levels else 0.0


def strip_places(layout: Layout, strips: dict[str, list[int]]) -> dict[str, tuple[float, float]]:
    """Lower edge and height of each strip: unsettled below not_reached, both at the top."""
    height = {name: strip_height(layout, levels) for name, levels in strips.items()}
    top = 1.0 - height["not_reached"]
    start = {"below_range": 0.0, "not_reached": top, "unsettled": top - height["unsettled"]}
    return {name: (start[name], height[name]) for name in strips}


def set_radius_axis(
    axes: Axes, layout: Layout, span: tuple[float, float], strips: dict[str, list[int]]
) -> None:
    """Limits such that `span` fills the panel between the strips; ticks only there."""
    places = strip_places(layout, strips)
    top, bottom = 1.0 - places["unsettled"][0], places["below_range"][1]
    scale = (span[1] - span[0]) / (1.0 - top - bottom)
    axes.set_ylim(span[0] - bottom * scale, span[1] + top * scale)
    ticks = MaxNLocator(nbins=6, steps=style.TICK_STEPS).tick_values(*span)
    axes.set_yticks([tick for tick in ticks if span[0] <= tick <= span[1]])
    axes.set_ylabel(r"critical radius $R_\mathrm{c}$")
    for start, height in places.values():
        if height:
            strip = Rectangle(
                (0, start),
                1,
                height,
                transform=axes.transAxes,
                facecolor="0.93",
                linewidth=0,
                zorder=0,
            )
            axes.add_patch(strip)


def draw_reference_lines(axes: Axes, layout: Layout, lines: dict[str, float]) -> None:
    low, high = axes.get_ylim()
    heights = style.spread(
        [(r - low) / (high - low) for r in lines.values()],
        layout.fraction(1.0),
        0.0,
        1.0,
    )
    color = style.REFERENCE_COLOR
    for (name, radius), height in zip(lines.items(), heights):
        axes.axhline(
            radius,
            color=color,
            linestyle=DASHES[name],
            linewidth=0.9,
            zorder=1,
            gid=f"{name}_line",
        )
        axes.text(
            1.02,
            height,
            f"${SYMBOLS[name]}$",
            transform=axes.transAxes,
            color=color,
            va="center",
        )


def draw_series(axes: Axes, series: xr.Dataset, index: int) -> None:
    """R_c of one level: markers, brackets as error bars, a line that stops at gaps."""
    level = float(series["level"])
    color = style.category(style.CATEGORY_COLORS, index)
    found = flag_names(series["status"]) == "found"
    r_c = np.where(found, series["r_c"].values, np.nan)
    axes.plot(
        series["dimension"].values,
        r_c,
        color=color,
        linewidth=0.8,
        gid=f"r_c_level_{level:g}",
        zorder=2,
    )
    # An end that is NaN, or beyond r_c by rounding: no bar on that side.
    below = np.maximum(np.nan_to_num(r_c - series["r_c_ci_low"].values), 0.0)
    above = np.maximum(np.nan_to_num(series["r_c_ci_high"].values - r_c), 0.0)
    axes.errorbar(
        series["dimension"].values[found],
        r_c[found],
        yerr=[below[found], above[found]],
        linestyle="none",
        color=color,
        marker=style.category(style.CATEGORY_MARKERS, index),
        markersize=5,
        markeredgecolor="white",
        markeredgewidth=0.4,
        elinewidth=1.2,
        capsize=2.5,
        label=f"level {level:g}",
        zorder=3,
    )


def draw_out_of_range(
    axes: Axes, layout: Layout, dataset: xr.Dataset, strips: dict[str, list[int]]
) -> None:
    """Open triangles in the strips, one line for each level."""
    status = flag_names(dataset["status"])
    places = strip_places(layout, strips)
    for name, levels in strips.items():
        start = places[name][0]
        for row, level in enumerate(levels):
            chosen = dataset["dimension"].values[status[:, level] == name]
            height = start + layout.fraction(STRIP_ROW * (row + 0.5) + 0.15)
            axes.plot(
                chosen,
                np.full(chosen.size, height),
                transform=axes.get_xaxis_transform(),
                gid=f"{name}_level_{float(dataset['level'][level]):g}",
                **triangle(name, style.category(style.CATEGORY_COLORS, level)),
            )


def triangle(name: str, color: str) -> dict:
    return {
        "linestyle": "none",
        "marker": OUT_OF_RANGE[name],
        "markersize": 5.5,
        "markerfacecolor": "white",
        "markeredgecolor": color,
    }


def draw_legend(
    axes: Axes, layout: Layout, dataset: xr.Dataset, strips: dict[str, list[int]]
) -> None:
    """The levels; below them, in lines of their own, what the triangles mean."""
    radius = dataset["evaluation_radius"].values
    labels = {
        "not_reached": rf"not reached in the range ($R \leq {radius.max():g}$)",
        "unsettled": "not settled by these members",
        "below_range": rf"below the range ($R_\mathrm{{c}} \leq {radius.min():g}$)",
    }
    columns = level_columns(dataset)
    levels = layout.add_legend(axes, 1, axes.get_legend_handles_labels()[0], columns)
    notes = [
        Line2D([], [], label=labels[name], **triangle(name, style.REFERENCE_COLOR))
        for name in OUT_OF_RANGE
        if strips[name]
    ]
    if notes:
        axes.add_artist(levels)  # a second legend replaces the first otherwise
        layout.add_legend(
            axes, 1, notes, 1, skipped_rows=rows_for(dataset["level"].size, columns)
        )


def level_columns(dataset: xr.Dataset) -> int:
    return 3 if max(len(f"{level:g}") for level in dataset["level"].values) <= 5 else 2


def legend_rows(dataset: xr.Dataset) -> int:
    """Lines that draw_legend takes."""
    notes = sum(bool(levels_with(dataset, name)) for name in OUT_OF_RANGE)
    return rows_for(dataset["level"].size, level_columns(dataset)) + notes
