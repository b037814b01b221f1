"""A computed phase diagram as one HTML file: sliders for its axes, no program, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.colors import to_hex

from ..figures.cell_status import COMPLETE, cell_status
from ..figures.interactive import name_of
from ..figures.phase_diagram import read_phase_diagram
from ..figures.shown import grid_of, shown_of, span_of, with_number
from ..figures.sweep_axes import SweepAxis, sorted_grid, sweep_axes
from .page import page

SHADES = 64
PROVENANCE = ("title", "version", "git_sha", "backend", "seed", "references")


def write_plane(result: Path, output: Path) -> None:
    """Raises ResultError for a file that is no phase diagram, OSError if writing fails."""
    dataset = read_phase_diagram(result)
    title = str(dataset.attrs.get("title", "phase diagram"))
    text = page("plane", ("draw.js", "controls.js", "plane.js"), plane_data(dataset), title)
    output.write_text(text, encoding="utf-8")


def plane_data(dataset: xr.Dataset) -> dict[str, Any]:
    """What the page shows: axes, values and ends of intervals over all of them, what was run."""
    dataset = sorted_grid(dataset)
    shown = shown_of(dataset)
    # longest axes first: they span the picture
    axes = sorted(sweep_axes(dataset), key=lambda axis: -axis.values.size)
    there = cell_status(dataset) == COMPLETE
    names = [shown.value, *(shown.ends or ())]
    cells = [with_number(dataset, name, there) for name in names]
    low, high = span_of(shown, [cells[0]], dataset)
    order = [grid_of(dataset).index(axis.name) for axis in axes]
    scale = matplotlib.colormaps["viridis"]
    return {
        "axes": [axis_data(axis) for axis in axes],
        "name": name_of(shown),
        "values": [nested(np.transpose(values, order)) for values in cells],
        "span": [low, high],
        "shades": [to_hex(scale(place)) for place in np.linspace(0, 1, SHADES)],
        "run": str(dataset.attrs.get("config_toml", "")),
        "provenance": [f"{n}: {dataset.attrs[n]}" for n in PROVENANCE if dataset.attrs.get(n)],
    }


def axis_data(axis: SweepAxis) -> dict[str, Any]:
    name = axis.name.replace("_", " ")
    values = axis.values.tolist()
    return {
        "option": axis.name,
        "symbol": name,
        "help": str(axis.about.get("long_name", name)),
        "label": name,
        "values": [value if isinstance(value, str) else f"{value:.12g}" for value in values],
        "start": axis.values.size // 2,
        "places": axis.positions.tolist(),
        "edges": [axis.edges[0], axis.edges[-1]],
        "log": axis.is_log,
    }


def nested(values: np.ndarray) -> Any:
    """Seven digits, and null for what is not a number."""
    digits = np.array([float(f"{value:.7g}") for value in values.ravel()]).reshape(values.shape)
    return np.where(np.isfinite(digits), digits.astype(object), None).tolist()
