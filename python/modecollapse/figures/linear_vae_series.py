"""Order parameters of a linear VAE over time: SGD beside the closed equations that it follows.

Time is theta = learning rate x steps / N; all numbers are dimensionless.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .linear_vae import held, style_number
from .panels import Page
from .results import ResultError
from .run_text import configuration, provenance_text

# colour and marker, so that print in grey tells them apart as well
CURVES = {
    "m": ("#D55E00", "o", "$m$"),
    "d": ("#0072B2", "s", "$d$"),
    "q": ("#009E73", "^", "$Q$"),
    "e": ("#CC79A7", "v", "$E$"),
    "variance": ("0.2", "D", "$D$"),
}
MARKS = 21  # of SGD, along a curve


def order_parameters_figure(pairs: Sequence[Sequence[xr.Dataset]]) -> Figure:
    """One panel a pair: lines for the closed equations, marks for SGD from the same start.

    pairs: results of `modecollapse trajectory --family linear-vae` with M = M* = 1, one
        trajectory each, at the same times: of a flow and of SGD.
    """
    for dataset in [one for pair in pairs for one in pair]:
        if not {*CURVES} <= {*dataset.variables}:
            raise ResultError("not a trajectory of a linear VAE with one latent and one signal")
    options = configuration(pairs[0][1].attrs)
    page = Page(len(pairs), panel_width=2.9, panel_height=2.3, left=0.6, between=0.3, legend=0.42)
    first = held(options, "dimension")
    first[1] += (
        rf", $\tau = {options['learning-rate']:g}$, $B = {options['batch-size']:g}$"
    )
    with matplotlib.rc_context(style.RC):
        figure, (axes,) = page.make(first, [provenance_text(pairs[0][1].attrs)])
        for panel, (flow, sgd) in zip(axes, pairs):
            draw_pair(panel, flow, sgd)
        axes[0].set_ylabel("order parameter")
        page.add_legend(figure, legend_handles(), len(CURVES) + 2)
    return figure


def draw_pair(axes: Axes, flow: xr.Dataset, sgd: xr.Dataset) -> None:
    time = sgd["time"].values
    every = max(1, (time.size - 1) // (MARKS - 1))
    for name, (color, marker, _) in CURVES.items():
        # both signs of the signal are one state: drawn above zero
        sign = np.sign(float(flow["m"].values[0, -1])) if name in ("m", "d") else 1.0
        axes.plot(
            flow["time"].values, sign * flow[name].values[0], color=color, linewidth=1.1,
            gid=f"flow:{name}",
        )  # fmt: skip
        axes.plot(
            time, sign * sgd[name].values[0], color=color, marker=marker, markevery=every,
            linestyle="none", markersize=3.2, markerfacecolor="white", markeredgewidth=0.8,
            gid=f"sgd:{name}",
        )  # fmt: skip
    axes.axhline(0.0, color="0.85", linewidth=0.6, zorder=0)
    axes.set_xlim(time[0], time[-1])
    axes.set_xlabel(r"time $\theta$")
    dimension = style_number(configuration(sgd.attrs)["dimension"])
    axes.set_title(f"$N = {dimension}$", fontsize=style.TEXT_SIZE)


def legend_handles() -> list[Line2D]:
    kinds = [
        Line2D([], [], color="0.4", label="closed equations"),
        Line2D([], [], color="0.4", marker="o", linestyle="none", markersize=3.2,
               markerfacecolor="white", label="SGD"),
    ]  # fmt: skip
    symbols = [
        Line2D([], [], color=color, marker=marker, markersize=3.2, markerfacecolor="white",
               label=label)
        for color, marker, label in CURVES.values()
    ]  # fmt: skip
    return symbols + kinds
