"""Posterior collapse in VAEs with networks: what trainings end with over the scale of the data or
other options, and where their encoders put data.

Draws results of modecollapse with --family vae or sequence-vae; all numbers are dimensionless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .family_text import family_texts
from .panels import Page
from .results import ResultError
from .run_text import annealing_text, configuration, provenance_text, trajectories_text
from .searched import in_symbols

NORMAL_95 = 1.96
SCALE = "data scale $s$"
ANNEALING = {"constant": "no annealing"}


@dataclass(frozen=True)
class Shown:
    """A quantity of a sweep, as far as the result has it."""

    name: str
    label: str
    range: tuple[float, float] | None = None
    most: float = np.inf  # an interval by the standard error ends there
    least: float = 0.0


SHOWN = (
    Shown("p_collapse", "$P$(collapse)", (-0.03, 1.03)),
    Shown("active_directions", "active directions"),
    Shown("kl", "KL divergence (nats)"),
    Shown("accuracy", "accuracy", (0.45, 1.02), 1.0),
    Shown("posterior_fisher", "Fisher divergence $F$"),
)
OF_SENTENCES = (
    Shown("latent_information", r"$I_q(x;z)$ (nats)"),
    Shown("log_likelihood", r"$\log p(x)$ (nats)", least=-np.inf),
)


def values_of(result: xr.Dataset, shown: Shown) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The quantity with the ends of its 95 % interval, or None if the result lacks it."""
    if shown.name == "p_collapse":
        return tuple(result[name].values for name in ("p_collapse", "ci_low", "ci_high"))  # type: ignore[return-value]
    if shown.name == "active_directions":
        return mean_count(result) if "active_directions_counts" in result else None
    if shown.name not in result:
        return None
    mean = result[shown.name].values
    error = NORMAL_95 * result[f"{shown.name}_error"].values
    return mean, np.maximum(mean - error, shown.least), np.minimum(mean + error, shown.most)


