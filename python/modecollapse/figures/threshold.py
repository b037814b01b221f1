"""The threshold figure: P(collapse) against R for every d, and R_c(d; level) against d.

Everything drawn is in the result of `modecollapse threshold`: every evaluated radius
with its exact 95 % interval, the critical radii with the brackets that these intervals
leave, the folds of the aligned states, and the limit d -> infinity. With --over the same
of the option that was searched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import critical_radii, style
from .collapse_curves import LEGEND_COLUMNS, draw_collapse_curves
from .family_text import WITH_WORDS, family_texts
from .layout import HEADER_SIZES, Layout, own_axes, rows_for, wrapped
from .level_crossings import draw_at_levels
from .quantities import option, setting
from .results import ResultError, check_variables, read_checked
from .run_text import annealing_text, configuration
from .run_text import dynamics_text, physics_text, provenance_text, undecided_text
from .searched import RADIUS, Searched, searched_of
from .special_radii import recorded
from .theory_radii import Curve
from .training_text import runs_name

REQUIRED = Searched().required  # of the radius
TWO_PANELS = Layout(label_rows=1, legend_rows=0)
ONE_PANEL = replace(TWO_PANELS, width=5.6, panel_left=(0.62,), panel_width=(4.2,))


def read_threshold(path: Path | str) -> xr.Dataset:
    """Load a result of `modecollapse threshold`. Raises ResultError if it is none."""
    return read_checked(path, "threshold", ("level", "status"), check_threshold)


def check_threshold(dataset: xr.Dataset) -> Searched:
    """What was searched. Raises ResultError if there is nothing that can be drawn."""
    searched = searched_of(dataset)
    alone = "searched" in dataset and "dimension" not in dataset.dims
    check_variables(dataset, "threshold", searched.required_of_one if alone else searched.required)
    if 0 in (dataset[searched.evaluated].size, dataset[searched.critical].size):
        raise ResultError(f"the result has no evaluated {searched.one}: nothing to draw")
    return searched


def threshold_figure(
    dataset: xr.Dataset,
    ax: Axes | Sequence[Axes] | None = None,
    theory: Mapping[float, Curve] | None = None,
) -> Figure:
    """Draw the result of `modecollapse threshold`; all quantities are dimensionless.

    dataset: as read_threshold returns it, with
        dimension (d,), level (l,)           dimensions; levels of P that define R_c
        r_c, r_c_ci_low, r_c_ci_high (d, l)  critical radii, brackets; NaN: none
        status (d, l)                        flags found, below_range, not_reached, unsettled
        evaluation_dimension, evaluation_radius, evaluation_p_collapse,
        evaluation_ci_low, evaluation_ci_high (e,)  every evaluation, in any order
        r_fold_plus, r_fold_minus, r_inf ()  each with a flag variable *_status ();
                                             only of the mixture
    With --over OPTION: critical_value in the place of r_c, evaluation_OPTION in that of
    evaluation_radius, and searched (), over_scale () say what was searched, and how.
    and the attributes of the run (all optional). Also optional: evaluation_counts
    (e, outcome), for the share of trajectories left undecided.

    Returns a figure of 7.2 inches width with two axes: P(collapse) against R (or what was
    searched), with one curve and one 95 % band a dimension, and R_c against d, one series for
    each level; where an end of a bracket is NaN, that half of the error bar is left out. Of a
    family without a list of dimensions, whose variables have none, one axis: the curve, and on it
    the critical values. ax: axes to draw the curves into, or two for both panels, without the
    header. theory: from theory_radii, curves through the points of R_c, by level. Raises
    ResultError if variables are missing or nothing was evaluated.
    """
    searched = check_threshold(dataset)
    if ax is not None:
        return draw_into(dataset, [ax] if isinstance(ax, Axes) else list(ax), theory)
    if "dimension" not in dataset.dims:
        return one_curve_figure(dataset, searched)
    with matplotlib.rc_context(style.RC):
        curve_rows = rows_for(dataset["dimension"].size, LEGEND_COLUMNS)
        physics = header_text(dataset, searched)
        layout = Layout(
            label_rows=max(1, len(recorded(dataset))),
            legend_rows=max(curve_rows, critical_radii.legend_rows(dataset, theory or ())),
            header_rows=1 + len(physics),
        )
        figure = Figure(figsize=(layout.width, layout.height))
        layout.add_header(figure, physics, [notes_text(dataset, searched)])
        draw_collapse_curves(layout.add_panel(figure, 0), layout, dataset)
        right = layout.add_panel(figure, 1)
        critical_radii.draw_critical_radii(right, layout, dataset, theory)
    return figure


def draw_into(
    dataset: xr.Dataset, panels: list[Axes], theory: Mapping[float, Curve] | None = None
) -> Figure:
    alone = "dimension" not in dataset.dims
    if len(panels) not in ((1,) if alone else (1, 2)):
        raise ResultError(f"{len(panels)} axes are given (allowed: 1{'' if alone else ' or 2'})")
    draw_collapse_curves(panels[0], own_axes(panels[0]), dataset)
    if alone:
        draw_at_levels(panels[0], own_axes(panels[0]), dataset)
    if len(panels) == 2:
        critical_radii.draw_critical_radii(panels[1], own_axes(panels[1]), dataset, theory)
    return panels[0].figure


def one_curve_figure(dataset: xr.Dataset, searched: Searched) -> Figure:
    """One panel, where there are no dimensions: the curve, and on it the critical values."""
    with matplotlib.rc_context(style.RC):
        physics = header_text(dataset, searched, ONE_PANEL)
        layout = replace(ONE_PANEL, legend_rows=dataset["level"].size, header_rows=1 + len(physics))
        figure = Figure(figsize=(layout.width, layout.height))
        layout.add_header(figure, physics, [notes_text(dataset, searched)])
        panel = layout.add_panel(figure, 0)
        draw_collapse_curves(panel, layout, dataset)
        draw_at_levels(panel, layout, dataset)
    return figure


def notes_text(dataset: xr.Dataset, searched: Searched) -> str:
    undecided = undecided_text(dataset, "evaluation_counts", per=searched.one)
    return "; ".join(filter(None, (provenance_text(dataset.attrs), undecided)))


def header_text(
    dataset: xr.Dataset, searched: Searched, layout: Layout = TWO_PANELS
) -> list[str]:
    """What was run; where something else is searched or of another family, at which values."""
    options = configuration(dataset.attrs)
    physics = physics_text(dataset.attrs, searched.one, runs_name(options, dataset))
    if options.get("family", "mixture") not in WITH_WORDS:
        members = physics.split("; ")[-1]
        of_each = {option(searched.option), "dimension", "level"}
        parts = [*family_texts(dataset, options, of_each), dynamics_text(options), members]
        parts.append(annealing_text(options))
        return wrapped(parts, HEADER_SIZES[0], layout.header_width)
    if searched.is_radius:
        return [physics]
    radius = setting(RADIUS, options[RADIUS]) if RADIUS in options else ""
    parts = [radius, *physics.split("; "), annealing_text(options)]
    return wrapped(parts, HEADER_SIZES[0], layout.header_width)
