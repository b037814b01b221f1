"""P(collapse), or a critical value, along one axis of a sweep; a curve each value of a choice."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from . import style
from .cell_status import (
    COMPLETE,
    CROSS,
    FAILED_GREY,
    NOT_FOUND,
    PENDING,
    cell_status,
    status_columns,
    status_handles,
    unfinished_counts,
)
from .layout import Layout
from .quantities import quantity, short_quantity
from .shown import Shown, shown_of, span_of, with_number
from .sweep_axes import SweepAxis, draw_axis

LEGEND_COLUMNS = 2
CURVE_COLORS = (style.CATEGORY_COLORS[4], *style.CATEGORY_COLORS[:4])  # blue first
ABOVE_PANEL = 1.025  # of the panel's height: crosses there are no data
MANY_POINTS = 40  # smaller markers from here


def draw_sweep_curves(
    axes: Axes,
    layout: Layout,
    dataset: xr.Dataset,
    x: SweepAxis,
    choice: SweepAxis | None,
) -> None:
    """Fill one panel; `dataset` has the axis x, and `choice` if there is one."""
    draw_axis(axes, "x", x)
    set_value_axis(axes, dataset, shown_of(dataset))
    if choice is None:
        draw_curve(axes, x, dataset, 0, label="")
        draw_without_number(axes, x, cell_status(dataset))
        handles = status_handles(dataset)
    else:
        for i, value in enumerate(choice.values):
            series = dataset.isel({choice.name: i})
            draw_curve(axes, x, series, i, series_label(choice, value, series))
        handles = axes.get_legend_handles_labels()[0]
    if handles:
        layout.add_legend(axes, 0, handles, legend_columns(dataset, choice))


def set_value_axis(axes: Axes, dataset: xr.Dataset, shown: Shown) -> None:
    """Label, scale and limits: all of P, or what was found with its intervals."""
    complete = cell_status(dataset) == COMPLETE
    names = (shown.value, *(shown.ends or ()))
    span = span_of(shown, [with_number(dataset, name, complete) for name in names], dataset)
    if shown.is_log:
        axes.set_yscale("log")
    low, high = np.log10(span) if shown.is_log else span
    ends = np.array([low, high]) + 0.02 * (high - low) * np.array([-1.0, 1.0])
    axes.set_ylim(*(10.0**ends if shown.is_log else ends).tolist())
    axes.set_ylabel(shown.label)
    if shown.is_log:
        style.set_log_ticks(axes.yaxis, float(np.ptp(ends)))


def legend_entries(dataset: xr.Dataset, choice: SweepAxis | None) -> int:
    if choice is not None:
        return choice.values.size
    return len(status_handles(dataset))


def legend_columns(dataset: xr.Dataset, choice: SweepAxis | None) -> int:
    return LEGEND_COLUMNS if choice is not None else status_columns(dataset)


def series_label(choice: SweepAxis, value: str, series: xr.Dataset) -> str:
    """Name of a series, and how many of its cells have no number."""
    counts = unfinished_counts(series)
    missing = [f"{count} {name.replace('_', ' ')}" for name, count in counts.items()]
    left_out = f" (left out: {', '.join(missing)})" if missing else ""
    if "," in value:  # a list, of which the words of one number are wrong, and long
        return f"{short_quantity(choice.name)} = {value.replace(',', ', ')}{left_out}"
    return f"{quantity(choice.name)} {value}{left_out}"


def draw_curve(
    axes: Axes, x: SweepAxis, series: xr.Dataset, index: int, label: str
) -> None:
    """Points with the exact 95 % interval: a band, or bars where no neighbours are.

    The line stops at cells without a number; along a choice there is none.
    """
    shown = shown_of(series)
    complete = cell_status(series) == COMPLETE
    p = with_number(series, shown.value, complete)
    color = CURVE_COLORS[index % len(CURVE_COLORS)]
    marker = style.category(style.CATEGORY_MARKERS, index)
    axes.plot(
        x.positions,
        p,
        color=color,
        linestyle="none" if x.is_choice else style.DASHES[index % len(style.DASHES)],
        marker=marker,
        markersize=5 if x.is_choice else 2.2 if p.size > MANY_POINTS else 3.5,
        markeredgewidth=0,
        linewidth=1.2,
        label=label,
        gid=f"curve_{index}",
        zorder=3,
    )
    if shown.ends is None:
        return
    low, high = (with_number(series, name, complete) for name in shown.ends)
    alone = np.ones(p.size, bool) if x.is_choice else without_neighbours(complete)
    bars = np.stack([p - low, high - p]).clip(min=0.0)
    axes.errorbar(
        x.positions[alone],
        p[alone],
        yerr=bars[:, alone],
        linestyle="none",
        color=color,
        elinewidth=1.2,
        capsize=3,
    )
    if not x.is_choice:
        axes.fill_between(
            x.positions, low, high, color=color, alpha=0.3, linewidth=0, zorder=2
        )


def without_neighbours(complete: np.ndarray) -> np.ndarray:
    """(n,) True where both neighbours are missing, so that a band has no width."""
    padded = np.concatenate([[False], complete, [False]])
    return complete & ~padded[:-2] & ~padded[2:]


def draw_without_number(axes: Axes, x: SweepAxis, status: np.ndarray) -> None:
    """The cells without a number, in the full height of the panel."""
    edges = x.edges
    for name, look in NOT_FOUND.items():
        for i in np.flatnonzero(status == name):
            axes.axvspan(edges[i], edges[i + 1], zorder=1, gid=name, **look)
    for i in np.flatnonzero(status == "pending"):
        axes.axvspan(edges[i], edges[i + 1], zorder=1, gid="pending", **PENDING)
    failed = np.flatnonzero(status == "failed")
    for i in failed:
        axes.axvspan(
            edges[i], edges[i + 1], facecolor=FAILED_GREY, linewidth=0, zorder=1
        )
    if failed.size:
        axes.plot(
            x.positions[failed],
            np.full(failed.size, ABOVE_PANEL),
            transform=axes.get_xaxis_transform(),
            clip_on=False,
            gid="failed",
            zorder=4,
            **CROSS,
        )