def mean_count(result: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    counts = result["active_directions_counts"].values
    k, n = np.arange(counts.shape[-1]), np.maximum(counts.sum(axis=-1), 1)
    mean = (counts * k).sum(axis=-1) / n
    error = NORMAL_95 * np.sqrt(((counts * k**2).sum(axis=-1) / n - mean**2) / n)
    return mean, np.maximum(mean - error, 0), np.minimum(mean + error, k[-1])


def lines_figure(
    plane: xr.Dataset,
    axes: tuple[str, str] = ("data_scale", "inverse_lipschitz"),
    known: Mapping[str, float] | None = None,
) -> Figure:
    """What a sweep over two axes ends with, against the first, a line for each value of the second
    with its 95 % interval.

    known: what quantities are of the data themselves, by name; drawn across.
    """
    along, lines = axes
    known = known or {}
    plane = plane.transpose(lines, along, ...)
    shown_here = SHOWN + (OF_SENTENCES if "latent_information" in plane else ())
    found = [(shown, values) for shown in shown_here if (values := values_of(plane, shown))]
    columns = min(3, len(found))
    rows = -(-len(found) // columns)
    page = Page(columns, rows, panel_width=1.75, panel_height=1.6, left=0.65, between=0.75,
                row_gap=0.55, legend=0.3)  # fmt: skip
    options = configuration(plane.attrs)
    runs = np.unique(plane["trajectories_run"]).tolist()
    labels, x = line_labels(plane[lines]), plane[along]
    colors = style.ordered_colors(len(labels))
    with matplotlib.rc_context(style.RC):
        figure, panels = page.make(
            [
                *family_texts(plane, options, [name.replace("_", "-") for name in axes]),
                annealing_text(options),
            ],
            [
                trajectories_text(runs, "point", "trainings"),
                "bands: 95 % intervals",
                provenance_text(plane.attrs),
            ],
        )
        for panel in panels.flat[len(found):]:
            panel.remove()
        limit = []
        for panel, (shown, values) in zip(panels.flat, found):
            draw_lines(panel, shown, x, values, labels, colors)
            if shown.name == "accuracy" and options["data"] == "toy":
                limit = draw_bayes_limit(panel, x.values)
            if shown.name in known:
                limit = [panel.axhline(known[shown.name], ls="--", color=style.REFERENCE_COLOR,
                                       linewidth=1, zorder=1, label="of the data",
                                       gid=f"known:{shown.name}")]  # fmt: skip
        page.add_legend(figure, panels.flat[0].get_legend_handles_labels()[0] + limit, 6)
    return figure


def line_labels(values: xr.DataArray) -> list[str]:
    """$L = 1$, or "linear annealing"."""
    if values.dtype.kind in "OU":
        return [ANNEALING.get(str(value), f"{value} annealing") for value in values.values]
    symbol = str(values.attrs["symbol"])
    letter = in_symbols(symbol, symbol).strip("$")
    return [f"${letter} = {value:g}$" for value in values.values]


def draw_lines(
    panel: Axes, shown: Shown, x: xr.DataArray, values: Sequence[np.ndarray],
    labels: Sequence[str], colors: Sequence,
) -> None:  # fmt: skip
    for i, (label, color) in enumerate(zip(labels, colors)):
        mean, low, high = (array[i] for array in values)
        panel.plot(
            x.values, mean, label=label, gid=f"{shown.name}:{i}", markersize=4,
            **style.series(i, color),
        )  # fmt: skip
        panel.fill_between(x.values, low, high, color=color, alpha=0.2, linewidth=0)
    panel.tick_params(labelleft=True, labelbottom=True)
    panel.set_xlabel(in_symbols(str(x.attrs["long_name"]), str(x.attrs["symbol"])))
    panel.set_ylabel(shown.label)
    if shown.range:
        panel.set_ylim(*shown.range)


def draw_bayes_limit(panel: Axes, scales: np.ndarray) -> list:
    """The best accuracy on two normal clusters that are 10 apart in both coordinates."""
    s = np.linspace(scales.min(), scales.max(), 100)
    limit = [0.5 * (1 + erf(np.sqrt(50) / (value * np.sqrt(2)))) for value in s]
    return panel.plot(s, limit, "--", color=style.REFERENCE_COLOR, linewidth=1, zorder=1,
                      label="Bayes limit", gid="bayes")  # fmt: skip


@dataclass(frozen=True)
class Encoded:
    """What one trained encoder makes of data of known clusters."""

    decoder: str  # "network", "Brenier maps, $L = 1$"
    scale: float
    mean: np.ndarray  # (n, 2)
    kl: float  # mean over the data


def posteriors_figure(
    encoded: Sequence[Encoded], clusters: np.ndarray, result: xr.Dataset
) -> Figure:
    """Posterior means in the plane of two latents, and the prior's circle of one standard
    deviation: a row for each s, a column for each decoder.

    clusters: (n) of the data. result: of one of the trainings, for the header.
    """
    if any(one.mean.shape != (clusters.size, 2) for one in encoded):
        raise ResultError("posteriors are drawn in the plane: two latent dimensions")
    decoders = list(dict.fromkeys(one.decoder for one in encoded))
    scales = list(dict.fromkeys(one.scale for one in encoded))
    page = Page(len(decoders), len(scales), panel_width=1.75, panel_height=1.75, left=0.85,
                legend=0.3)  # fmt: skip
    options = configuration(result.attrs)
    with matplotlib.rc_context(style.RC):
        figure, panels = page.make(
            family_texts(result, options, ("data-scale", "inverse-lipschitz", "decoder")),
            [provenance_text(result.attrs)],
        )
        for one in encoded:
            row, column = scales.index(one.scale), decoders.index(one.decoder)
            panel = panels[row, column]
            handles = draw_posteriors(panel, one, clusters)
            if row == 0:
                panel.set_title(one.decoder, fontsize=style.TEXT_SIZE)
            if row == len(scales) - 1:
                panel.set_xlabel("$z_1$")
            if column == 0:
                panel.set_ylabel(f"$s = {one.scale:g}$\n$z_2$")
        page.add_legend(figure, handles, 3)
    return figure


def draw_posteriors(panel: Axes, one: Encoded, clusters: np.ndarray) -> list:
    handles = []
    for k, color in zip(np.unique(clusters), style.CATEGORY_COLORS):
        mean = one.mean[clusters == k]
        handles += panel.plot(
            mean[:, 0], mean[:, 1], ".", color=color, markersize=2.5,
            label=f"data of cluster {k + 1}", gid=f"cluster:{k}",
        )  # fmt: skip
    turn = np.linspace(0, 2 * np.pi, 200)
    handles += panel.plot(
        np.cos(turn), np.sin(turn), "--", color=style.REFERENCE_COLOR, linewidth=1, zorder=1,
        label="prior, one standard deviation", gid="prior",
    )  # fmt: skip
    reach = 2.6
    panel.set_xlim(-reach, reach)
    panel.set_ylim(-reach, reach)
    panel.text(0.03, 0.97, f"KL {one.kl:.2g} nats", transform=panel.transAxes, va="top",
               fontsize=style.TEXT_SIZE)  # fmt: skip
    return handles
