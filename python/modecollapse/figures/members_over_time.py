"""What is recorded of members over time, a panel a quantity: of any family."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .family_text import family_texts
from .outcome_colors import color_of, words
from .panels import Page
from .results import ResultError, check_variables, flag_names
from .run_text import configuration, dynamics_text, provenance_text
from .searched import in_symbols
from .training_text import runs_name

REQUIRED = ("trajectory", "time", "outcome")
OVER_TIME = ("trajectory", "time")
TITLE_LETTERS = 44  # of a line above a panel
COLORS = (*style.CATEGORY_COLORS, "0.5")
MOST_LABELLED = 8  # components of a quantity
LABEL_GAP = 0.11  # of a panel's height, between their labels


def members_figure(dataset: xr.Dataset) -> Figure:
    """Every quantity that moves, over time; a line a member.

    dataset: of `modecollapse trajectory`, with outcome (trajectory) and quantities
    (trajectory, time), whose long_name, units and symbol say what they are; those of one long_name
    (q_1_1, q_2_1, ...) share a panel, coloured by component; others are coloured by outcome.
    """
    check_variables(dataset, "trajectory", REQUIRED)
    groups = list(quantities(dataset))
    if not groups:
        raise ResultError("nothing moves: nothing to draw")
    options = configuration(dataset.attrs)
    columns = min(2, len(groups))
    rows = -(-len(groups) // columns)
    page = Page(columns, rows, panel_width=2.5, panel_height=1.3, left=0.5, between=0.85,
                row_gap=0.48, title=0.4, right=0.4)  # fmt: skip
    number = f"{dataset['trajectory'].size} {runs_name(options, dataset)}"
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(
            [*family_texts(dataset, options), dynamics_text(options), number],
            [provenance_text(dataset.attrs)],
        )
        for panel, names in zip(axes.ravel(), groups):
            draw_quantity(panel, dataset, names)
        for panel in axes.ravel()[len(groups) :]:
            panel.remove()
        for panel in axes.ravel()[max(len(groups) - columns, 0) : len(groups)]:
            panel.tick_params(labelbottom=True)
            panel.set_xlabel(said(dataset["time"]))
        page.add_legend(figure, outcome_handles(dataset), 4)
    return figure


def quantities(dataset: xr.Dataset) -> Iterator[list[str]]:
    """Names of what is said in the same words, as far as any of them moves."""
    groups: dict[str, list[str]] = {}
    for name, variable in dataset.data_vars.items():
        if variable.dims == OVER_TIME and variable.dtype.kind in "iuf":
            key = str(variable.attrs.get("long_name", name))
            groups.setdefault(key, []).append(str(name))
    for names in groups.values():
        values = np.stack([dataset[name].values for name in names])
        if np.nanmax(np.abs(values - values[..., :1]), initial=0.0) > 0.0:
            yield names


def said(variable: xr.DataArray) -> str:
    """Words with symbols, and the unit; in several lines if they are long."""
    text = str(variable.attrs.get("long_name", variable.name))
    units = str(variable.attrs.get("units", "1"))
    symbol = str(variable.attrs.get("symbol", ""))
    lines = textwrap.wrap(text + (f" ({units})" if units != "1" else ""), TITLE_LETTERS)
    return "\n".join(in_symbols(line, symbol) for line in lines)


def draw_quantity(axes: Axes, dataset: xr.Dataset, names: list[str]) -> None:
    time = dataset["time"].values
    outcomes = flag_names(dataset["outcome"])
    for i, name in enumerate(names):
        for member, outcome in enumerate(outcomes):
            axes.plot(
                time,
                dataset[name].values[member],
                color=component_color(i) if len(names) > 1 else color_of(str(outcome)),
                linestyle=style.DASHES[i % len(style.DASHES)],
                linewidth=1.0,
                gid=f"{name}:{member}",
            )
    axes.set_xlim(time[0], time[-1])
    axes.tick_params(labelleft=True)
    axes.set_title(said(dataset[names[0]]), fontsize=style.TEXT_SIZE)
    if 1 < len(names) <= MOST_LABELLED:
        label_components(axes, dataset, names)


def component_color(index: int) -> str:
    return COLORS[index % len(COLORS)]


def label_components(axes: Axes, dataset: xr.Dataset, names: list[str]) -> None:
    """At the right end of the first member: which component it is, q_2_1 as 2,1."""
    low, high = axes.get_ylim()
    ends = [dataset[name].values[0, -1] for name in names]
    shown = [(end - low) / (high - low) if np.isfinite(end) else 0.5 for end in ends]
    for i, height in enumerate(style.spread(shown, LABEL_GAP, 0.0, 1.0)):
        index = names[i].lstrip("abcdefghijklmnopqrstuvwxyz").strip("_").replace("_", ",")
        axes.text(1.02, height, index or names[i], transform=axes.transAxes, va="center",
                  color=component_color(i), fontsize=6.5)  # fmt: skip


def outcome_handles(dataset: xr.Dataset) -> list[Line2D]:
    """How many members ended in which way."""
    names, counts = np.unique(flag_names(dataset["outcome"]).astype(str), return_counts=True)
    return [
        Line2D([], [], color=color_of(name), label=f"{words(name)} ({count})")
        for name, count in zip(names, counts)
    ]
