"""R_c(d; level) by theory: the curve through the points of `modecollapse threshold`.

P(collapse) comes from `modecollapse theory` (docs/theory.md) with the options of the result.
Between two neighbouring dimensions with an R_c the radius at which it passes the level is found by
halving, next to theirs. Runs the engine: some seconds a level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from .._arguments import in_python
from .results import ResultError, flag_names
from .run_text import configuration
from .searched import searched_of

ACCURACY = 2e-3  # of P
PRECISION = 5e-4  # of R, well below the width of a line
AROUND = 0.04  # the first bracket reaches so far beyond the neighbours
PER_DECADE = 3
LARGEST_RADIUS, SMALLEST_RADIUS = 10.0, 0.05

Curve = tuple[np.ndarray, np.ndarray]  # dimensions, radii


def theory_radii(dataset: xr.Dataset) -> dict[float, Curve]:
    """Level -> the curve between the lowest and the highest dimension whose R_c was found.

    Raises ResultError where theory has no such probabilities.
    """
    options = theory_options(dataset)
    found = flag_names(dataset["status"].transpose("dimension", "level")) == "found"
    curves = {}
    for i, level in enumerate(dataset["level"].values.tolist()):
        row = dataset.isel(level=i, dimension=found[:, i]).sortby("dimension")
        if row["dimension"].size:
            points = dict(zip(row["dimension"].values.tolist(), row["r_c"].values.tolist()))
            curves[level] = curve_through(points, level, options)
    return curves


def theory_options(dataset: xr.Dataset) -> dict[str, Any]:
    """The result's options that theory has as well."""
    import modecollapse

    from .._commands import options_of

    options = {in_python(name): value for name, value in configuration(dataset.attrs).items()}
    searched = searched_of(dataset)
    if not searched.is_radius or options.get("family", "mixture") != "mixture":
        raise ResultError("the curve of theory is that of R_c of the mixture of two components")
    taken = set(options_of("theory")) - {"dimension", "radius", "level", "accuracy", "threads"}
    chosen = {name: value for name, value in options.items() if name in taken}
    try:
        modecollapse.theory(dimension=100, radius=1.0, accuracy=0.1, **chosen)
    except ValueError as error:
        raise ResultError(f"no curve of theory: {error}") from error
    return chosen


def curve_through(
    points: Mapping[int, float], level: float, options: Mapping[str, Any]
) -> Curve:
    import modecollapse

    known = np.array(sorted(points))
    dimensions = dimensions_between(int(known[0]), int(known[-1]))
    radii = []
    for dimension in dimensions.tolist():
        def p_collapse(radius: float, dimension: int = dimension) -> float:
            result = modecollapse.theory(
                dimension=dimension, radius=radius, accuracy=ACCURACY, progress=False, **options
            )
            return float(np.squeeze(result["p_collapse"].values))

        near = {known[known <= dimension][-1], known[known >= dimension][0]}
        neighbours = [points[int(one)] for one in near]
        radii.append(crossing(p_collapse, level, min(neighbours), max(neighbours)))
    return dimensions, np.array(radii)


def dimensions_between(first: int, last: int) -> np.ndarray:
    count = max(2, round(PER_DECADE * np.log10(last / first)) + 1)
    return np.unique(np.geomspace(first, last, count).round().astype(np.int64))


def crossing(p: Callable[[float], float], level: float, low: float, high: float) -> float:
    """The radius where p reaches the level from below, within or near [low, high]; or NaN."""
    low, high, step = low - AROUND, high + AROUND, AROUND
    while p(low) >= level:
        low, high, step = low - step, low, 2 * step
        if low < SMALLEST_RADIUS:
            return np.nan
    while p(high) < level:
        low, high, step = high, high + step, 2 * step
        if high > LARGEST_RADIUS:
            return np.nan
    while high - low > PRECISION:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if p(middle) >= level else (middle, high)
    return 0.5 * (low + high)
