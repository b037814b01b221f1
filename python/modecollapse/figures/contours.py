"""Contours of P(collapse) over two axes, each with a tag that names its level.

Between the centres of the cells P is interpolated linearly along each axis as drawn
(so against log d). No line crosses a cell without a number.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from .sweep_axes import SweepAxis

LEVELS = (0.1, 0.5)
DASHES = {0.1: (0, (4, 1.5)), 0.5: "solid"}
CASING = "0.1"  # dark border of the white lines: visible on every colour
LINE = {
    "color": "white",
    "linewidth": 1.3,
    "path_effects": [withStroke(linewidth=2.5, foreground=CASING)],
}
FINER = 8  # lines are followed on a grid so many times finer than the cells,
MOST_POINTS = 2000  # or less: with at most so many points along an axis
TAG = np.array([0.48, 0.2])  # inches, with some room around it
CANDIDATES = 500  # places for a tag, about


def draw_contours(axes: Axes, x: SweepAxis, y: SweepAxis, p: np.ndarray) -> list[float]:
    """Lines at LEVELS, as far as there are any; returns the levels drawn.

    p: (y, x), NaN in the cells without a number
    """
    if x.is_choice or y.is_choice or min(p.shape) < 2:
        return []
    lines = {level: contour_lines(x, y, p, level) for level in LEVELS}
    drawn = [level for level in LEVELS if lines[level]]
    for level in drawn:
        collection = LineCollection(
            lines[level],
            linestyles=[DASHES[level]],
            gid=f"contour_{level:g}",
            zorder=3,
            **LINE,
        )
        axes.add_collection(collection, autolim=False)
    points = {level: np.concatenate(lines[level]) for level in drawn}
    tags: list[np.ndarray] = []
    for level in drawn:
        others = [points[other] for other in drawn if other != level]
        others.append(np.concatenate([line[[0, -1]] for line in lines[level]]))
        place = tag_place(axes, x, y, p, points[level], others, tags)
        if place is not None:
            add_tag(axes, level, place)
            tags.append(place)
    return drawn


def contour_lines(
    x: SweepAxis, y: SweepAxis, p: np.ndarray, level: float
) -> list[np.ndarray]:
    """Lines of (points, 2) in the coordinates of the axes."""
    if not np.nanmin(p) < level < np.nanmax(p):
        return []
    old_x, old_y = x.scaled(x.positions), y.scaled(y.positions)
    new_x, new_y = finer(old_x), finer(old_y)
    fine = interpolated(old_x, new_x, p)
    fine = interpolated(old_y, new_y, fine.T).T
    scratch = Figure().add_subplot()
    found = scratch.contour(new_x, new_y, np.ma.masked_invalid(fine), levels=[level])
    return [
        np.column_stack([x.unscaled(line[:, 0]), y.unscaled(line[:, 1])])
        for line in found.allsegs[0]
        if len(line) > 1
    ]


def finer(lengths: np.ndarray) -> np.ndarray:
    """(n,) -> (k (n - 1) + 1,), the given points among them."""
    times = max(1, min(FINER, MOST_POINTS // lengths.size))
    index = np.arange(times * (lengths.size - 1) + 1) / times
    return np.interp(index, np.arange(lengths.size), lengths)


def interpolated(old: np.ndarray, new: np.ndarray, p: np.ndarray) -> np.ndarray:
    """(rows, old) -> (rows, new), linear; NaN beside NaN."""
    return np.stack([np.interp(new, old, row) for row in p])


def tag_place(
    axes: Axes,
    x: SweepAxis,
    y: SweepAxis,
    p: np.ndarray,
    line: np.ndarray,
    others: list[np.ndarray],
    tags: list[np.ndarray],
) -> np.ndarray | None:
    """The point of `line` (points, 2) furthest from the border and from all else.

    A tag there must not cover one of the `others` (points, 2), such as other lines and
    the ends of this one, nor meet one of the `tags` (2,), nor leave the cells with a
    number; if there is no such place: None.
    (The colour bar tells the levels, too.)
    """
    to_inches = axes.transData + axes.figure.dpi_scale_trans.inverted()
    line = line[:: -(-len(line) // CANDIDATES)]
    centres = to_inches.transform(line) / TAG  # from here in sizes of a tag
    corners = [(x.edges[0], y.edges[0]), (x.edges[-1], y.edges[-1])]
    low, high = to_inches.transform(corners) / TAG
    room = np.minimum(centres - low, high - centres).min(axis=1)
    for other in others:
        other = to_inches.transform(other[:: -(-len(other) // CANDIDATES)]) / TAG
        room = np.minimum(room, distance(centres, other))
    if tags:
        room = np.minimum(room, distance(centres, to_inches.transform(tags) / TAG) / 2)
    steps = np.linspace(-0.5, 0.5, 5)
    box = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(1, -1, 2)
    covered = ((centres[:, None] + box) * TAG).reshape(-1, 2)
    covered = to_inches.inverted().transform(covered)
    column = np.searchsorted(x.edges, covered[:, 0]).clip(1, p.shape[1]) - 1
    row = np.searchsorted(y.edges, covered[:, 1]).clip(1, p.shape[0]) - 1
    known = np.isfinite(p[row, column]).reshape(len(line), -1).all(axis=1)
    room = np.where(known, room, 0.0)
    best = int(np.argmax(room))
    return line[best] if room[best] > 0.5 else None


def distance(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(n, 2), (m, 2) -> (n,): half side of the largest square that meets no other."""
    return np.abs(points[:, None] - others[None]).max(axis=2).min(axis=1)


def add_tag(axes: Axes, level: float, place: np.ndarray) -> None:
    axes.text(
        *place,
        f"$P = {level:g}$",
        color="white",
        fontsize=7.5,
        ha="center",
        va="center",
        bbox={"boxstyle": "round,pad=0.2", "facecolor": CASING, "linewidth": 0},
        gid=f"contour_label_{level:g}",
        zorder=5,
    )
