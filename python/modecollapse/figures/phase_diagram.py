"""The phase diagram: P(collapse), or a critical value, over the one or two axes of a sweep.

Everything drawn is in the result of `modecollapse phase-diagram`: a number for every
complete cell, and which cells are pending or failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from . import heat_map, style, sweep_curves
from .cell_status import COMPLETE, status_columns, status_handles
from .family_text import family_texts
from .layout import HEADER_SIZES, Layout, own_axes, rows_for, wrapped
from .quantities import option
from .results import ResultError, check_variables, flag_names, read_checked
from .run_text import (
    annealing_text,
    configuration,
    dynamics_text,
    only,
    provenance_text,
    trajectories_text,
    undecided_text,
)
from .selection import select
from .shown import shown_of
from .sweep_axes import SweepAxis, members, sorted_grid, sweep_axes
from .training_text import runs_name

MOST_CURVES = 5  # of a choice, a colour each; more are columns or rows of a heat map
# inches
WIDTH, PANEL_LEFT = 5.6, 0.62
HEAT_MAP_WIDTH, HEAT_MAP_HEIGHT = 4.08, 3.0  # and a colour bar beside it
CURVES_WIDTH, CURVES_HEIGHT = 4.82, 2.6
LABEL_LINE = 0.17
HEADER_LEFT = 0.12
SIDE_MARGIN = 0.05


def read_phase_diagram(path: Path | str) -> xr.Dataset:
    """Load a result of `modecollapse phase-diagram`, or raise ResultError."""

    def check(dataset: xr.Dataset) -> None:
        check_variables(dataset, "phase-diagram", shown_of(dataset).required)

    return read_checked(path, "phase-diagram", ("status",), check)


def phase_diagram_figure(
    dataset: xr.Dataset, selection: Mapping[str, Any] | None = None, ax: Axes | None = None
) -> Figure:
    """Draw a result of `modecollapse phase-diagram`; all numbers are dimensionless.

    dataset: as read_phase_diagram returns it, with a dimension for each axis (or group
        of zipped axes) and, all of the shape of the grid,
        p_collapse, ci_low, ci_high   probability of collapse, exact 95 % interval
        trajectories_run              number of trajectories; of theory there are none, and the
                                      ends are p_low, p_high, or missing
        status                        flags complete, pending, failed
    or, of quantity = "threshold", in the place of the first three r_c, r_c_ci_low, r_c_ci_high and
    r_c_status (found, not_reached, ...), and radius_range (2,); critical_value and OPTION_range of
    another option.
    a variable (n,) for each axis and for each axis zipped to it, and the attributes of
    the run (optional). Also optional: counts (grid, outcome), for the share of
    trajectories left undecided.
    selection: values by name of an axis, to leave it out; the nearest one is taken.
    ax: axes to draw into, without the header.

    Returns a figure of 5.6 inches width. One axis: the value against it with a 95 % band. Two:
    a heat map, dimension to the right and radius upwards if they are axes, the second
    to the right and the first upwards otherwise; but curves if one of the two is a
    choice of a few values. Raises SelectionError if more axes are left, ResultError if
    variables are missing or no cell is complete.
    """
    check_variables(dataset, "phase-diagram", shown_of(dataset).required)
    dataset = sorted_grid(dataset)
    if dataset["status"].size == 0:
        raise ResultError("the result has no cell: nothing to draw")
    dataset, held = select(dataset, selection or {})
    if not np.any(flag_names(dataset["status"]) == COMPLETE):
        raise ResultError("no cell is complete: nothing to draw")
    axes = sweep_axes(dataset)
    x, y = placed(axes) if len(axes) == 2 else (axes[0], None)
    few = [a for a in axes if a.is_choice and a.values.size <= MOST_CURVES]
    if ax is not None:
        draw_into(ax, dataset, x, y, few)
        return ax.figure
    with matplotlib.rc_context(style.RC):
        if y is None:
            return curves_figure(dataset, held, x, None)
        if len(few) == 1:
            return curves_figure(dataset, held, y if few[0] is x else x, few[0])
        return heat_map_figure(dataset, held, x, y)


def draw_into(
    panel: Axes, dataset: xr.Dataset, x: SweepAxis, y: SweepAxis | None, few: list[SweepAxis]
) -> None:
    layout = own_axes(panel)
    if y is None:
        sweep_curves.draw_sweep_curves(panel, layout, dataset, x, None)
    elif len(few) == 1:
        other = y if few[0] is x else x
        sweep_curves.draw_sweep_curves(panel, layout, dataset, other, few[0])
    else:
        heat_map.draw_heat_map(panel, layout, dataset, x, y)


def placed(axes: list[SweepAxis]) -> tuple[SweepAxis, SweepAxis]:
    """Of two axes the one to the right and the one upwards."""
    first, second = axes
    if first.name == "dimension" or second.name == "radius":
        return first, second
    return second, first


def curves_figure(
    dataset: xr.Dataset,
    held: Mapping[str, Any],
    x: SweepAxis,
    choice: SweepAxis | None,
) -> Figure:
    entries = sweep_curves.legend_entries(dataset, choice)
    rows = rows_for(entries, sweep_curves.legend_columns(dataset, choice))
    size = (CURVES_WIDTH, CURVES_HEIGHT)

    def draw(panel: Axes, layout: Layout) -> None:
        sweep_curves.draw_sweep_curves(panel, layout, dataset, x, choice)

    return one_panel(dataset, held, size, rows, x, draw)


def heat_map_figure(
    dataset: xr.Dataset, held: Mapping[str, Any], x: SweepAxis, y: SweepAxis
) -> Figure:
    rows = rows_for(len(status_handles(dataset)), status_columns(dataset))
    size = (HEAT_MAP_WIDTH, HEAT_MAP_HEIGHT)

    def draw(panel: Axes, layout: Layout) -> None:
        heat_map.draw_heat_map(panel, layout, dataset, x, y)

    return one_panel(dataset, held, size, rows, x, draw)


def one_panel(
    dataset: xr.Dataset,
    held: Mapping[str, Any],
    size: tuple[float, float],
    rows: int,
    x: SweepAxis,
    draw: Callable[[Axes, Layout], None],
) -> Figure:
    """Drawn a second time with a narrower panel if the labels at the left are wide."""

    def drawn(wider: float) -> Axes:
        layout = single_panel(*size, rows, x, wider)
        figure, layout = page(layout, dataset, held)
        panel = layout.add_panel(figure, 0)
        draw(panel, layout)
        return panel

    panel = drawn(0.0)
    wider = SIDE_MARGIN - left_of_labels(panel)
    return (drawn(wider) if wider > 0.0 else panel).figure


def left_of_labels(panel: Axes) -> float:
    """Inches from the left of the figure to the label of the vertical axis."""
    renderer = FigureCanvasAgg(panel.figure).get_renderer()
    return panel.yaxis.get_tightbbox(renderer).x0 / panel.figure.dpi


def single_panel(
    width: float, height: float, legend_rows: int, x: SweepAxis, wider: float = 0.0
) -> Layout:
    """A panel of `width` x `height` inches, `wider` inches further to the right."""
    return Layout(
        label_rows=0,
        legend_rows=legend_rows,
        width=WIDTH,
        panel_left=(PANEL_LEFT + wider,),
        panel_width=(width - wider,),
        panel_height=height,
        label_indent=PANEL_LEFT + wider - HEADER_LEFT,
        legend_indent=(0.38,),
        below_axis=0.52 + (LABEL_LINE if x.partners else 0.0),
    )


def page(
    layout: Layout, dataset: xr.Dataset, held: Mapping[str, Any]
) -> tuple[Figure, Layout]:
    """A figure with its header, and the layout with the room that the header takes."""
    axes = sweep_axes(dataset)
    swept = {option(name) for axis in axes for name in members(axis)}
    options = configuration(dataset.attrs)
    options.update({option(name): value for name, value in held.items()})
    first = [
        *family_texts(dataset, options, swept, held),
        dynamics_text(options, swept),
        annealing_text(options),
        quantity_text(dataset, options, held),
    ]
    counted = []
    if "trajectories" not in swept and "trajectories_run" in dataset:
        complete = flag_names(dataset["status"]) == COMPLETE
        counted = dataset["trajectories_run"].values[complete].tolist()
    second = [
        trajectories_text(counted, "cell", runs_name(options, dataset)),
        provenance_text(dataset.attrs),
        undecided_text(dataset, "counts", per="cell"),
    ]
    lines = [
        wrapped(parts, size, layout.header_width)
        for parts, size in zip((first, second), HEADER_SIZES)
    ]
    layout = replace(layout, header_rows=max(2, len(lines[0]) + len(lines[1])))
    figure = Figure(figsize=(layout.width, layout.height))
    layout.add_header(figure, *lines)
    return figure, layout


def quantity_text(
    dataset: xr.Dataset, options: Mapping[str, Any], held: Mapping[str, Any]
) -> str:
    """What the cells hold, where it is no share of random starts."""
    if shown_of(dataset).searched and "level" in options and "level" not in held:
        return f"level {only(options['level']):g}"
    return "" if "trajectories_run" in dataset else "by theory"
