"""P(collapse), or a critical value, over two axes of a sweep: a coloured cell each.

P has contours. Cells without a number have no colour: pending ones show a hatched background,
failed ones are grey with a cross, those without a critical value have hatches of their own.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection, QuadMesh
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from . import style
from .cell_status import COMPLETE, CROSS, FAILED_GREY, NOT_FOUND, PENDING
from .cell_status import cell_status, status_columns, status_handles
from .contours import DASHES, LINE, draw_contours
from .critical_radii import value_ticks
from .layout import Layout, OwnAxes
from .shown import Shown, shown_of, span_of, with_number
from .sweep_axes import SweepAxis, draw_axis

COLOR_MAP = "viridis"
BAR_GAP, BAR_WIDTH = 0.12, 0.15  # inches
PROBABILITY_TICKS = (0, 0.1, 0.25, 0.5, 0.75, 1)


def draw_heat_map(
    axes: Axes, layout: Layout, dataset: xr.Dataset, x: SweepAxis, y: SweepAxis
) -> None:
    """Fill one panel, and to its right a colour bar; `dataset` has the axes x, y."""
    grid = dataset.transpose(y.name, x.name, ...)
    status = cell_status(grid)
    shown = shown_of(dataset)
    values = with_number(grid, shown.value, status == COMPLETE)
    low, high = span_of(shown, [values], dataset)
    draw_axis(axes, "x", x)
    draw_axis(axes, "y", y)
    axes.spines[:].set_visible(True)
    mesh = axes.pcolormesh(
        x.edges,
        y.edges,
        np.ma.masked_invalid(values),
        cmap=COLOR_MAP,
        norm=(LogNorm if shown.is_log else Normalize)(low, high),
        rasterized=True,
        gid=shown.value,
        zorder=2,
    )
    drawn = draw_contours(axes, x, y, values) if shown.searched is None else []
    draw_color_bar(axes, layout, mesh, shown, drawn)
    draw_without_number(axes, x, y, status)
    handles = status_handles(dataset)
    if handles:
        layout.add_legend(axes, 0, handles, status_columns(dataset))


def draw_without_number(
    axes: Axes, x: SweepAxis, y: SweepAxis, status: np.ndarray
) -> None:
    """Pending cells: a hatched background of the panel. Failed cells: grey, crossed.

    Cells whose critical value was not found: hatched by the reason.
    """
    if np.any(status == "pending"):
        background = Rectangle(
            (0, 0), 1, 1, transform=axes.transAxes, zorder=1, gid="pending", **PENDING
        )
        axes.add_patch(background)
    for name, look in NOT_FOUND.items():
        cells = [
            Rectangle((x.edges[i], y.edges[j]), np.diff(x.edges)[i], np.diff(y.edges)[j])
            for j, i in zip(*np.nonzero(status == name))
        ]
        if cells:
            axes.add_collection(PatchCollection(cells, zorder=2, gid=name, **look), autolim=False)
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
    axes: Axes, layout: Layout, mesh: QuadMesh, shown: Shown, levels: list[float]
) -> None:
    """The colours of P from 0 to 1, crossed by a line at each level drawn; of other values all."""
    if isinstance(layout, OwnAxes):
        bar = axes.figure.colorbar(mesh, ax=axes)
    else:
        bar = axes.figure.colorbar(mesh, cax=bar_beside(axes.figure, layout))
    span = float(mesh.norm.vmin), float(mesh.norm.vmax)
    ticks = value_ticks(shown.searched, span) if shown.searched else PROBABILITY_TICKS
    ticks = [tick for tick in ticks if span[0] <= tick <= span[1]]
    bar.ax.minorticks_off()
    bar.set_ticks(ticks, labels=[f"{tick:.5g}" for tick in ticks])
    bar.ax.tick_params(labelsize=style.TEXT_SIZE)
    bar.set_label(shown.label, labelpad=4)
    for level in levels:
        bar.ax.axhline(level, linestyle=DASHES[level], **LINE)


def bar_beside(figure: Figure, layout: Layout) -> Axes:
    """Axes for a colour bar, to the right of the first panel."""
    left = layout.panel_left[0] + layout.panel_width[0] + BAR_GAP
    across, up = 1.0 / layout.width, 1.0 / layout.height
    return figure.add_axes(
        (
            left * across,
            layout.bottom * up,
            BAR_WIDTH * across,
            layout.panel_height * up,
        )
    )
