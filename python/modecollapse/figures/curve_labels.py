"""Names of curves on or beside the curves themselves, each where no other curve is near.

So curves can be told apart in grey. Lengths are points; positions are taken as the axes stand now.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .layout import text_width
from .style import POINTS_PER_INCH

SIZE = 7.0
STEP = 2.0  # between the points that stand for a line
AIR = 1.0  # around a name
# Where a name stands, in halves of its size from a point of the curve: on it first, then beside it.
PLACES = ((0.0, 0.0), (0.0, 1.0), (0.0, -1.0), (1.0, 0.0), (-1.0, 0.0))


def label_curves(axes: Axes, curves: Sequence[Line2D]) -> None:
    """Writes the label of each curve; leaves out those for which there is no room."""
    paths = [points_of(axes, line) for line in curves]
    fixed: list[np.ndarray] = []  # the names so far
    for i, line in enumerate(curves):
        label = str(line.get_label())
        half = np.array([text_width(label, SIZE) * POINTS_PER_INCH, 1.2 * SIZE]) / 2 + AIR
        obstacles = [*fixed, *paths[:i], *paths[i + 1 :]]
        place = clearest(axes, paths[i], obstacles, half)
        if place is None:
            continue
        fixed.append(place + half * np.stack(np.meshgrid(*2 * [np.linspace(-1, 1, 9)]), -1)
                     .reshape(-1, 2))  # fmt: skip
        where = axes.transData.inverted().transform(place * scale(axes))
        axes.text(
            *where, label, fontsize=SIZE, color=line.get_color(), ha="center", va="center",
            gid=f"name:{line.get_gid()}", zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
        )  # fmt: skip


def scale(axes: Axes) -> float:
    """Pixels a point."""
    return axes.figure.dpi / POINTS_PER_INCH


def points_of(axes: Axes, line: Line2D) -> np.ndarray:
    """(n, 2): points of a line's path, at most STEP apart, within the panel."""
    corners = line.get_transform().transform(line.get_xydata()) / scale(axes)
    corners = corners[np.isfinite(corners).all(axis=1)]
    box = axes.bbox
    low, high = np.array(box.min) / scale(axes), np.array(box.max) / scale(axes)
    corners = np.clip(corners, low - 1.0, high + 1.0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    at = np.arange(0.0, along[-1] + STEP, STEP)
    return np.stack([np.interp(at, along, corners[:, k]) for k in (0, 1)], axis=1)


def clearest(
    axes: Axes, path: np.ndarray, obstacles: Sequence[np.ndarray], half: np.ndarray
) -> np.ndarray | None:
    """The middle of a name at the path, farthest from what it may not cover; None: no room.

    half: half of its width and height.
    """
    low, high = np.array(axes.bbox.min) / scale(axes), np.array(axes.bbox.max) / scale(axes)
    for place in PLACES:
        middles = path + (half + AIR) * place
        middles = middles[((middles - half >= low) & (middles + half <= high)).all(axis=1)]
        if middles.size == 0:
            continue
        room = np.full(len(middles), np.inf)
        for points in (*obstacles, *([path] if any(place) else [])):
            apart = np.abs(middles[:, None] - points[None]) / half
            room = np.minimum(room, apart.max(axis=2).min(axis=1))
        best = int(room.argmax())
        if room[best] > 1.0:
            return middles[best]
    return None
