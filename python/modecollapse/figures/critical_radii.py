"""Panel b of the threshold figure: R_c(d; level) with its bracket, a series a level.

Where R_c is not in the searched range there is no number to draw: an open triangle
stands in a grey strip without scale, at the top (level not reached) or at the bottom
(already above the level at the lowest radius). With --over the same of what was searched,
which a falling P may leave above the range as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from . import style
from .layout import Layout, rows_for
from .results import flag_names
from .searched import Searched, dimension_symbol, searched_of
from .special_radii import DASHES, SYMBOLS, special_radii
from .theory_radii import Curve

OUT_OF_RANGE = {"not_reached": "^", "below_range": "v", "unsettled": "D", "above_range": ">"}
BY_THEORY = Line2D([], [], color=style.REFERENCE_COLOR, linewidth=0.8, label="lines: theory")
STRIP_ROW = 0.85  # height of a line of triangles, in lines of text
SMALLEST_SPAN = 0.02  # of the searched range, so that Monte Carlo noise is not blown up


def draw_critical_radii(
    axes: Axes, layout: Layout, dataset: xr.Dataset, theory: Mapping[float, Curve] | None = None
) -> None:
    """theory: level -> the curve that is drawn instead of straight lines between the points."""
    # Sorted, so that a level has the same colour in both panels.
    dataset = dataset.sortby(["dimension", "level"])
    searched = searched_of(dataset)
    lines = reference_lines(dataset)
    strips = {name: levels_with(dataset, name) for name in OUT_OF_RANGE}
    set_dimension_axis(axes, dataset["dimension"].values.astype(float))
    axes.set_xlabel(f"dimension ${dimension_symbol(dataset)}$")
    set_value_axis(axes, layout, searched, value_span(dataset, searched, lines), strips)
    draw_reference_lines(axes, layout, lines)
    for i in range(dataset["level"].size):
        level = float(dataset["level"][i])
        draw_series(axes, dataset.isel(level=i), i, None if theory is None else theory.get(level))
    draw_out_of_range(axes, layout, dataset, strips)
    draw_legend(axes, layout, dataset, strips, [] if theory is None else [BY_THEORY])


def reference_lines(dataset: xr.Dataset) -> dict[str, float]:
    """R_fold_plus and R_inf, as far as they were found in the searched range."""
    found = special_radii(dataset)
    if not found:
        return {}
    radius = dataset["evaluation_radius"].values
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


def value_span(
    dataset: xr.Dataset, searched: Searched, lines: dict[str, float]
) -> tuple[float, float]:
    """Smallest and largest value to show."""
    names = (searched.critical, *searched.ends)
    shown = np.concatenate([dataset[name].values.ravel() for name in names])
    shown = np.concatenate([shown[np.isfinite(shown)], list(lines.values())])
    evaluated = searched.scaled(dataset[searched.evaluated].values.astype(float))
    shown = searched.scaled(shown) if shown.size else evaluated
    low, high = float(shown.min()), float(shown.max())
    least = SMALLEST_SPAN * float(np.ptp(evaluated))
    widen = max(least - (high - low), 0.0) / 2 + 0.05 * (high - low)
    first, last = searched.unscaled(np.array([low - widen, high + widen])).tolist()
    return first, last


def strip_height(layout: Layout, levels: list[int]) -> float:
    """Fraction of the panel for a strip with a line of triangles for each level."""
    return layout.fraction(STRIP_ROW * len(levels) + 0.3) if levels else 0.0


def strip_places(
    layout: Layout, strips: dict[str, list[int]]
) -> dict[str, tuple[float, float]]:
    """Lower edge and height of each strip: at the top, from there down, and at the bottom."""
    height = {name: strip_height(layout, levels) for name, levels in strips.items()}
    start, top = {"below_range": 0.0}, 1.0
    for name in ("above_range", "not_reached", "unsettled"):
        top -= height[name]
        start[name] = top
    return {name: (start[name], height[name]) for name in strips}


def set_value_axis(
    axes: Axes,
    layout: Layout,
    searched: Searched,
    span: tuple[float, float],
    strips: dict[str, list[int]],
) -> None:
    """Limits such that `span` fills the panel between the strips; ticks only there."""
    places = strip_places(layout, strips)
    top, bottom = 1.0 - places["unsettled"][0], places["below_range"][1]
    low, high = searched.scaled(np.array(span))
    scale = (high - low) / (1.0 - top - bottom)
    if searched.is_log:
        axes.set_yscale("log")
    axes.set_ylim(*searched.unscaled(np.array([low - bottom * scale, high + top * scale])))
    ticks = [tick for tick in value_ticks(searched, span) if span[0] <= tick <= span[1]]
    labels = [f"${style.number_math(tick)}$" for tick in ticks] if searched.is_log else None
    axes.set_yticks(ticks, labels)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel(searched.critical_axis)
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


def value_ticks(searched: Searched, span: tuple[float, float]) -> np.ndarray:
    """Powers of ten, with 1, 2, 5 in few decades; in less than one as on a linear axis."""
    decades = float(np.log10(span[1] / span[0])) if searched.is_log else 0.0
    if decades < 1.0:
        return MaxNLocator(nbins=6, steps=style.TICK_STEPS).tick_values(*span)
    return LogLocator(subs=(1, 2, 5) if decades < 2.5 else (1,), numticks=10).tick_values(*span)


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


def draw_series(
    axes: Axes, series: xr.Dataset, index: int, theory: Curve | None = None
) -> None:
    """The critical values of one level: markers, brackets as error bars, a line with gaps.

    theory: the line instead.
    """
    level = float(series["level"])
    color = style.category(style.CATEGORY_COLORS, index)
    searched = searched_of(series)
    found = flag_names(series["status"]) == "found"
    critical = np.where(found, series[searched.critical].values, np.nan)
    name = searched.critical if theory is None else "theory"
    line = (series["dimension"].values, critical) if theory is None else theory
    axes.plot(*line, color=color, linewidth=0.8, gid=f"{name}_level_{level:g}", zorder=2)
    # An end that is NaN, or beyond the critical value by rounding: no bar on that side.
    low, high = (series[name].values for name in searched.ends)
    below = np.maximum(np.nan_to_num(critical - low), 0.0)
    above = np.maximum(np.nan_to_num(high - critical), 0.0)
    axes.errorbar(
        series["dimension"].values[found],
        critical[found],
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
    axes: Axes, layout: Layout, dataset: xr.Dataset, strips: dict[str, list[int]], notes: list
) -> None:
    """The levels; below them, in lines of their own, `notes` and what the triangles mean."""
    searched = searched_of(dataset)
    evaluated = dataset[searched.evaluated].values
    labels = searched.out_of_range(float(evaluated.min()), float(evaluated.max()))
    columns = level_columns(dataset)
    levels = layout.add_legend(axes, 1, axes.get_legend_handles_labels()[0], columns)
    notes = notes + [
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


def legend_rows(dataset: xr.Dataset, with_theory: Collection = ()) -> int:
    """Lines that draw_legend takes; with_theory: its curves, if they are drawn."""
    notes = bool(with_theory) + sum(bool(levels_with(dataset, name)) for name in OUT_OF_RANGE)
    return rows_for(dataset["level"].size, level_columns(dataset)) + notes
