"""P(collapse) along one axis of a sweep, a curve for each value of a choice if any."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from . import style
from .cell_status import (
    CROSS,
    FAILED_GREY,
    PENDING,
    cell_status,
    status_handles,
    unfinished_counts,
)
from .layout import Layout
from .quantities import quantity
from .sweep_axes import SweepAxis, draw_axis

LEGEND_COLUMNS = 2
CURVE_COLORS = (style.CATEGORY_COLORS[4], *style.CATEGORY_COLORS[:4])  # blue first
ABOVE_PANEL = 1.025  # of the panel's height: crosses there are no data
MANY_POINTS = 40  # smaller markers from here
DASHES = ("solid", (0, (4, 1.5)), (0, (1, 1.2)), (0, (4, 1.5, 1, 1.5)))


def draw_sweep_curves(
    axes: Axes,
    layout: Layout,
    dataset: xr.Dataset,
    x: SweepAxis,
    choice: SweepAxis | None,
) -> None:
    """Fill one panel; `dataset` has the axis x, and `choice` if there is one."""
    draw_axis(axes, "x", x)
    axes.set_ylim(-0.02, 1.02)
    axes.set_ylabel("probability of collapse $P$")
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
        layout.add_legend(axes, 0, handles, LEGEND_COLUMNS)


def legend_entries(dataset: xr.Dataset, choice: SweepAxis | None) -> int:
    if choice is not None:
        return choice.values.size
    return len(status_handles(dataset))


def series_label(choice: SweepAxis, value: str, series: xr.Dataset) -> str:
    """Name of a series, and how many of its cells have no number."""
    missing = [f"{count} {name}" for name, count in unfinished_counts(series).items()]
    left_out = f" (left out: {', '.join(missing)})" if missing else ""
    return f"{quantity(choice.name)} {value}{left_out}"


def draw_curve(
    axes: Axes, x: SweepAxis, series: xr.Dataset, index: int, label: str
) -> None:
    """Points with the exact 95 % interval: a band, or bars where no neighbours are.

    The line stops at cells without a number; along a choice there is none.
    """
    complete = cell_status(series) == "complete"
    p, low, high = (
        np.where(complete, series[name].values, np.nan)
        for name in ("p_collapse", "ci_low", "ci_high")
    )
    color = CURVE_COLORS[index % len(CURVE_COLORS)]
    marker = style.category(style.CATEGORY_MARKERS, index)
    axes.plot(
        x.positions,
        p,
        color=color,
        linestyle="none" if x.is_choice else DASHES[index % len(DASHES)],
        marker=marker,
        markersize=5 if x.is_choice else 2.2 if p.size > MANY_POINTS else 3.5,
        markeredgewidth=0,
        linewidth=1.2,
        label=label,
        gid=f"curve_{index}",
        zorder=3,
    )
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
    """The cells that are pending or failed, in the full height of the panel."""
    edges = x.edges
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
