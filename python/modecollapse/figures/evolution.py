"""The fitted density q over time in two dimensions: contours, and its 9th decile.

At d = 2 the order parameters give the means up to a reflection: mu* = R (1, 0),
mu_i = R (m_i, n_i) with n_1 = sqrt(1 - m_1^2) and n_1 n_2 = s - m_1 m_2 (Gram matrix).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

import modecollapse

from . import style
from .order_parameters import REQUIRED
from .outcome_colors import COLLAPSED
from .panels import Page
from .results import ResultError, check_variables
from .run_text import configuration, provenance_text, weights_text

GRID = 121  # points of the density along each axis
BEYOND = 3.0  # standard deviations shown beyond the modes
SHARES = (0.9, 0.7, 0.5, 0.3, 0.1)  # of the mass inside a contour; 0.9: 9th decile
TRIED = 64  # trajectories among which a pair is looked for
COVERED = ("matched", "swapped")
FIT_COLOR, TARGET_COLOR = "#0072B2", "#D55E00"


def means_in_the_plane(radius: float, m1, m2, s) -> np.ndarray:
    """The two means (2, 2): rows mu_1, mu_2; mu* is along the first axis."""
    n1 = np.sqrt(max(0.0, 1.0 - m1 * m1))
    n2 = np.sqrt(max(0.0, 1.0 - m2 * m2)) * (1.0 if s >= m1 * m2 else -1.0)
    return radius * np.array([[m1, n1], [m2, n2]])


def mixture_density(
    x: np.ndarray, y: np.ndarray, means: np.ndarray, weight: float
) -> np.ndarray:
    """Density (y, x) of the mixture of two unit Gaussians."""
    across, up = np.meshgrid(x, y)
    parts = [
        share * np.exp(-0.5 * ((across - a) ** 2 + (up - b) ** 2)) / (2 * np.pi)
        for share, (a, b) in zip((weight, 1.0 - weight), means)
    ]
    return parts[0] + parts[1]


def levels_of(density: np.ndarray, shares: Sequence[float]) -> list[float]:
    """The density at whose contour so much of the mass is inside, for each share."""
    ordered = np.sort(density.ravel())[::-1]
    mass = np.cumsum(ordered) / ordered.sum()
    return [float(ordered[np.searchsorted(mass, share)]) for share in shares]


def evolution_figure(results: Sequence[xr.Dataset], names: Sequence[str]) -> Figure:
    """A row a result, a column an output time: q of the first trajectory.

    results: of `modecollapse trajectory` at d = 2, with equal times; names: of the
    rows. Raises ResultError for another dimension.
    """
    for dataset in results:
        check_variables(dataset, "trajectory", REQUIRED)
        if configuration(dataset.attrs).get("dimension") != 2:
            raise ResultError("the plane needs trajectories at dimension 2")
    times = results[0]["time"].values
    page = Page(
        len(times), len(results), 1.15, 1.15, left=0.95, between=0.08, row_gap=0.08, below_axis=0.5
    )
    first = [
        "$d = 2$",
        *unique(weights_text(configuration(dataset.attrs)) for dataset in results),
        "rows: number of the trajectory and its end",
    ]
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(first, [provenance_text(results[0].attrs)])
        for row, (dataset, name) in enumerate(zip(results, names)):
            for column, time in enumerate(times):
                panel = axes[row, column]
                draw_density(panel, dataset, column)
                if row == 0:
                    panel.set_title(rf"$t = {time:g}$", fontsize=style.TEXT_SIZE)
                if row == len(results) - 1:
                    panel.set_xlabel(r"along $\mu^{\ast}$")
            lines = [*name.split(", "), fate_of(dataset)]  # a line is as long as a panel is high
            axes[row, 0].set_ylabel("\n".join(lines), fontsize=style.TEXT_SIZE)
        page.add_legend(figure, legend_handles(), 3)
    return figure


def pair_of(times: Sequence[float], seed: int, **problem: Any) -> tuple[xr.Dataset, xr.Dataset]:
    """Of the first TRIED trajectories one that covers both modes and one that collapses.

    Of each kind the one whose means start furthest apart. times: of the output; problem:
    options of `modecollapse trajectory`. Each result has one trajectory. Raises ResultError
    where all have the same fate.
    """
    ends = modecollapse.trajectory(id=range(TRIED), times=[0], seed=seed, **problem)
    chosen = []
    for classes, fate in ((COVERED, "covers both modes"), (COLLAPSED, "collapses")):
        found = np.flatnonzero(np.isin(ends["outcome"].values.astype(str), classes))
        if found.size == 0:
            raise ResultError(f"none of the first {TRIED} trajectories {fate}")
        furthest = found[np.argmin(ends["s"].values[found, 0])]
        number = int(ends["trajectory"].values[furthest])
        chosen.append(modecollapse.trajectory(id=[number], times=times, seed=seed, **problem))
    return chosen[0], chosen[1]


def fate_of(dataset: xr.Dataset) -> str:
    """What became of the first trajectory, as a label."""
    outcome = str(dataset["outcome"].values[0])
    return f"{dataset['trajectory'].values[0]}: {outcome.replace('_', ' ')}"


def unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, texts)))


def draw_density(axes: Axes, dataset: xr.Dataset, column: int) -> None:
    options = configuration(dataset.attrs)
    radius, target = options["radius"], options["target-weight"]
    at = {name: float(dataset[name].values[0, column]) for name in ("m1", "m2", "s", "w1")}
    grid = plane_grid(radius)
    means = means_in_the_plane(radius, at["m1"], at["m2"], at["s"])
    draw_contours(axes, radius, target, mixture_density(grid, grid, means, at["w1"]))
    for mean, weight in zip(means, (at["w1"], 1.0 - at["w1"])):
        axes.plot(*mean, ".", color=FIT_COLOR, markersize=1 + 7 * np.sqrt(weight), gid="mean")


def plane_grid(radius: float) -> np.ndarray:
    """Points along each axis of a panel."""
    end = radius + BEYOND
    return np.linspace(-end, end, GRID)


def draw_contours(axes: Axes, radius: float, target: float, fit: np.ndarray) -> None:
    """Contours of the target and of a fit (y, x) on the grid; mu* is to the right."""
    grid = plane_grid(radius)
    modes = np.array([[radius, 0.0], [-radius, 0.0]])
    truth = mixture_density(grid, grid, modes, target)
    axes.contour(
        grid,
        grid,
        truth,
        levels_of(truth, SHARES[:1]),
        colors=TARGET_COLOR,
        linestyles="--",
        linewidths=0.9,
    )
    axes.contour(
        grid,
        grid,
        fit,
        levels_of(fit, SHARES),
        colors=FIT_COLOR,
        linewidths=[1.5, *[0.6] * (len(SHARES) - 1)],
    )
    axes.set_aspect("equal")
    axes.set_xticks([-radius, 0, radius], ["$-R$", "0", "$R$"])
    axes.set_yticks([])


def legend_handles() -> list[Line2D]:
    return [
        Line2D([], [], color=FIT_COLOR, linewidth=1.5, label="$q$: 9th decile"),
        Line2D([], [], color=FIT_COLOR, linewidth=0.6, label="7th, 5th, 3rd, 1st"),
        Line2D([], [], color=TARGET_COLOR, linestyle="--", label="$p$: 9th decile"),
    ]
