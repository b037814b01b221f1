"""The threshold figure: P(collapse) against R for every d, and R_c(d; level) against d.

Everything drawn is in the result of `modecollapse threshold`: every evaluated radius
with its exact 95 % interval, the critical radii with the brackets that these intervals
leave, the folds of the aligned states, and the limit d -> infinity.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib
import xarray as xr
from matplotlib.figure import Figure

from . import critical_radii, style
from .collapse_curves import LEGEND_COLUMNS, draw_collapse_curves
from .layout import Layout, rows_for
from .results import ResultError, check_variables, open_result
from .run_text import physics_text, provenance_text, undecided_text
from .special_radii import recorded

REQUIRED = (
    ("dimension", "level", "r_c", "r_c_ci_low", "r_c_ci_high", "status")
    + tuple(
        f"evaluation_{name}"
        for name in ("dimension", "radius", "p_collapse", "ci_low", "ci_high")
    )
)


def read_threshold(path: Path | str) -> xr.Dataset:
    """Load a result of `modecollapse threshold`. Raises ResultError if it is none."""
    return open_result(path, "threshold", REQUIRED)


def threshold_figure(dataset: xr.Dataset) -> Figure:
    """Draw the result of `modecollapse threshold`; all quantities are dimensionless.

    dataset: as read_threshold returns it, with
        dimension (d,), level (l,)           dimensions; levels of P that define R_c
        r_c, r_c_ci_low, r_c_ci_high (d, l)  critical radii, brackets; NaN: none
        status (d, l)                        flags found, below_range, not_reached, unsettled
        evaluation_dimension, evaluation_radius, evaluation_p_collapse,
        evaluation_ci_low, evaluation_ci_high (e,)  every evaluation, in any order
        r_fold_plus, r_fold_minus, r_inf ()  each with a flag variable *_status ();
                                             not of normalizing flows
    and the attributes of the run (all optional). Also optional: evaluation_counts
    (e, outcome), for the share of trajectories left undecided.

    Returns a figure of 7.2 inches width with two axes: P(collapse) against R, with one
    curve and one 95 % band for each dimension, and R_c against d, with one series for
    each level; where an end of a bracket is NaN, that half of the error bar is left
    out. Raises ResultError if variables are missing or nothing was evaluated.
    """
    check_variables(dataset, "threshold", REQUIRED)
    if 0 in (dataset["evaluation_radius"].size, dataset["r_c"].size):
        raise ResultError("the result has no evaluated radius: nothing to draw")
    with matplotlib.rc_context(style.RC):
        curve_rows = rows_for(dataset["dimension"].size, LEGEND_COLUMNS)
        layout = Layout(
            label_rows=max(1, len(recorded(dataset))),
            legend_rows=max(curve_rows, critical_radii.legend_rows(dataset)),
        )
        figure = Figure(figsize=(layout.width, layout.height))
        physics = physics_text(dataset.attrs, per="radius")
        undecided = undecided_text(dataset, "evaluation_counts", per="radius")
        notes = filter(None, (provenance_text(dataset.attrs), undecided))
        layout.add_header(figure, [physics], ["; ".join(notes)])
        draw_collapse_curves(layout.add_panel(figure, 0), layout, dataset)
        critical_radii.draw_critical_radii(layout.add_panel(figure, 1), layout, dataset)
    return figure
