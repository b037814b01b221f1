"""The axes of a sweep: coordinates, edges of the cells, scale, label, ticks.

A group of zipped axes is one axis with the coordinates of its first member; the others
are its partners.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from . import style
from .quantities import short_quantity, value_text, words_of_axis
from .results import ResultError
from .shown import grid_of, shown_of

LOG_FROM_RATIO = 8.0  # of the largest to the smallest coordinate
TICK_GAP = {"x": 0.1, "y": 0.06}  # ticks at the coordinates: if this fraction apart
TICK_LETTERS = 58  # that fit beside each other
MOST_LETTERS = 5  # of a tick at a coordinate of a logarithmic axis
TICK_ROWS = 18  # that fit above each other


@dataclass(frozen=True)
class SweepAxis:
    """One dimension of the grid, n cells long.

    values: (n,) the coordinates, numbers in increasing order or names of a choice
    partners: option -> (n,), of the axes zipped to this one
    about: attributes of the coordinates: long_name, symbol
    """

    name: str
    values: np.ndarray
    partners: dict[str, np.ndarray]
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_choice(self) -> bool:
        return self.values.dtype.kind not in "iuf"

    @property
    def is_log(self) -> bool:
        """Dimensions, and coordinates whose ratios are more even than their steps."""
        if self.is_choice or self.values.min() <= 0:
            return False
        if self.name == "dimension":
            return True
        ratio = self.values.max() / self.values.min()
        if self.values.size < 3 or ratio < LOG_FROM_RATIO:
            return False
        return unevenness(np.log(self.values)) < unevenness(self.values)

    @property
    def positions(self) -> np.ndarray:
        """(n,) where the cells stand: the coordinates; 0, 1, ... for a choice."""
        if self.is_choice:
            return np.arange(self.values.size, dtype=float)
        return self.values.astype(float)

    def scaled(self, positions: np.ndarray) -> np.ndarray:
        """Any positions as lengths along the drawn axis: logarithms if it has them."""
        return np.log10(positions) if self.is_log else positions

    def unscaled(self, lengths: np.ndarray) -> np.ndarray:
        """The inverse of `scaled`."""
        return 10.0**lengths if self.is_log else lengths

    @property
    def edges(self) -> np.ndarray:
        """(n + 1,) borders of the cells, half way between neighbours as drawn."""
        centre = self.scaled(self.positions)
        if centre.size == 1:
            half = 0.5 if self.is_log or self.is_choice else 0.1 * abs(centre[0]) or 0.5
            return self.unscaled(centre[0] + np.array([-half, half]))
        middle = 0.5 * (centre[:-1] + centre[1:])
        first, last = 2.0 * centre[0] - middle[0], 2.0 * centre[-1] - middle[-1]
        return self.unscaled(np.concatenate([[first], middle, [last]]))

    @property
    def label(self) -> str:
        """What stands at the axis; a line more names the partners and their ends."""
        lines = [words_of_axis(self.name, self.about)]
        partners = [
            f"{short_quantity(name)}: {end_text(ends[0])} to {end_text(ends[-1])}"
            for name, ends in self.partners.items()
        ]
        if partners:
            lines.append(f"(zipped with {', '.join(partners)})")
        return "\n".join(lines)


def is_geometric(axis: SweepAxis) -> bool:
    """Does a logarithmic axis span a power of ten, by coordinates that no tick should say?

    Such as 2.15443.
    """
    if not axis.is_log or axis.values.max() < 10.0 * axis.values.min():
        return False
    return max(len(f"{value:g}") for value in axis.values) > MOST_LETTERS


def members(axis: SweepAxis) -> dict[str, np.ndarray]:
    """The coordinates of the axis itself and of its partners, (n,) each, by option."""
    return {axis.name: axis.values, **axis.partners}


def unevenness(values: np.ndarray) -> float:
    """Standard deviation of the steps as a fraction of their mean."""
    steps = np.diff(values)
    return float(steps.std() / steps.mean())


def end_text(value: Any) -> str:
    return shortened(value) if isinstance(value, str) else value_text(value)


def shortened(text: str) -> str:
    """At most 9 letters: a seed has up to 20 digits."""
    return text if len(text) <= 9 else f"{text[:4]}…{text[-4:]}"


def sorted_grid(dataset: xr.Dataset) -> xr.Dataset:
    """The same cells with increasing coordinates; choices keep their order.

    Raises ResultError if the variables of the grid do not fit each other.
    """
    grid = grid_of(dataset)
    if not grid:
        raise ResultError("not a phase diagram: there is no axis")
    for name in shown_of(dataset).required:
        if set(dataset[name].dims) != set(grid):
            raise ResultError(f"not a phase diagram: {name} has other axes")
    for name in grid:
        if name not in dataset.variables:
            raise ResultError(f"not a phase diagram: {name} has no coordinates")
        if dataset[name].dtype.kind in "iuf":
            dataset = dataset.isel({name: np.argsort(dataset[name].values)})
    return dataset


def sweep_axes(dataset: xr.Dataset) -> list[SweepAxis]:
    """The axes of the grid in the order of the file, those with one value included."""
    axes = []
    for name in grid_of(dataset):
        partners = {
            str(other): variable.values
            for other, variable in dataset.coords.items()
            if variable.dims == (name,) and other != name
        }
        axes.append(SweepAxis(name, dataset[name].values, partners, dataset[name].attrs))
    return axes


def draw_axis(axes: Axes, side: Literal["x", "y"], axis: SweepAxis) -> None:
    """Scale, limits (the outer edges), label and ticks of one side of a panel."""
    edges = axis.edges
    if axis.is_log:
        axes.set(**{f"{side}scale": "log"})
    axes.set(**{f"{side}lim": (edges[0], edges[-1]), f"{side}label": axis.label})
    drawn = axes.xaxis if side == "x" else axes.yaxis
    along = axis.scaled(axis.positions)
    span = np.ptp(axis.scaled(edges))
    if axis.is_choice:
        texts = [shortened(text) for text in axis.values]
        letters = TICK_LETTERS // (max(map(len, texts)) + 3)
        every = -(-len(texts) // (max(1, letters) if side == "x" else TICK_ROWS))
        drawn.set_ticks(axis.positions[::every], texts[::every])
    elif axis.values.size == 1 or (
        np.diff(along).min() >= TICK_GAP[side] * span and not is_geometric(axis)
    ):
        drawn.set_major_locator(FixedLocator(axis.positions))
        drawn.set_minor_locator(NullLocator())
        drawn.set_major_formatter(FuncFormatter(lambda value, _: value_text(value)))
    elif axis.is_log:
        style.set_log_ticks(drawn, float(span))
    else:
        drawn.set_major_locator(MaxNLocator(nbins=7, steps=style.TICK_STEPS))
