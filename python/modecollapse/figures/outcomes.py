"""The outcomes of an ensemble as bars."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._text import printable
from . import style
from .family_text import family_texts
from .outcome_colors import color_of, words
from .panels import Page
from .results import ResultError, check_variables, read_checked
from .run_text import configuration, dynamics_text, provenance_text, trajectories_text
from .training_text import runs_name

REQUIRED = ("outcome", "counts", "p_collapse", "ci_low", "ci_high")


def read_probability(path: Path | str) -> xr.Dataset:
    """Load a result of `modecollapse probability`. Raises ResultError if it is none."""
    return read_checked(path, "probability", REQUIRED, check_probability)


def check_probability(dataset: xr.Dataset) -> None:
    """Raises ResultError for results of other commands, also those of many ensembles."""
    check_variables(dataset, "probability", REQUIRED)
    sizes = dataset["p_collapse"].sizes
    along = [str(dim) for dim in sizes if sizes[dim] > 1]  # of one point in old files: 1
    if along:
        title = printable(str(dataset.attrs.get("title", "")))
        raise ResultError(
            f'not a result of `modecollapse probability` (its title is "{title}"): it has many '
            f"ensembles, along {', '.join(along)}"
        )


def outcomes_figure(dataset: xr.Dataset, ax: Axes | None = None) -> Figure:
    """Share of each outcome at one point, from the result of `modecollapse probability`.

    dataset: counts (outcome), p_collapse, ci_low, ci_high (scalars), and the
    attributes of the run. Returns a figure of one bar an outcome; the error bars are
    two binomial standard errors. ax: axes to draw into, without the header.
    """
    check_probability(dataset)
    if ax is not None:
        draw_outcomes(ax, dataset)
        return ax.figure
    total = max(int(dataset["counts"].sum()), 1)
    options = configuration(dataset.attrs)
    p = dataset["p_collapse"].item()
    low, high = dataset["ci_low"].item(), dataset["ci_high"].item()
    first = [
        *family_texts(dataset, options),
        dynamics_text(options),
        rf"$P$(collapse) $= {p:.5g}$ ({low:.5g} to {high:.5g})",
    ]
    runs = runs_name(options, dataset)
    second = [trajectories_text([total], "bar chart", runs), provenance_text(dataset.attrs)]
    second[0] = second[0].replace(" per bar chart", "")
    page = Page(1, panel_width=4.2, panel_height=1.6, left=1.05, legend=0, title=0.05, right=0.08)
    with matplotlib.rc_context(style.RC):
        figure, ((axes,),) = page.make(first, second)
        draw_outcomes(axes, dataset)
    return figure


def draw_outcomes(axes: Axes, dataset: xr.Dataset) -> None:
    counts = dataset["counts"].values.reshape(-1)
    names = [str(name) for name in dataset["outcome"].values]
    total = max(int(counts.sum()), 1)
    share = counts / total
    place = np.arange(len(names))[::-1]
    axes.barh(
        place,
        share,
        xerr=2.0 * np.sqrt(share * (1.0 - share) / total),
        color=[color_of(name) for name in names],
        error_kw={"linewidth": 0.8, "capsize": 2},
        gid="share",
    )
    axes.set_yticks(place, [words(name) for name in names])
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel(f"share of the {runs_name(configuration(dataset.attrs), dataset)}")
