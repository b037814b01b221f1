"""Does annealing save a mode of a normalizing flow? P(collapse) and the projected
variance over the initial temperature T0, a curve for each annealing time t0.

The projected variance is that of samples along mu*/R, near 1 once a mode is lost; the
target's own comes from the engine.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._commands import engine
from . import style
from .panels import Page
from .results import ResultError, check_variables
from .run_text import (
    configuration,
    dynamics_text,
    held_text,
    provenance_text,
    trajectories_text,
    weights_text,
)
from .shown import Shown

REQUIRED = (*Shown().required, "trajectories_run", "projected_variance",
            "projected_variance_error")  # fmt: skip
AXES = ("initial_temperature", "annealing_time")
APART = 0.02  # decades between the markers of two curves at one temperature
BANDS = 2.0  # standard errors


def flow_annealing_figure(dataset: xr.Dataset) -> Figure:
    """Draw a result of `modecollapse phase-diagram --family realnvp`.

    dataset: p_collapse, ci_low, ci_high, projected_variance, projected_variance_error
    (initial_temperature, annealing_time), and the attributes of the run. Raises
    ResultError for other axes.
    """
    check_variables(dataset, "phase-diagram", REQUIRED)
    if set(dataset["p_collapse"].dims) != set(AXES):
        raise ResultError(f"the axes of this figure are {' and '.join(AXES)}")
    dataset = dataset.transpose(*reversed(AXES), ...)
    options = configuration(dataset.attrs)
    page = Page(
        2, panel_width=2.75, panel_height=2.1, left=0.6, between=0.75, title=0.05, legend=0.3
    )
    first = [
        held_text(options, {}),
        weights_text(options),
        dynamics_text(options),
        f"annealing {options.get('annealing', '')}",
        f"gradients clipped at {clip:g}" if (clip := options.get("gradient-clip", 0)) else "",
    ]
    second = [
        trajectories_text(np.unique(dataset["trajectories_run"]).tolist(), "point", "trainings"),
        failed_text(dataset),
        "bars: 95 % interval of $P$, two standard errors of the mean variance",
        provenance_text(dataset.attrs),
    ]
    p = dataset["p_collapse"].values
    ends = [p - dataset["ci_low"].values, dataset["ci_high"].values - p]
    error = BANDS * dataset["projected_variance_error"].values
    with matplotlib.rc_context(style.RC):
        figure, ((left, right),) = page.make(first, second)
        handles = draw_series(left, dataset, p, ends, "p")
        draw_series(right, dataset, dataset["projected_variance"].values, [error, error],
                    "variance")
        left.set_ylim(-0.03, 1.03)
        left.set_ylabel("probability of collapse $P$")
        right.tick_params(labelleft=True)
        right.set_ylabel(r"variance along $\mu^{\ast}$")
        goal = engine().target_projected_variance(options["radius"], options["target-weight"])
        line = right.axhline(
            goal, color=style.REFERENCE_COLOR, linestyle="--", linewidth=0.9, gid="target"
        )
        line.set_label(f"of the target: {goal:.4g}")
        right.set_ylim(0.0, 1.08 * max(goal, right.get_ylim()[1]))
        page.add_legend(figure, [*handles, line], len(handles) + 1)
    return figure


def failed_text(dataset: xr.Dataset) -> str:
    """The most trainings that failed at a point, which the intervals allow to be either."""
    most = int(dataset["failed"].max()) if "failed" in dataset else 0
    return f"up to {most} failed" if most else ""


def draw_series(
    axes: Axes, dataset: xr.Dataset, values: np.ndarray, ends: Sequence[np.ndarray], name: str
) -> list:
    """A curve for each annealing time. values, ends[0], ends[1]: (time, temperature)."""
    temperatures = dataset["initial_temperature"].values
    times = dataset["annealing_time"].values
    handles = []
    for i, (time, color) in enumerate(zip(times, style.ordered_colors(times.size))):
        shift = 10.0 ** (APART * (i - (times.size - 1) / 2))
        handle = axes.errorbar(
            temperatures * shift,
            values[i],
            yerr=np.nan_to_num([np.maximum(ends[0][i], 0.0), np.maximum(ends[1][i], 0.0)]),
            color=color,
            marker=style.category(style.CATEGORY_MARKERS, i),
            markersize=3.5,
            capsize=2,
            linewidth=1.0,
            elinewidth=0.8,
            label=rf"$t_0 = {time:g}$ steps",
        )
        handle.lines[0].set_gid(f"{name}:{i}")
        handles.append(handle)
    axes.set_xscale("log")
    axes.set_xticks(temperatures, [f"{temperature:g}" for temperature in temperatures])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("initial temperature $T_0$")
    return handles
