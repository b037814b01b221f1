"""R_c(d; level) for different setups: one series each, with its bracket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .critical_radii import set_dimension_axis
from .panels import Page
from .results import check_variables, flag_names
from .run_text import (
    annealing_text,
    configuration,
    provenance_text,
    trajectories_text,
    weights_text,
)
from .theory_radii import Curve
from .threshold import REQUIRED
from .training_text import is_flow, runs_name, short_text, steps_text


def setup_text(options: Mapping[str, Any]) -> str:
    """Weights or network, and the horizon and the annealing where there are any."""
    parts = [short_text(options) if is_flow(options) else weights_text(options)]
    if "horizon" in options and not is_flow(options):
        parts.append(f"$T = {options['horizon']:g}$")
    parts.append(annealing_text(options))
    return ", ".join(filter(None, parts))


MARGIN = 1.25  # times the dimensions, on either side
MISSING = {
    "not_reached": "not reached",
    "below_range": "above it everywhere",
    "unsettled": "not settled",
}


def missing_text(row: xr.Dataset) -> str:
    """Which dimensions have no R_c among the radii searched, and why.

    row: status, dimension (dimension,), at one level.
    """
    status, texts = flag_names(row["status"]), []
    for name, text in MISSING.items():
        where = row["dimension"].values[status == name]
        if where.size == row["dimension"].size:
            texts.append(text)
        elif where.size:
            texts.append(f"{text} at $d = {', '.join(f'{d:g}' for d in where)}$")
    return f" ({'; '.join(texts)})" if texts else ""


def ensembles_text(results: Sequence[xr.Dataset]) -> str:
    """How many trajectories, and how many trainings of flows, per radius."""
    numbers: dict[str, list[int]] = {}
    for dataset in results:
        options = configuration(dataset.attrs)
        numbers.setdefault(runs_name(options), []).append(options.get("trajectories", 0))
    texts = [trajectories_text(n, "radius", runs) for runs, n in numbers.items()]
    return ", ".join(texts)


def label_dimensions(axes: Axes, dimensions: np.ndarray) -> None:
    """Powers of ten are too few labels in a short range: the dimensions themselves."""
    axes.set_xlim(dimensions.min() / MARGIN, dimensions.max() * MARGIN)
    axes.set_xticks(dimensions, [f"{dimension:g}" for dimension in dimensions])
    axes.set_xticks([], minor=True)


def setups_figure(
    results: Sequence[xr.Dataset], level: float, theory: Mapping[int, Curve] | None = None
) -> Figure:
    """One series a result of `modecollapse threshold`, at one level of P.

    results: r_c, r_c_ci_low, r_c_ci_high, status (dimension, level) each, NaN where the
    radii searched hold no r_c: no point, and the legend says why. The error bars are
    the brackets of r_c. theory: by the number of the result, its curve of theory_radii.
    """
    for dataset in results:
        check_variables(dataset, "threshold", REQUIRED)
    page = Page(
        1,
        panel_width=4.4,
        panel_height=2.6,
        left=0.7,
        title=0.05,
        below_axis=0.55,
        legend=0.15 + 0.19 * len(results),
    )
    first = [rf"First radius with $P$(collapse) $\geq {level:g}$"]
    all_options = [configuration(dataset.attrs) for dataset in results]
    first.extend(f"flows: {steps_text(options)}" for options in all_options if is_flow(options))
    second = [ensembles_text(results), provenance_text(results[0].attrs)]
    curves, joined = theory or {}, "-"
    if curves:
        joined = "--"
        second.insert(0, "solid lines: theory; dashed ones join points")
    with matplotlib.rc_context(style.RC):
        figure, ((axes,),) = page.make(first, second)
        handles = []
        for number, dataset in enumerate(results):
            color = style.category(style.CATEGORY_COLORS, number)
            row = dataset.sel(level=level, method="nearest")
            r_c = row["r_c"].values
            ends = np.abs(np.array([row["r_c_ci_low"].values, row["r_c_ci_high"].values]) - r_c)
            handle = axes.errorbar(
                dataset["dimension"].values,
                r_c,
                yerr=np.nan_to_num(ends),
                label=setup_text(configuration(dataset.attrs)) + missing_text(row),
                **style.series(number, color),
                markersize=5.5,
                capsize=2.5,
                linewidth=1.0,
                linestyle=joined if number not in curves else "none",
            )
            if number in curves:
                axes.plot(*curves[number], color=color, linewidth=1.0, gid=f"theory:{number}")
            handle.lines[0].set_gid(f"setup:{number}")
            handles.append(handle)
        dimensions = np.concatenate([dataset["dimension"].values for dataset in results])
        set_dimension_axis(axes, dimensions.astype(float))
        if dimensions.max() < 100 * dimensions.min():
            label_dimensions(axes, np.unique(dimensions))
        axes.set_ylabel(r"critical radius $R_\mathrm{c}$")
        page.add_legend(figure, handles, 1)
    return figure
