"""Cells of a sweep without a final number: pending, hatched; failed, crossed."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from .results import flag_names
from .style import CATEGORY_COLORS

UNFINISHED = ("pending", "failed")
PENDING = {"facecolor": "0.92", "edgecolor": "0.6", "hatch": "/////", "linewidth": 0}
FAILED_GREY = "0.8"
CROSS = {
    "linestyle": "none",
    "marker": "x",
    "color": CATEGORY_COLORS[0],
    "markersize": 4.5,
    "markeredgewidth": 1.3,
}


def cell_status(dataset: xr.Dataset) -> np.ndarray:
    """complete, pending or failed for every cell, in the shape of the grid."""
    return flag_names(dataset["status"])


def unfinished_counts(dataset: xr.Dataset) -> dict[str, int]:
    """How many cells are pending and failed, those that occur."""
    status = cell_status(dataset)
    counts = {name: int(np.sum(status == name)) for name in UNFINISHED}
    return {name: count for name, count in counts.items() if count}


def status_handles(dataset: xr.Dataset) -> list[Artist]:
    """Legend entries for the unfinished cells."""
    cells = dataset["status"].size
    handles: list[Artist] = []
    for name, count in unfinished_counts(dataset).items():
        label = f"{name} ({count} of {cells} cells)"
        if name == "pending":
            handles.append(Patch(label=label, **PENDING))
        else:
            handles.append(Line2D([], [], label=label, **CROSS))
    return handles
