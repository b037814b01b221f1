"""Where the curve of a family without a list of dimensions crosses the levels."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from . import style
from .critical_radii import triangle
from .layout import Layout
from .results import flag_names
from .searched import in_symbols, searched_of


def draw_at_levels(axes: Axes, layout: Layout, dataset: xr.Dataset) -> None:
    """The critical values of one curve, (level,): where it crosses each level, with the bracket."""
    dataset = dataset.sortby("level")
    searched = searched_of(dataset)
    status = flag_names(dataset["status"])
    evaluated = dataset[searched.evaluated].values
    why = searched.out_of_range(float(evaluated.min()), float(evaluated.max()))
    handles: list[Artist] = []
    for i, level in enumerate(dataset["level"].values):
        color = style.category(style.CATEGORY_COLORS, i)
        if status[i] != "found":
            label = f"level {level:g}: {why[status[i]]}"
            handles.append(Line2D([], [], label=label, **triangle(status[i], color)))
            continue
        value, low, high = (
            float(dataset[name].values[i]) for name in (searched.critical, *searched.ends)
        )
        bars = np.maximum(np.nan_to_num([[value - low], [high - value]]), 0.0)
        symbol = in_symbols(searched.symbol, searched.symbol) or "critical value"
        between = f" ({low:.4g} to {high:.4g})" if np.isfinite([low, high]).all() else ""
        axes.errorbar(
            value,
            level,
            xerr=bars,
            linestyle="none",
            color=color,
            marker=style.category(style.CATEGORY_MARKERS, i),
            markersize=5,
            elinewidth=1.2,
            capsize=2.5,
            label=f"level {level:g}: {symbol} = {value:.4g}{between}",
            zorder=4,
        )
    handles = [*axes.get_legend_handles_labels()[0], *handles]
    layout.add_legend(axes, 0, handles, 1)
