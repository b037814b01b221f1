"""The density of a normalizing flow in two dimensions, at several steps of its training.

log q is the engine's own, at every point of a grid: `modecollapse sample --points` on
saved flows. mu* = R (1, 1) / sqrt 2 for flows; the panels are turned so that mu* points
to the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

import modecollapse

from . import style
from .evolution import draw_contours, legend_handles, plane_grid
from .outcome_colors import COLLAPSED
from .panels import Page
from .results import flag_names
from .run_text import (
    configuration,
    dynamics_text,
    provenance_text,
    trajectories_text,
    weights_text,
)

TURNED = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2.0)  # rows: along mu*, across it


@dataclass(frozen=True)
class Training:
    """Ensembles of one configuration that ended at several steps, and one member's q.

    results: of `modecollapse probability`, by increasing horizon
    member: whose densities are shown
    densities: (grid, grid) each, rows across mu*, columns along it
    """

    results: Sequence[xr.Dataset]
    member: int
    densities: Sequence[np.ndarray]

    @property
    def radius(self) -> float:
        return float(self.results[0]["radius"].item())


def plane_points(radius: float) -> np.ndarray:
    """The grid of a panel as points in the flow's own coordinates: (grid * grid, 2)."""
    along, across = np.meshgrid(plane_grid(radius), plane_grid(radius))
    return np.stack([along.ravel(), across.ravel()], axis=1) @ TURNED


def flow_density(flows: Path, member: int, radius: float) -> np.ndarray:
    """q of a saved flow on the grid of a panel: (grid, grid)."""
    points = plane_points(radius).ravel()
    looked = modecollapse.sample(flows=flows, member=member, points=points)
    size = plane_grid(radius).size
    return np.exp(looked["log_q"].values).reshape(size, size)


def typical_member(result: xr.Dataset) -> int:
    """The first that lost a mode if half or more did, else the first that did not."""
    lost = np.isin(flag_names(result["member_outcome"]), COLLAPSED)
    return int(result["member"].values[np.argmax(lost == (2 * lost.sum() >= lost.size))])


def train_and_look(folder: Path, steps: Sequence[int], **options: Any) -> Training:
    """Trains an ensemble at d = 2, saving it at every one of `steps`, in `folder`."""
    results: list[xr.Dataset] = []
    files: list[Path] = []
    for number, step in enumerate(steps):
        files.append(folder / f"{number}.nc")
        before: dict[str, Any] = {"continue_flows": files[-2]} if number else {}
        results.append(
            modecollapse.probability(
                family="realnvp",
                dimension=2,
                horizon=step,
                save_flows=files[-1],
                **before,
                **options,
            )
        )
    member = typical_member(results[-1])
    radius = float(results[0]["radius"].item())
    return Training(results, member, [flow_density(f, member, radius) for f in files])


def row_text(training: Training) -> str:
    """Radius, how many of all lost a mode, the training shown and what became of it."""
    last = training.results[-1]
    outcome = flag_names(last["member_outcome"])[training.member].split("_")[0]
    share = last["p_collapse"].item() * last["member"].size
    lost = f"{share:.0f} of {last['member'].size}"
    return f"$R = {training.radius:g}$\n{lost} collapse\nno. {training.member}: {outcome}"


def flow_evolution_figure(trainings: Sequence[Training]) -> Figure:
    """A row a training, a column a number of steps; all with the same numbers of steps."""
    ends = [configuration(result.attrs)["horizon"] for result in trainings[0].results]
    page = Page(
        len(ends), len(trainings), 1.15, 1.15, left=1.15, between=0.08, row_gap=0.08, below_axis=0.5
    )
    last = trainings[0].results[-1]
    options = configuration(last.attrs)
    first = ["$d = 2$", weights_text(options), dynamics_text(options, ("horizon",))]
    second = [
        "$q$ of one training, at every point of a grid",
        trajectories_text([last["member"].size], "radius", "trainings"),
        provenance_text(last.attrs),
    ]
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(first, second)
        for row, training in enumerate(trainings):
            for column, density in enumerate(training.densities):
                panel = axes[row, column]
                draw_contours(panel, training.radius, options["target-weight"], density)
                if row == 0:
                    steps = f"{ends[column]:g} step{'s' if ends[column] > 1 else ''}"
                    panel.set_title(steps, fontsize=style.TEXT_SIZE)
                if row == len(trainings) - 1:
                    panel.set_xlabel(r"along $\mu^{\ast}$")
            axes[row, 0].set_ylabel(row_text(training), fontsize=style.TEXT_SIZE)
        page.add_legend(figure, legend_handles(), 3)
    return figure
