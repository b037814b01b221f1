"""Order parameters over time: m1, m2, s of chosen trajectories, and the weight w1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import members_over_time, style
from .outcome_colors import COLLAPSED
from .panels import Page
from .results import check_variables, flag_names, open_result
from .run_text import configuration, dynamics_text, held_text, provenance_text
from .run_text import weights_text

OF_TWO = ("m1", "m2", "s", "w1")  # of the family of two components
REQUIRED = (*members_over_time.REQUIRED, *OF_TWO)
CURVES = {  # colour and dashes, so that print in grey tells them apart as well
    "m1": ("#D55E00", "-", "$m_1$"),
    "m2": ("#0072B2", "--", "$m_2$"),
    "s": ("0.35", ":", "$s$"),
    "w1": ("#000000", "-", "$w_1$"),
}
MOST_OPAQUE = 6  # so many trajectories before lines become transparent


def read_trajectories(path: Path | str) -> xr.Dataset:
    """Load a result of `modecollapse trajectory`. Raises ResultError if it is none."""
    return open_result(path, "trajectory", members_over_time.REQUIRED)


def trajectories_figure(dataset: xr.Dataset, ax: Axes | None = None) -> Figure:
    """The order parameters of two components, or whatever another family records.

    ax: axes to draw those of two components into, without the header.
    """
    if ax is not None:
        check_variables(dataset, "trajectory", REQUIRED)
        moving = float(np.ptp(dataset["w1"].values)) > 0.0
        names = ("m1", "m2", "s", "w1") if moving else ("m1", "m2", "s")
        draw_curves(ax, dataset, names)
        ax.set(ylim=(-1.05, 1.05), xlabel="time $t$", ylabel="order parameter")
        ax.legend(handles=legend_handles(names), fontsize=style.TEXT_SIZE)
        return ax.figure
    if any(name in dataset for name in OF_TWO):
        return order_parameters_figure([dataset])
    return members_over_time.members_figure(dataset)


def order_parameters_figure(results: Sequence[xr.Dataset]) -> Figure:
    """One column a result: the order parameters, and below the weight if it moves.

    Of a few trajectories the lines of each have a marker of its own.

    results: of `modecollapse trajectory`, with m1, m2, s, w1 (trajectory, time) and
    outcome (trajectory) each; time is that of the flow, dimensionless.
    """
    for dataset in results:
        check_variables(dataset, "trajectory", REQUIRED)
    moving = any(float(np.ptp(dataset["w1"].values)) > 0.0 for dataset in results)
    alone = len(results) == 1
    page = Page(
        len(results),
        2 if moving else 1,
        panel_width=4.6 if alone else 1.95,
        panel_height=1.9 if alone else 1.5,
        left=0.68,
        between=0.26,
        right=0.12,
    )
    first, second = header(results)
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(first, second)
        for column, dataset in enumerate(results):
            draw_curves(axes[0, column], dataset, ("m1", "m2", "s"))
            axes[0, column].set_ylim(-1.05, 1.05)
            axes[0, column].set_title(title_of(dataset), fontsize=style.TEXT_SIZE)
            if moving:
                draw_curves(axes[1, column], dataset, ("w1",))
                axes[1, column].set_ylim(-0.02, 1.02)
            axes[-1, column].set_xlabel("time $t$")
        axes[0, 0].set_ylabel("order parameter")
        if moving:
            axes[1, 0].set_ylabel("weight $w_1$")
        shown = ("m1", "m2", "s", "w1") if moving else ("m1", "m2", "s")
        page.add_legend(figure, legend_handles(shown), len(shown))
    return figure


def header(results: Sequence[xr.Dataset]) -> tuple[list[str], list[str]]:
    """What the results have in common, and the provenance of the first."""
    all_options = [configuration(dataset.attrs) for dataset in results]
    common = {
        name: value
        for name, value in all_options[0].items()
        if all(options.get(name) == value for options in all_options)
    }
    numbers = {dataset["trajectory"].size for dataset in results}
    lines = f"{max(numbers)} trajectories" + (" each" if len(results) > 1 else "")
    if 1 < max(numbers) <= MOST_OPAQUE:
        lines += ", each with a marker of its own"
    first = [held_text(common, {}), weights_text(common), dynamics_text(common), lines]
    return first, [provenance_text(results[0].attrs)]


def title_of(dataset: xr.Dataset) -> str:
    options = configuration(dataset.attrs)
    collapsed = int(np.isin(flag_names(dataset["outcome"]), COLLAPSED).sum())
    radius = options.get("radius", np.nan)
    return rf"$R = {radius:g}$: {collapsed} of {dataset['trajectory'].size} collapsed"


def draw_curves(axes: Axes, dataset: xr.Dataset, names: Sequence[str]) -> None:
    time = dataset["time"].values
    alpha = min(1.0, (MOST_OPAQUE / max(dataset["trajectory"].size, 1)) ** 0.5)
    for name in names:
        color, dashes, _ = CURVES[name]
        for trajectory in range(dataset["trajectory"].size):
            axes.plot(
                time,
                dataset[name].values[trajectory],
                color=color,
                linestyle=dashes,
                alpha=alpha,
                linewidth=1.0,
                gid=f"{name}:{trajectory}",
                **marks(trajectory, dataset["trajectory"].size),
            )
    axes.set_xlim(time[0], time[-1])
    axes.axhline(0.0, color="0.85", linewidth=0.6, zorder=0)


def marks(trajectory: int, count: int) -> dict[str, Any]:
    """The lines of one trajectory share a marker, where there are several but few."""
    if not 1 < count <= MOST_OPAQUE:
        return {}
    first, gap = 0.08 + 0.1 * trajectory / count, 0.2  # of the axes' diagonal, along the line
    marker = style.category(style.CATEGORY_MARKERS, trajectory)
    return {"marker": marker, "markersize": 3.5, "markeredgewidth": 0, "markevery": (first, gap)}


def legend_handles(names: Sequence[str]) -> list[Line2D]:
    return [
        Line2D([], [], color=CURVES[n][0], linestyle=CURVES[n][1], label=CURVES[n][2])
        for n in names
    ]
