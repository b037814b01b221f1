"""How many modes K components lose: over K/K*, over the dimension and over an annealing.

Draws results of modecollapse with --family components; all numbers are dimensionless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from . import style
from .panels import Page
from .results import ResultError
from .run_text import provenance_text, trajectories_text

BANDS = 2.0  # standard errors


@dataclass(frozen=True)
class Law:
    """How many of a target's modes are covered, by the number of components.

    results: `modecollapse probability` by dimension, then by the number K of components
    """

    title: str
    results: Mapping[float, Mapping[int, xr.Dataset]]


def covered(result: xr.Dataset) -> np.ndarray:
    """Share of the members that covered 0, 1, ... modes; failed ones are left out."""
    if "covered_modes_counts" not in result:
        raise ResultError("the result counts no covered modes: run --family components")
    counts = result["covered_modes_counts"].values.astype(float)
    return counts / counts.sum(axis=-1, keepdims=True)


def lost(result: xr.Dataset) -> tuple[float, float]:
    """Mean number of modes that no component covers, and its standard error."""
    share = covered(result)
    number = np.arange(share.size)
    mean = float(share @ number)
    count = float(result["covered_modes_counts"].sum())
    variance = float(share @ (number - mean) ** 2)
    return int(result["modes_of_the_target"]) - mean, np.sqrt(variance / count)


def some_result(law: Law) -> xr.Dataset:
    return next(iter(next(iter(law.results.values())).values()))


def lost_modes_figure(laws: Sequence[Law], first: Sequence[str]) -> Figure:
    """A column a layout. Above the shares of the numbers of modes lost, at the middle dimension;
    below the mean number lost, a curve a dimension.

    first: what was run, parts of the header.
    """
    page = Page(
        len(laws), 2, panel_width=2.0, panel_height=1.7, left=0.6, between=0.2, row_gap=0.55,
        legend=0.55,
    )  # fmt: skip
    result = some_result(laws[0])
    runs = [int(result["covered_modes_counts"].sum())]
    second = [
        trajectories_text(runs, "point"), f"bars below: {BANDS:g} standard errors",
        provenance_text(result.attrs),
    ]  # fmt: skip
    dimensions = list(laws[0].results)
    middle = dimensions[len(dimensions) // 2]
    most = max(int(some_result(law)["modes_of_the_target"]) for law in laws)
    colors = [matplotlib.colormaps["magma_r"](x) for x in np.linspace(0.04, 0.95, most + 1)]
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make([*first, f"above: $d = {middle:g}$"], second)
        for column, law in enumerate(laws):
            draw_shares(axes[0, column], law.results[middle], colors)
            handles = draw_means(axes[1, column], law)
            axes[0, column].set_title(law.title, fontsize=style.TEXT_SIZE)
            axes[0, column].set_ylim(0, 1)
            axes[1, column].set_ylim(0, most)
            axes[1, column].set_xlabel("components over modes, $K/K^{\\ast}$")
        axes[0, 0].set_ylabel("share of trajectories")
        axes[1, 0].set_ylabel("modes lost, mean")
        patches = [Patch(color=colors[j], label=f"{j} lost") for j in range(most + 1)]
        page.add_legend(figure, [*patches, *handles], (len(patches) + len(handles) + 1) // 2)
    return figure


def ratios(results: Mapping[int, xr.Dataset]) -> list[float]:
    modes = int(next(iter(results.values()))["modes_of_the_target"])
    return [count / modes for count in results]


def draw_shares(axes: Axes, results: Mapping[int, xr.Dataset], colors: Sequence) -> None:
    """Stacked bars, few lost below, in equal distances."""
    for place, result in enumerate(results.values()):
        share, bottom = covered(result), 0.0
        modes = int(result["modes_of_the_target"])
        for number in reversed(range(share.size)):
            axes.bar(
                place, share[number], bottom=bottom, width=0.85, color=colors[modes - number],
                gid=f"share:{place}:{modes - number}",
            )  # fmt: skip
            bottom += share[number]
    axes.set_xticks(range(len(results)), list(results))
    axes.tick_params(labelbottom=True)
    axes.set_xlabel("components $K$")


def draw_means(axes: Axes, law: Law) -> list:
    handles = []
    colors = style.ordered_colors(len(law.results))
    for i, ((dimension, results), color) in enumerate(zip(law.results.items(), colors)):
        means = np.array([lost(result) for result in results.values()])
        handle = axes.errorbar(
            ratios(results), means[:, 0], yerr=BANDS * means[:, 1], **style.series(i, color),
            markersize=4.5, linewidth=1.0, capsize=1.5, elinewidth=0.7,
            label=rf"$d = {style.number_math(dimension)}$",
        )  # fmt: skip
        handle.lines[0].set_gid(f"lost:{dimension:g}")
        handles.append(handle)
    return handles


def critical_radii_figure(
    results: Mapping[int, xr.Dataset], level: float, first: Sequence[str]
) -> Figure:
    """R_c against K = K*, a curve a dimension, with intervals.

    results: `modecollapse threshold` by the number of modes, all at equal dimensions.
    """
    page = Page(1, panel_width=3.6, panel_height=2.4, left=0.65, title=0.05)
    some = next(iter(results.values()))
    with matplotlib.rc_context(style.RC):
        figure, ((axes,),) = page.make(first, [provenance_text(some.attrs)])
        dimensions = some["dimension"].values
        handles = []
        for i, color in enumerate(style.ordered_colors(dimensions.size)):
            rows = [
                result.sel(level=level, method="nearest").isel(dimension=i)
                for result in results.values()
            ]
            middle, *ends = (
                np.array([float(row[name]) for row in rows])
                for name in ("r_c", "r_c_ci_low", "r_c_ci_high")
            )
            handle = axes.errorbar(
                list(results), middle, yerr=np.nan_to_num(np.abs(ends - middle)), color=color,
                marker=style.category(style.CATEGORY_MARKERS, i), markersize=4, linewidth=1.0,
                capsize=2, elinewidth=0.8, label=rf"$d = {style.number_math(dimensions[i])}$",
            )  # fmt: skip
            handle.lines[0].set_gid(f"r_c:{i}")
            handles.append(handle)
        axes.set_xticks(list(results))
        axes.set_xlabel("components and modes, $K = K^{\\ast}$")
        axes.set_ylabel(f"critical radius $R_c$, $P = {level:g}$")
        page.add_legend(figure, handles, len(handles))
    return figure


def annealing_figure(cube: xr.Dataset, modes: int, first: Sequence[str]) -> Figure:
    """Mean number of modes lost over (T0, t0), a panel a dimension.

    cube: sweep over dimension, initial_temperature and annealing_time.
    """
    cube = cube.transpose("dimension", "annealing_time", "initial_temperature", ...)
    dimensions = cube["dimension"].values
    page = Page(
        dimensions.size, panel_width=1.8, panel_height=1.5, left=0.65, between=0.15, title=0.25,
        legend=0.1, right=0.6,
    )  # fmt: skip
    share = covered(cube)
    mean = modes - share @ np.arange(share.shape[-1])
    runs = np.unique(cube["trajectories_run"]).tolist()
    second = [trajectories_text(runs, "cell"), provenance_text(cube.attrs)]
    with matplotlib.rc_context(style.RC):
        figure, (row,) = page.make(first, second)
        for axes, dimension, values in zip(row, dimensions, mean):
            image = axes.pcolormesh(
                values, cmap="viridis", vmin=0.0, vmax=float(np.ceil(mean.max())),
                gid=f"lost:{dimension:g}",
            )  # fmt: skip
            for (i, j), value in np.ndenumerate(values):
                dark = value < 0.6 * mean.max()
                axes.text(
                    j + 0.5, i + 0.5, f"{value:.1f}", ha="center", va="center",
                    color="white" if dark else "black", fontsize=style.TEXT_SIZE - 1.5,
                )  # fmt: skip
            for name, set_ticks in (("initial_temperature", axes.set_xticks),
                                    ("annealing_time", axes.set_yticks)):  # fmt: skip
                numbers = cube[name].values
                set_ticks(np.arange(numbers.size) + 0.5, [f"{x:g}" for x in numbers])
            axes.set_title(rf"$d = {style.number_math(dimension)}$", fontsize=style.TEXT_SIZE)
            axes.set_xlabel("initial temperature $T_0$")
        row[0].set_ylabel("annealing time $t_0$")
        bar = row[-1].inset_axes((1.05, 0.0, 0.06, 1.0))
        figure.colorbar(image, cax=bar, label="modes lost, mean")
    return figure
