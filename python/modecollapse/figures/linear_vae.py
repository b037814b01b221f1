"""Posterior collapse in the linear VAE: how many latents are active over the KL weight,
where an inverse-Lipschitz decoder is active, and how long a warm-up should be.

Draws results of modecollapse with --family linear-vae; all numbers are dimensionless.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import style
from .panels import Page
from .results import ResultError
from .run_text import configuration, provenance_text, trajectories_text

BETA = r"KL weight $\beta$"


def held(options: dict, *without: str) -> list[str]:
    """What was held fixed, in symbols."""
    symbols = {
        "signal-variance": r"\rho", "noise-variance": r"\eta", "latent-dimension": "M",
        "signal-dimension": r"M^{\ast}", "dimension": "N", "kl-weight": r"\beta",
        "inverse-lipschitz": "L", "horizon": "T", "start-scale": "s_0",
    }  # fmt: skip
    told = []
    for name, symbol in symbols.items():
        values = np.atleast_1d(options.get(name, []))  # of theory a list
        if name not in without and values.size == 1:
            told.append(f"${symbol} = {values[0]:g}$")
    return [", ".join(told[:5]), ", ".join(told[5:])]


def run_parts(result: xr.Dataset, per: str) -> list[str]:
    runs = np.unique(result["trajectories_run"])
    return [trajectories_text(runs.tolist(), per, "trajectories"), provenance_text(result.attrs)]


def active_directions_figure(
    single: xr.Dataset, theory: xr.Dataset, several: xr.Dataset
) -> Figure:
    """P(k active) over the KL weight.

    single: sweep over kl_weight and dimension with M = M* = 1. theory: result of
        `modecollapse theory` at the same dimensions and the level 1/2. several: sweep
        over kl_weight with M > 1.
    """
    page = Page(2, panel_width=2.75, panel_height=2.2, left=0.6, between=0.75, legend=0.5)
    options = configuration(single.attrs)
    with matplotlib.rc_context(style.RC):
        first = held(options, "kl-weight", "dimension")
        figure, ((left, right),) = page.make(first, run_parts(single, "point"))
        handles = draw_collapse(left, single, theory)
        handles += draw_shares(right, several)
        left.set_ylabel(r"$P$(no active direction)")
        right.set_ylabel(r"$P$($k$ active directions)")
        right.tick_params(labelleft=True)
        page.add_legend(figure, handles, 5)
    return figure


def draw_collapse(axes: Axes, single: xr.Dataset, theory: xr.Dataset) -> list:
    single = single.transpose("dimension", "kl_weight", ...)
    dimensions = single["dimension"].values
    critical = theory["critical_kl_weight"].sel(dimension=dimensions).squeeze("level").values
    handles = []
    colors = style.ordered_colors(dimensions.size)
    for i, (dimension, color) in enumerate(zip(dimensions, colors)):
        p = single["p_collapse"].values[i]
        ends = [p - single["ci_low"].values[i], single["ci_high"].values[i] - p]
        handle = axes.errorbar(
            single["kl_weight"].values, p, yerr=np.maximum(ends, 0.0),
            **style.series(i, color), markersize=3.5, linewidth=1.0, capsize=1.5, elinewidth=0.7,
            label=f"$N = {style_number(dimension)}$",
        )  # fmt: skip
        handle.lines[0].set_gid(f"p:{i}")
        handles.append(handle)
        mark = axes.axvline(
            critical[i], color=color, linestyle=":", linewidth=1.2, gid=f"critical:{i}"
        )
    mark.set_label(r"$\beta_c(N)$ in closed form")
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(BETA)
    return [*handles, mark]


def style_number(value: float) -> str:
    exponent = round(np.log10(value))
    return f"10^{{{exponent}}}" if value == 10.0**exponent else f"{value:g}"


def draw_shares(axes: Axes, several: xr.Dataset) -> list:
    counts = several["active_directions_counts"].transpose("kl_weight", ...).values
    shares = counts / counts.sum(axis=1, keepdims=True)
    latent = shares.shape[1] - 1
    handles = []
    for k, color in enumerate(style.ordered_colors(latent + 1)):
        handles += axes.plot(
            several["kl_weight"].values, shares[:, k], color=color,
            linestyle=style.DASHES[k % len(style.DASHES)], label=f"$k = {k}$", gid=f"k:{k}",
        )  # fmt: skip
    options = configuration(several.attrs)
    dimension = style_number(options["dimension"])
    axes.set_title(
        rf"$M = {latent}$, $M^{{\ast}} = {options['signal-dimension']}$, $N = {dimension}$",
        fontsize=style.TEXT_SIZE,
    )
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel(BETA)
    return handles


def stretched_decoder_figure(plane: xr.Dataset, boundary: Sequence[float]) -> Figure:
    """P(no active direction) over (beta, L), with the boundary in closed form.

    plane: sweep over kl_weight and inverse_lipschitz. boundary: critical KL weight at
        each of the plane's inverse-Lipschitz constants.
    """
    plane = plane.transpose("inverse_lipschitz", "kl_weight", ...)
    page = Page(1, panel_width=4.1, panel_height=2.7, left=0.65, title=0.05)
    options = configuration(plane.attrs)
    with matplotlib.rc_context(style.RC):
        first = held(options, "kl-weight", "inverse-lipschitz")
        figure, ((axes,),) = page.make(first, run_parts(plane, "cell"))
        image = axes.pcolormesh(
            plane["kl_weight"].values, plane["inverse_lipschitz"].values,
            plane["p_collapse"].values, cmap="viridis", vmin=0.0, vmax=1.0, shading="nearest",
        )  # fmt: skip
        line = axes.plot(
            boundary, plane["inverse_lipschitz"].values, color=style.CATEGORY_COLORS[0],
            linewidth=1.8, gid="boundary", label="boundary in closed form",
        )  # fmt: skip
        axes.set_xlim(*np.asarray(plane["kl_weight"].values)[[0, -1]])
        place = axes.get_position()
        axes.set_position((place.x0, place.y0, 0.87 * place.width, place.height))
        bar = axes.inset_axes((1.03, 0.0, 0.035, 1.0))
        figure.colorbar(image, cax=bar)
        bar.set_title("$P$", fontsize=style.TEXT_SIZE)
        axes.set_xlabel(BETA)
        axes.set_ylabel("inverse-Lipschitz constant $L$")
        page.add_legend(figure, line, 1)
    return figure


def warm_up_figure(theory: xr.Dataset) -> Figure:
    """Median time to recovery against the annealing rate 1/t0 of a tanh warm-up.

    theory: result of `modecollapse theory --warm-up-starts`.
    """
    if "recovery_time" not in theory:
        raise ResultError("the result tells no warm-ups: run theory with --warm-up-starts")
    page = Page(
        1, panel_width=3.6, panel_height=2.4, left=0.65, title=0.05, below_axis=0.55
    )
    options = configuration(theory.attrs)
    starts = f"median over {options['warm-up-starts']:g} starts"
    rates = 1.0 / theory["warm_up_time"].values
    best, without = float(theory["warm_up"]), float(theory["median_time_without"])
    with matplotlib.rc_context(style.RC):
        figure, ((axes,),) = page.make(
            [*held(options), starts], [provenance_text(theory.attrs)]
        )
        axes.plot(
            rates, theory["recovery_time"].values, color=style.CATEGORY_COLORS[0], marker="o",
            markersize=3, gid="warm-ups",
        )  # fmt: skip
        if np.isfinite(without):
            axes.axhline(
                without, color=style.REFERENCE_COLOR, linestyle="--", linewidth=0.9,
                label=f"without a warm-up: {without:.3g}", gid="without",
            )  # fmt: skip
        if np.isfinite(best):
            axes.plot(
                1.0 / best, float(theory["warm_up_median_time"]), marker="*", markersize=11,
                color=style.CATEGORY_COLORS[1], linestyle="none", gid="best",
                label=f"best: $t_0 = {best:.3g}$",
            )  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel(r"annealing rate $1/t_0$, $\beta(\theta) = \beta \tanh(\theta/t_0)$")
        axes.set_ylabel(r"time $\theta$ to recovery")
        page.add_legend(figure, axes.get_legend_handles_labels()[0], 2)
    return figure
