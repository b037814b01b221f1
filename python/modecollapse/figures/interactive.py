"""The phase diagram to look into with the mouse: one self-contained HTML file.

    python -m modecollapse.figures.interactive RUN/result.nc diagram.html

Needs plotly (`pip install plotly`), whose JavaScript goes into the file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._text import printable
from .cell_status import COMPLETE, cell_status
from .phase_diagram import placed, read_phase_diagram
from .results import ResultError
from .run_text import configuration
from .selection import SelectionError, parse_selection, select
from .shown import Shown, shown_of, span_of, with_number
from .sweep_axes import SweepAxis, sorted_grid, sweep_axes

if TYPE_CHECKING:
    import plotly.graph_objects

EXIT_USAGE = 2
LOG_SPAN = 30.0  # positive axes over a wider range are logarithmic


def interactive_phase_diagram(
    dataset: xr.Dataset, selection: Mapping[str, Any] | None = None
) -> plotly.graph_objects.Figure:
    """P, or a critical value, over two axes as a heat map, over one as a curve with its interval.

    dataset, selection: as of phase_diagram_figure. Cells that are not complete, or found no
    critical value, are empty. Under the pointer: the axes, the value, its interval, the
    trajectories.
    """
    import plotly.graph_objects as go

    dataset, _ = select(sorted_grid(dataset), selection or {})
    axes = sweep_axes(dataset)
    shown = shown_of(dataset)
    p = with_number(dataset, shown.value, cell_status(dataset) == COMPLETE)
    counted = [name for name in ("trajectories_run",) if name in dataset]
    under = [shown.value, *(shown.ends or ()), *counted]
    details = np.stack([dataset[name].values for name in under], axis=-1)
    tail = pointed_at(shown, under)
    low, high = span_of(shown, [p], dataset)
    if len(axes) == 2:
        x, y = placed(axes)
        if axes[0] is x:
            p, details = p.T, details.transpose(1, 0, 2)
        trace = go.Heatmap(
            x=x.values,
            y=y.values,
            z=p,
            zmin=low,
            zmax=high,
            colorscale="Viridis",
            colorbar={"title": {"text": name_of(shown)}},
            customdata=details,
            hovertemplate=hover(x, "x") + hover(y, "y") + tail,
        )
    else:
        x, y = axes[0], None
        trace = go.Scatter(
            x=x.values,
            y=p,
            mode="lines+markers",
            error_y=error_bars(dataset, shown, p),
            customdata=details,
            hovertemplate=hover(x, "x") + tail,
        )
    figure = go.Figure(trace)
    figure.update_layout(
        title={"text": title_of(dataset), "font": {"size": 14}}, template="plotly_white"
    )
    figure.update_xaxes(title_text=words(x), type=scale(x))
    figure.update_yaxes(title_text=words(y) if y else name_of(shown))
    if y:
        figure.update_yaxes(type=scale(y))
    return figure


def words(axis: SweepAxis) -> str:
    return escape(axis.name.replace("_", " "))


def scale(axis: SweepAxis) -> str:
    if axis.is_choice:
        return "category"
    values = np.asarray(axis.values, dtype=float)
    wide = values.min() > 0 and values.max() > LOG_SPAN * values.min()
    return "log" if wide else "linear"


def hover(axis: SweepAxis, place: str) -> str:
    return f"{words(axis)} %{{{place}}}<br>"


def name_of(shown: Shown) -> str:
    if shown.searched is None:
        return "P(collapse)"
    return "R_c" if shown.searched.is_radius else escape(f"critical {shown.searched.words}")


def error_bars(dataset: xr.Dataset, shown: Shown, p: np.ndarray) -> dict[str, Any] | None:
    if shown.ends is None:
        return None
    low, high = (dataset[name].values for name in shown.ends)
    return {"type": "data", "symmetric": False, "array": high - p, "arrayminus": p - low}


def pointed_at(shown: Shown, under: list[str]) -> str:
    """What stands under the pointer of the variables `under`: value, interval, trajectories."""
    text = f"{'P' if shown.searched is None else name_of(shown)} = %{{customdata[0]:.5f}}"
    if shown.ends:
        text += "<br>95 %: %{customdata[1]:.5f} to %{customdata[2]:.5f}"
    if under[-1] == "trajectories_run":
        text += f"<br>%{{customdata[{len(under) - 1}]}} trajectories"
    return text + "<extra></extra>"


def title_of(dataset: xr.Dataset) -> str:
    """What was run, in plain text."""
    attributes, options = dataset.attrs, configuration(dataset.attrs)
    shown = ("target-weight", "weight", "weights", "dynamics", "layers", "width", "horizon",
             "trajectories")
    parts = [f"{name} {options[name]}" for name in shown if name in options]
    for name in ("seed", "version", "git_sha", "backend"):
        if attributes.get(name):
            parts.append(f"{name} {attributes[name]}")
    cells = shown_of(dataset)
    what = name_of(cells) if cells.searched else "Probability of mode collapse"
    return f"{what}<br><sup>{escape(', '.join(parts))}</sup>"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="modecollapse.figures.interactive", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("result", type=Path, metavar="RESULT.nc")
    parser.add_argument("output", type=Path, metavar="FILE.html")
    parser.add_argument("--select", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args(arguments)
    try:
        selection = parse_selection(options.select)
        figure = interactive_phase_diagram(read_phase_diagram(options.result), selection)
        figure.write_html(options.output, include_plotlyjs=True)
    except (ResultError, SelectionError, OSError, ModuleNotFoundError) as error:
        print(f"modecollapse.figures.interactive: error: {printable(str(error))}", file=sys.stderr)
        return EXIT_USAGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
