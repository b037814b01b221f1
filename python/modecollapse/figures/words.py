"""The words of an output in one picture: order parameters of a state, and how runs end.

Drawn from the definitions m_i = <mu_i, mu*>/R^2 and s = <mu_1, mu_2>/R^2 in a plane through mu*;
nothing is simulated. Lengths are in units of R.
"""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc, Circle

from . import style
from .evolution import FIT_COLOR, TARGET_COLOR

STATE = (0.58, -0.54)  # m1, m2 of the large panel, with both means on the circle of starts
SPREAD = 0.3  # radius at which a component is drawn
# (m1, m2) at the end, the share of the first component, and whether a mode is lost
ENDS: dict[str, tuple[float, float, float, bool]] = {
    "matched": (1.0, -1.0, 0.5, False),
    "swapped": (-1.0, 1.0, 0.5, False),
    "undecided": (0.35, -0.35, 0.5, False),
    "aligned_plus": (1.0, 1.0, 0.5, True),
    "aligned_minus": (-1.0, -1.0, 0.5, True),
    "vanished": (0.0, 1.0, 0.02, True),
}
BESIDE = 0.16  # two components in one place are drawn so far apart


def words_figure() -> Figure:
    width, height = 7.2, 2.75
    with matplotlib.rc_context(style.RC):
        figure = Figure(figsize=(width, height))
        state = figure.add_axes((0.01, 0.0, 0.46, 0.9))
        draw_state(state)
        for number, (name, end) in enumerate(ENDS.items()):
            row, column = divmod(number, 3)
            panel = figure.add_axes((0.49 + 0.17 * column, 0.56 - 0.49 * row, 0.165, 0.32))
            draw_end(panel, name, *end)
        for y, text in ((0.95, "no collapse"), (0.46, "collapse: a mode is lost")):
            figure.text(0.5, y, text, fontsize=style.TEXT_SIZE, fontweight="bold", va="center")
        figure.text(0.02, 0.95, "the state of a run", fontsize=style.TEXT_SIZE,
                    fontweight="bold", va="center")
    return figure


def bare(axes: Axes, reach: float) -> None:
    axes.set_aspect("equal")
    axes.axis("off")
    axes.set(xticks=[], yticks=[])
    axes.set_xlim(-reach, reach)


def draw_modes(axes: Axes) -> None:
    axes.plot([-1.0, 1.0], [0.0, 0.0], color=style.REFERENCE_COLOR, linewidth=0.7)
    for mode in (-1.0, 1.0):
        axes.add_patch(Circle((mode, 0.0), SPREAD, fill=False, color=TARGET_COLOR, linestyle="--"))


def draw_component(axes: Axes, number: int, place: np.ndarray, weight: float = 0.5) -> None:
    size = SPREAD * np.sqrt(2.0 * weight)
    axes.add_patch(Circle(place, size, facecolor=FIT_COLOR, alpha=0.25))
    axes.add_patch(Circle(place, size, fill=False, color=FIT_COLOR))
    up = 0.0 if size > 0.1 else 0.2
    axes.text(place[0], place[1] + up, str(number), ha="center", va="center")


def draw_state(axes: Axes) -> None:
    """Target and fit, and what m1, m2, s, R are."""
    bare(axes, 1.6)
    axes.set_ylim(-1.3, 1.4)
    axes.add_patch(Circle((0.0, 0.0), 1.0, fill=False, color="0.8", linewidth=0.8))
    draw_modes(axes)
    ends = [np.array([m, np.sqrt(1.0 - m * m)]) for m in STATE]
    for number, end in enumerate(ends, 1):
        draw_component(axes, number, end)
        axes.annotate("", end, (0.0, 0.0), arrowprops={"arrowstyle": "->", "color": FIT_COLOR})
        axes.plot([end[0], end[0]], [0.0, end[1]], ":", color=FIT_COLOR, linewidth=1.0)
        axes.plot(end[0], 0.0, "|", color=FIT_COLOR, markersize=7, gid=f"overlap:{number}")
        inwards = "right" if end[0] > 0 else "left"
        axes.text(end[0], -0.07, f"$m_{number} R$", ha=inwards, va="top", color=FIT_COLOR)
        side = 1.0 if end[0] > 0 else -1.0
        axes.text(end[0] + 0.34 * side, end[1] + 0.18, rf"$\mu_{number},\ w_{number}$",
                  ha="left" if side > 0 else "right", color=FIT_COLOR)
    angles = [float(np.degrees(np.arctan2(end[1], end[0]))) for end in ends]
    axes.add_patch(Arc((0.0, 0.0), 0.5, 0.5, theta1=angles[0], theta2=angles[1], color="black"))
    middle = np.radians(np.mean(angles))
    place = 0.47 * np.array([np.cos(middle), np.sin(middle)])
    axes.text(*place, r"$\cos^{-1} s$", ha="center", va="center")
    for mode, name in ((1.0, r"$+\mu^{\ast},\ w^{\ast}$"), (-1.0, r"$-\mu^{\ast},\ 1-w^{\ast}$")):
        axes.plot(mode, 0.0, "+", color=TARGET_COLOR)
        axes.text(mode, -0.36, name, ha="center", va="top", color=TARGET_COLOR)
    axes.annotate("", (0.0, -1.0), (0.0, 0.0), arrowprops={"arrowstyle": "<->", "color": "0.35"})
    axes.text(0.05, -0.6, "$R$")
    axes.text(0.0, -1.08, "random starts lie on this sphere", ha="center", va="top",
              color=style.REFERENCE_COLOR, fontsize=7.5)


def draw_end(axes: Axes, name: str, m1: float, m2: float, weight: float, lost: bool) -> None:
    bare(axes, 1.45)
    axes.set_ylim(-0.9, 0.8)
    draw_modes(axes)
    for mode, sign in ((-1.0, "$-$"), (1.0, "$+$")):
        axes.text(mode, 0.5, sign, ha="center", color=TARGET_COLOR)
    apart = BESIDE if m1 == m2 else 0.0
    for number, (m, shift, share) in enumerate(((m1, apart, weight), (m2, -apart, 1 - weight)), 1):
        draw_component(axes, number, np.array([m, shift]), min(share, 0.5))
    color = TARGET_COLOR if lost else "black"
    axes.text(0.0, -0.6, name, ha="center", va="top", color=color)
