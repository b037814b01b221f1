"""What the cells of a sweep show: P(collapse), sampled or by theory, or a critical value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from .results import flag_names
from .searched import Searched, searched_of

PROBABILITY = "p_collapse"
# variables of the ends of the interval of P: of random starts, of theory (perhaps none)
PROBABILITY_ENDS = (("ci_low", "ci_high"), ("p_low", "p_high"))


@dataclass(frozen=True)
class Shown:
    """value: the variable; ends: those of its interval; label: what stands at its axis.

    searched: of a critical value, what was searched.
    """

    value: str = PROBABILITY
    ends: tuple[str, str] | None = PROBABILITY_ENDS[0]
    label: str = "probability of collapse $P$"
    searched: Searched | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """The variables that a figure is made of."""
        words = (f"{self.value}_status",) if self.searched else ()
        return (self.value, *(self.ends or ()), *words, "status")

    @property
    def is_log(self) -> bool:
        return self.searched is not None and self.searched.is_log


def shown_of(dataset: xr.Dataset) -> Shown:
    """By the variables that there are; a result without any of them: as of P(collapse)."""
    searched = searched_of(dataset)
    if PROBABILITY not in dataset and searched.critical in dataset:
        units = str(dataset[searched.critical].attrs.get("units", "1"))
        label = searched.critical_axis + (f" ({units})" if units != "1" else "")
        return Shown(searched.critical, searched.ends, label, searched)
    theory = "trajectories_run" not in dataset and PROBABILITY in dataset
    if not theory:
        return Shown()
    ends = [pair for pair in PROBABILITY_ENDS if set(pair) <= set(map(str, dataset.variables))]
    return Shown(ends=ends[0] if ends else None)


def grid_of(dataset: xr.Dataset) -> tuple[str, ...]:
    """The axes, in the order of the file."""
    return tuple(str(name) for name in dataset[shown_of(dataset).value].dims)


def with_number(dataset: xr.Dataset, name: str, complete: np.ndarray) -> np.ndarray:
    """The variable `name`, not a number where a cell is not complete."""
    return np.where(complete, dataset[name].values, np.nan)


def span_of(shown: Shown, values: Iterable[np.ndarray], dataset: xr.Dataset) -> tuple[float, float]:
    """Smallest and largest of the values; of P from 0 to 1; without any the searched range."""
    if shown.searched is None:
        return 0.0, 1.0
    known = np.concatenate([np.ravel(some) for some in values])
    known = known[np.isfinite(known)]
    if known.size == 0:
        return searched_range(dataset, shown.searched)
    low, high = float(known.min()), float(known.max())
    if low == high:
        half = 0.05 * abs(low) or 0.5
        return low - half, high + half
    return low, high


def searched_range(dataset: xr.Dataset, searched: Searched) -> tuple[float, float]:
    """Between which values the search ran."""
    low, high = dataset[f"{searched.option}_range"].values.tolist()
    return low, high


def critical_status(dataset: xr.Dataset, shown: Shown) -> np.ndarray:
    """found, not_reached, ... for every cell."""
    return flag_names(dataset[f"{shown.value}_status"])
