"""Runs that keep every mode, family beside family: over the number of modes.

Draws results of `modecollapse probability` that count covered modes; shares are dimensionless.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from . import style
from .components import covered
from .panels import Page
from .run_text import provenance_text, trajectories_text


def kept(result: xr.Dataset) -> tuple[float, float, float]:
    """Share of the members that covered all modes, and the ends of Wilson's 95 % interval."""
    share = float(covered(result)[int(result["modes_of_the_target"])])
    count, z = float(result["covered_modes_counts"].sum()), 1.959963984540054
    centre = (share + z * z / (2.0 * count)) / (1.0 + z * z / count)
    half = z * np.sqrt(share * (1.0 - share) / count + (z / (2.0 * count)) ** 2) / (
        1.0 + z * z / count
    )
    return share, centre - half, centre + half


def kept_modes_figure(
    results: Mapping[str, Mapping[int, xr.Dataset]], first: Sequence[str]
) -> Figure:
    """A curve a family, with intervals.

    results: by what was fitted, then by the number of modes K*; at least as many could be covered
    """
    page = Page(1, panel_width=3.8, panel_height=2.4, left=0.6, title=0.05, legend=0.45)
    runs = [int(r["covered_modes_counts"].sum()) for curve in results.values()
            for r in curve.values()]  # fmt: skip
    some = next(iter(next(iter(results.values())).values()))
    second = [
        trajectories_text(runs, "point"), "bars: 95 % intervals (Wilson)",
        provenance_text(some.attrs),
    ]  # fmt: skip
    with matplotlib.rc_context(style.RC):
        figure, ((axes,),) = page.make(first, second)
        handles = []
        for i, (label, curve) in enumerate(results.items()):
            middle, low, high = np.array([kept(result) for result in curve.values()]).T
            at = np.array(list(curve)) + 0.12 * (i - 0.5 * (len(results) - 1))
            handle = axes.errorbar(
                at, middle, yerr=np.maximum(0.0, (middle - low, high - middle)), label=label,
                color=style.category(style.CATEGORY_COLORS, i),
                marker=style.category(style.CATEGORY_MARKERS, i), markersize=4.5, linewidth=1.0,
                capsize=2, elinewidth=0.8,
            )  # fmt: skip
            handle.lines[0].set_gid(f"kept:{label}")
            handles.append(handle)
        axes.set_xticks(list(curve))
        axes.set_ylim(-0.03, 1.03)
        axes.set_xlabel("modes on the ring, $K^{\\ast}$")
        axes.set_ylabel("share that keeps all modes")
        page.add_legend(figure, handles, 2)
    return figure
