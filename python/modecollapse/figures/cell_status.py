"""Cells of a sweep without a number: pending, hatched; failed, crossed.

Those whose critical value was not found are hatched too, each status its own way.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .results import flag_names
from .shown import critical_status, searched_range, shown_of
from .style import CATEGORY_COLORS

UNFINISHED = ("pending", "failed")
COMPLETE = "complete"
PENDING = {"facecolor": "0.92", "edgecolor": "0.6", "hatch": "/////", "linewidth": 0}
FAILED_GREY = "0.8"
NOT_FOUND = {  # of a critical value: hatches that differ in grey as well
    name: {"facecolor": "1.0", "edgecolor": "0.45", "hatch": hatch, "linewidth": 0}
    for name, hatch in (
        ("not_reached", "...."),
        ("below_range", "\\\\\\\\"),
        ("above_range", "----"),
        ("unsettled", "xxxx"),
    )
}
CROSS = {
    "linestyle": "none",
    "marker": "x",
    "color": CATEGORY_COLORS[0],
    "markersize": 4.5,
    "markeredgewidth": 1.3,
}


def cell_status(dataset: xr.Dataset) -> np.ndarray:
    """complete, pending or failed for every cell, in the shape of the grid.

    A cell that is complete, but found no critical value: why not (a key of NOT_FOUND).
    """
    status = flag_names(dataset["status"])
    shown = shown_of(dataset)
    if shown.searched is None:
        return status
    found = critical_status(dataset, shown)
    return np.where((status == COMPLETE) & (found != "found"), found, status)


def unfinished_counts(dataset: xr.Dataset) -> dict[str, int]:
    """How many cells are pending, failed or without a critical value, those that occur."""
    status = cell_status(dataset)
    counts = {name: int(np.sum(status == name)) for name in (*UNFINISHED, *NOT_FOUND)}
    return {name: count for name, count in counts.items() if count}


def status_handles(dataset: xr.Dataset) -> list[Artist]:
    """Legend entries for the cells without a number."""
    cells = dataset["status"].size
    searched = shown_of(dataset).searched
    why = searched.out_of_range(*searched_range(dataset, searched)) if searched else {}
    handles: list[Artist] = []
    for name, count in unfinished_counts(dataset).items():
        label = f"{name} ({count} of {cells} cells)"
        if name in NOT_FOUND:
            handles.append(Patch(label=why[name], **NOT_FOUND[name]))
        elif name == "pending":
            handles.append(Patch(label=label, **PENDING))
        else:
            handles.append(Line2D([], [], label=label, **CROSS))
    return handles


def status_columns(dataset: xr.Dataset) -> int:
    """Columns of a legend of status_handles: words on critical values need the width."""
    return 1 if set(unfinished_counts(dataset)) & set(NOT_FOUND) else 2
