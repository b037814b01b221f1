"""A small result of modecollapse phase-diagram, of invented numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from figure_checks import ATTRIBUTES, flagged  # first: skips where modules are missing

import numpy as np
import xarray as xr

COMPLETE, PENDING, FAILED = 0, 1, 2
OUTCOMES = ("aligned_plus", "matched", "undecided", "failed")
SWEEP_CONFIG = """[axes]
radius = [1, 1.5, 2]
zip = [["radius", "weight"]]

[fixed]
target-weight = 0.6666666666666666
weights = 'fixed'
dynamics = 'flow'
trajectories = 20000
seed = 7

[adaptive]
max-trajectories = 1000000

# version = 0.1.0
"""
RADII = tuple(np.linspace(1.0, 3.0, 9))
DIMENSIONS = (2, 7, 25, 90, 321, 1144)


def synthetic_sweep(
    axes: Mapping[str, Sequence] | None = None,
    partners: Mapping[str, tuple[str, Sequence]] | None = None,
    unfinished: Mapping[tuple[int, ...], int] | None = None,
    p: Any = None,
) -> xr.Dataset:
    """A result as modecollapse phase-diagram writes it.

    axes: coordinates by name, the slowest axis first
    partners: axis and coordinates of the axes zipped to it, by name
    unfinished: status by index of the cell; such a cell has no trajectories
    p: P(collapse) (grid); by default it grows from 0 to 1 along the first axis, later
    if the index along the other axes is higher
    """
    if axes is None:
        axes = {"radius": RADII, "dimension": DIMENSIONS}
    grid = tuple(axes)
    shape = tuple(len(values) for values in axes.values())
    if p is None:
        index = np.indices(shape, dtype=float)
        along = index[0] / max(shape[0] - 1, 1)
        late = index[1:].sum(axis=0) / max(sum(shape[1:]), 1)
        p = np.clip(1.6 * along - 0.6 * late, 0.0, 1.0)
    p = np.broadcast_to(np.asarray(p, float), shape).copy()
    status = np.zeros(shape, int)
    run = np.full(shape, 1000)
    for cell, flag in (unfinished or {}).items():
        status[cell], run[cell], p[cell] = flag, 0, np.nan
    collapsed = np.nan_to_num(run * p)
    counts = np.stack([collapsed, run - collapsed, 0 * run, 0 * run], axis=-1)
    variables = {
        "p_collapse": (grid, p),
        "ci_low": (grid, np.maximum(p - 0.02, 0.0)),
        "ci_high": (grid, np.minimum(p + 0.03, 1.0)),
        "trajectories_run": (grid, run),
        "counts": ((*grid, "outcome"), counts.astype(np.int64)),
        "status": flagged(grid, status, "complete pending failed"),
    }
    coordinates = {name: coordinate(values) for name, values in axes.items()}
    for name, (axis, values) in (partners or {}).items():
        coordinates[name] = ((axis,), coordinate(values))
    coordinates["outcome"] = coordinate(OUTCOMES)
    attributes = {
        **ATTRIBUTES,
        "title": "Phase diagram of mode collapse",
        "config_toml": SWEEP_CONFIG,
    }
    return xr.Dataset(variables, coordinates, attributes)


def coordinate(values: Sequence) -> np.ndarray:
    return np.array(values, object if isinstance(values[0], str) else None)


STATUS = "found below_range not_reached unsettled above_range"
OVER_CONFIG = """quantity = "threshold"
[axes]
radius = [1, 2]

[fixed]
dimension = [10]
level = [0.3]
over = 'annealing-time'
seed = 7
"""


def critical_plane(
    axes: Mapping[str, Sequence], words: Any = "found", over: str = ""
) -> xr.Dataset:
    """A plane of critical values: of the radius, or `over` the annealing time, in powers of ten.

    axes: as above; words: what became of each cell (grid). The values grow along the first axis.
    """
    plain = synthetic_sweep(axes)
    grid = plain["p_collapse"].dims
    found = np.broadcast_to(np.asarray(words, object), plain["p_collapse"].shape)
    index = np.indices(found.shape, dtype=float)
    growing = 10.0 ** index[0] if over else 1.0 + index.sum(axis=0)
    value = np.where(found == "found", growing, np.nan)
    name = "critical_value" if over else "r_c"
    flags = np.vectorize(STATUS.split().index)(found)
    plain = plain.drop_vars(["p_collapse", "ci_low", "ci_high", "counts", "outcome"])
    words = "critical value of the annealing time t0" if over else "critical radius"
    about = {"units": "1", "long_name": words}
    plain[name] = (grid, value, about)
    plain[f"{name}_ci_low"] = (grid, 0.9 * value)
    plain[f"{name}_ci_high"] = (grid, 1.2 * value)
    plain[f"{name}_status"] = flagged(grid, flags, STATUS)
    plain["annealing_time_range" if over else "radius_range"] = ("end", np.array([0.5, 9.5]))
    if over:
        plain["searched"] = ((), "annealing_time")
        plain["over_scale"] = flagged((), 1, "linear log")
    plain.attrs["config_toml"] = OVER_CONFIG
    return plain
