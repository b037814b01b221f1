"""Basins of attraction on a section of fixed overlap s, with trajectories on top."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from . import style
from .outcome_colors import COLLAPSED, COLLAPSED_COLOR, COLORS, KEPT_COLOR, words
from .panels import Page
from .results import ResultError, check_variables, flag_names, open_result
from .run_text import configuration, dynamics_text, provenance_text, weights_text

REQUIRED = ("m1", "m2", "outcome", "s", "radius")
COLLAPSED_DASHES = "--"
SMALLEST_NAMED = 0.03  # share of the section
PALE = 0.55  # share of white in the colour of a basin, so that trajectories stand out
LEGEND_COLUMNS = 4


def read_basin(path: Path | str) -> xr.Dataset:
    """Load a result of `modecollapse basin`. Raises ResultError if it is none."""
    return open_result(path, "basin", REQUIRED)


def basins_figure(
    sections: Sequence[xr.Dataset],
    paths: Sequence[xr.Dataset | None] = (),
    ax: Sequence[Axes] | None = None,
) -> Figure:
    """One panel a section: the outcome of a start at (m1, m2) as a colour.

    sections: results of `modecollapse basin`, outcome (m1, m2), scalars s and radius.
    paths: for each section a result of `modecollapse trajectory` to draw on it, or
    None: m1 and m2 (trajectory, time), projected from their own overlaps; collapsed
    ones red, others blue, the start a dot.
    ax: axes to draw into, one a section, without header and legend.
    """
    for dataset in sections:
        check_variables(dataset, "basin", REQUIRED)
        if dataset["outcome"].dims != ("m1", "m2"):
            raise ResultError("not a result of `modecollapse basin`: outcome is not over m1 and m2")
    paths = list(paths) or [None] * len(sections)
    if ax is not None:
        if len(ax) != len(sections):
            raise ResultError(f"{len(ax)} axes are given for {len(sections)} sections")
        draw_sections(ax, sections, paths)
        ax[0].set_ylabel("$m_2$")
        return ax[0].figure
    names = [name for name in COLORS if any(occurs(name, data) for data in sections)]
    with_paths = any(path is not None for path in paths)
    handles = [Patch(color=pale(COLORS[n]), label=words(n)) for n in names]
    if with_paths:
        for color, dashes, label in ((COLLAPSED_COLOR, COLLAPSED_DASHES, "collapsed"),
                                     (KEPT_COLOR, "-", "others")):  # fmt: skip
            handles.append(Line2D([], [], color=color, linestyle=dashes, label=label))
    alone = len(sections) == 1
    columns = 2 if alone else LEGEND_COLUMNS
    page = Page(
        len(sections),
        panel_width=3.2 if alone else 1.6,
        panel_height=3.2 if alone else 1.6,
        legend=0.1 + 0.17 * -(-len(handles) // columns),
    )
    first, second = header(sections, paths)
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(first, second)
        draw_sections(axes[0], sections, paths)
        axes[0, 0].set_ylabel("$m_2$")
        page.add_legend(figure, handles, columns)
    return figure


def draw_sections(
    panels: Sequence[Axes], sections: Sequence[xr.Dataset], paths: Sequence[xr.Dataset | None]
) -> None:
    for panel, dataset, path in zip(panels, sections, paths):
        draw_section(panel, dataset)
        name_basins(panel, dataset)
        if path is not None:
            draw_paths(panel, path)
        panel.set_title(rf"$R = {dataset['radius'].item():g}$", fontsize=style.TEXT_SIZE + 1)
        panel.set_xlabel("$m_1$")


def header(
    sections: Sequence[xr.Dataset], paths: Sequence[xr.Dataset | None]
) -> tuple[list[str], list[str]]:
    options = configuration(sections[0].attrs)
    size = sections[0]["m1"].size
    first = [
        rf"starts at overlap $s = {sections[0]['s'].item():g}$",
        weights_text(options),
        dynamics_text(options),
    ]
    second = [rf"{size} $\times$ {size} starts", provenance_text(sections[0].attrs)]
    followed = next((path for path in paths if path is not None), None)
    if followed is not None:
        drawn = configuration(followed.attrs)
        dimension = style.number_math(drawn.get("dimension", np.nan))
        number = followed["trajectory"].size
        second.insert(
            0, rf"{number} trajectories from random starts at $d = {dimension}$, whose $s$ moves"
        )
        second[-1] = provenance_text(followed.attrs)  # a section has no seed
    return first, second


def occurs(name: str, dataset: xr.Dataset) -> bool:
    return bool(np.any(flag_names(dataset["outcome"]) == name))


def pale(color: str) -> tuple[float, ...]:
    return tuple(PALE + (1.0 - PALE) * part for part in to_rgb(color))


def draw_section(axes: Axes, dataset: xr.Dataset) -> None:
    """Outside the admissible set the panel stays white."""
    names = flag_names(dataset["outcome"])
    index = np.full(names.shape, np.nan)
    for number, name in enumerate(COLORS):
        index[names == name] = number
    axes.pcolormesh(
        dataset["m1"].values,
        dataset["m2"].values,
        np.ma.masked_invalid(index.T),
        cmap=ListedColormap([pale(color) for color in COLORS.values()]),
        vmin=-0.5,
        vmax=len(COLORS) - 0.5,
        rasterized=True,
        shading="nearest",
        gid="outcome",
    )
    axes.set_xlim(-1.04, 1.04)
    axes.set_ylim(-1.04, 1.04)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["-1", "", "0", "", "1"])
    axes.set_yticks([-1, -0.5, 0, 0.5, 1], ["-1", "", "0", "", "1"])


def name_basins(axes: Axes, dataset: xr.Dataset) -> None:
    """The name of each basin that is not small, where it is nearest to its middle: in grey the
    colours of collapse and of no collapse are alike.
    """
    outcome = flag_names(dataset["outcome"])
    for name in COLORS:
        where = np.argwhere(outcome == name)
        if len(where) < SMALLEST_NAMED * outcome.size:
            continue
        i, j = where[np.hypot(*(where - where.mean(axis=0)).T).argmin()]
        axes.text(
            float(dataset["m1"][i]), float(dataset["m2"][j]), words(name).replace(" ", "\n"),
            fontsize=style.TEXT_SIZE - 2, ha="center", va="center", linespacing=0.9, zorder=4,
            path_effects=[withStroke(linewidth=1.5, foreground="white", alpha=0.7)],
            gid=f"basin:{name}",
        )  # fmt: skip


def draw_paths(axes: Axes, path: xr.Dataset) -> None:
    collapsed = np.isin(flag_names(path["outcome"]), COLLAPSED)
    for trajectory, lost in enumerate(collapsed):
        color = COLLAPSED_COLOR if lost else KEPT_COLOR
        m1, m2 = path["m1"].values[trajectory], path["m2"].values[trajectory]
        kind = "collapsed" if lost else "kept"
        dashes = COLLAPSED_DASHES if lost else "-"
        axes.plot(m1, m2, dashes, color=color, linewidth=0.9, gid=f"{kind}:{trajectory}")
        axes.plot(m1[:1], m2[:1], color="black", marker=".", markersize=2.5)
