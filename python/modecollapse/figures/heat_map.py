"""P(collapse) over two axes of a sweep: a coloured cell each, with contours.

Cells without a final number have no colour: pending ones show a hatched background,
failed ones are grey with a cross.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from . import style
from .cell_status import CROSS, FAILED_GREY, PENDING, cell_status, status_handles
from .contours import DASHES, LINE, draw_contours
from .layout import Layout
from .sweep_axes import SweepAxis, draw_axis

COLOR_MAP = "viridis"
BAR_GAP, BAR_WIDTH = 0.12, 0.15  # inches
LEGEND_COLUMNS = 2


def draw_heat_map(
    axes: Axes, layout: Layout, dataset: xr.Dataset, x: SweepAxis, y: SweepAxis
) -> None:
    """Fill one panel, and to its right a colour bar; `dataset` has the axes x, y."""
    grid = dataset.transpose(y.name, x.name, ...)
    status = cell_status(grid)
    p = np.where(status == "complete", grid["p_collapse"].values, np.nan)
    draw_axis(axes, "x", x)
    draw_axis(axes, "y", y)
    axes.spines[:].set_visible(True)
    mesh = axes.pcolormesh(
        x.edges,
        y.edges,
        np.ma.masked_invalid(p),
        cmap=COLOR_MAP,
        vmin=0.0,
        vmax=1.0,
        rasterized=True,
        gid="p_collapse",
        zorder=2,
    )
    drawn = draw_contours(axes, x, y, p)
    draw_color_bar(axes.figure, layout, mesh, drawn)
    draw_without_number(axes, x, y, status)
    handles = status_handles(dataset)
    if handles:
        layout.add_legend(axes, 0, handles, LEGEND_COLUMNS)


def draw_without_number(
    axes: Axes, x: SweepAxis, y: SweepAxis, status: np.ndarray
) -> None:
    """Pending cells: a hatched background of the panel. Failed cells: grey, crossed."""
    if np.any(status == "pending"):
        background = Rectangle(
            (0, 0), 1, 1, transform=axes.transAxes, zorder=1, gid="pending", **PENDING
        )
        axes.add_patch(background)
    rows, columns = np.nonzero(status == "failed")
    if rows.size:
        axes.pcolormesh(
            x.edges,
            y.edges,
            np.ma.masked_where(status != "failed", np.ones(status.shape)),
            cmap=ListedColormap([FAILED_GREY]),
            rasterized=True,
            zorder=2,
        )
        axes.plot(
            x.positions[columns], y.positions[rows], gid="failed", zorder=4, **CROSS
        )


def draw_color_bar(
    figure: Figure, layout: Layout, mesh: QuadMesh, levels: list[float]
) -> None:
    """The colours from 0 to 1, crossed by a line at each level drawn."""
    left = layout.panel_left[0] + layout.panel_width[0] + BAR_GAP
    across, up = 1.0 / layout.width, 1.0 / layout.height
    bar_axes = figure.add_axes(
        (
            left * across,
            layout.bottom * up,
            BAR_WIDTH * across,
            layout.panel_height * up,
        )
    )
    bar = figure.colorbar(mesh, cax=bar_axes, ticks=[0, 0.1, 0.25, 0.5, 0.75, 1])
    bar_axes.tick_params(labelsize=style.TEXT_SIZE)
    bar.ax.set_yticklabels(["0", "0.1", "0.25", "0.5", "0.75", "1"])
    bar.set_label("probability of collapse $P$", labelpad=4)
    for level in levels:
        bar_axes.axhline(level, linestyle=DASHES[level], **LINE)
