"""K components in two dimensions over time: contours of q beside those of p.

The modes span the plane, so that the products m_i_k = mu_i.nu_k give the means: mu_i =
m_i N^+, N the modes as rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .evolution import BEYOND, FIT_COLOR, SHARES, TARGET_COLOR, legend_handles, levels_of
from .panels import Page
from .results import ResultError
from .run_text import provenance_text

GRID = 161


def means_over_time(result: xr.Dataset, modes: np.ndarray) -> np.ndarray:
    """The means of the first trajectory: (time, K, 2). modes: (K*, 2)."""
    if np.linalg.matrix_rank(modes) != 2 or float(result["dimension"]) != 2:
        raise ResultError("the plane needs modes that span it, and trajectories at dimension 2")
    count = int(result["components"])
    products = np.array(
        [
            [result[f"m_{i}_{k}"].values[0] for k in range(1, len(modes) + 1)]
            for i in range(1, count + 1)
        ]
    )  # (K, K*, time)
    return np.moveaxis(products, 2, 0) @ np.linalg.pinv(modes).T


def weights_over_time(result: xr.Dataset) -> np.ndarray:
    """(time, K)."""
    count = int(result["components"])
    return np.stack([result[f"weight_{i}"].values[0] for i in range(1, count + 1)], axis=1)


def density(x: np.ndarray, means: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of a mixture of unit Gaussians on the grid of `x` along both axes."""
    across, up = np.meshgrid(x, x)
    return sum(
        weight * np.exp(-0.5 * ((across - a) ** 2 + (up - b) ** 2)) / (2 * np.pi)
        for weight, (a, b) in zip(weights, means)
    )


def components_evolution_figure(
    results: Sequence[xr.Dataset], names: Sequence[str], modes: np.ndarray, first: Sequence[str]
) -> Figure:
    """A row a result of `modecollapse trajectory`, a column an output time; of equal times.

    names: of the rows. modes: (K*, 2), of equal weights.
    """
    times = results[0]["time"].values
    page = Page(
        len(times), len(results), 1.25, 1.25, left=0.75, between=0.08, row_gap=0.08, below_axis=0.1
    )
    reach = float(np.abs(modes).max()) + BEYOND
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(first, [provenance_text(results[0].attrs)])
        for row, (result, name) in enumerate(zip(results, names)):
            means, weights = means_over_time(result, modes), weights_over_time(result)
            for column, time in enumerate(times):
                panel = axes[row, column]
                draw(panel, modes, means[column], weights[column], reach)
                if row == 0:
                    panel.set_title(rf"$t = {time:g}$", fontsize=style.TEXT_SIZE)
            outcome = str(result["outcome"].values[0]).replace("_", " ")
            axes[row, 0].set_ylabel(f"{name}\n{outcome}", fontsize=style.TEXT_SIZE)
        page.add_legend(figure, legend_handles(), 3)
    return figure


def draw(axes: Axes, modes: np.ndarray, means: np.ndarray, weights: np.ndarray, reach: float):
    grid = np.linspace(-reach, reach, GRID)
    target = density(grid, modes, np.full(len(modes), 1.0 / len(modes)))
    fit = density(grid, means, weights)
    axes.contour(grid, grid, target, levels_of(target, SHARES[:1]), colors=TARGET_COLOR,
                 linestyles="--", linewidths=0.9)  # fmt: skip
    axes.contour(grid, grid, fit, levels_of(fit, SHARES), colors=FIT_COLOR,
                 linewidths=[1.5, *[0.6] * (len(SHARES) - 1)])  # fmt: skip
    axes.plot(*means.T, ".", color=FIT_COLOR, markersize=4, gid="means")
    axes.set_aspect("equal")
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_xticks([])
    axes.set_yticks([])
