"""Fewer axes: the slice of a sweep nearest to the values that were asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from .quantities import option
from .sweep_axes import SweepAxis, members, sweep_axes

MOST_AXES = 2  # in a figure


class SelectionError(ValueError):
    """A selection that does not fit the axes, or leaves too many or none."""


def parse_selection(texts: Iterable[str]) -> dict[str, str]:
    """NAME=VALUE texts -> values by name, with the underscores of the variables."""
    selection: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip().replace("-", "_"), value.strip()
        if not (name and equals and value):
            raise SelectionError(f"--select {text}: is not NAME=VALUE")
        if name in selection:
            raise SelectionError(f"--select {text}: {name} is selected twice")
        selection[name] = value
    return selection


def select(
    dataset: xr.Dataset, selection: Mapping[str, Any]
) -> tuple[xr.Dataset, dict[str, Any]]:
    """The slice at the coordinates nearest to `selection`, of at most two axes.

    selection: values by axis or by a partner zipped to it; a choice must be exact.
    Returns the dataset without the selected axes, and those with a single value, and
    the coordinates there by name, partners included. Raises SelectionError.
    """
    axes = sweep_axes(dataset)
    at: dict[str, int] = {}
    for name, wanted in selection.items():
        axis = axis_of(axes, name)
        if axis.name in at:
            raise SelectionError(f"--select {option(name)}: its axis is selected twice")
        at[axis.name] = index_of(axis, name, wanted)
    if len(at) == len(axes):
        raise SelectionError("--select leaves no axis: nothing to draw")
    left = [axis for axis in axes if axis.name not in at]
    several = [axis for axis in left if axis.values.size > 1] or left[:1]
    at.update({axis.name: 0 for axis in left if axis not in several})
    if len(several) > MOST_AXES:
        raise SelectionError(too_many_text(several))
    values = {
        name: column[at[axis.name]]
        for axis in axes
        if axis.name in at
        for name, column in members(axis).items()
    }
    return dataset.isel(at, drop=True), values


def axis_of(axes: list[SweepAxis], name: str) -> SweepAxis:
    for axis in axes:
        if name in members(axis):
            return axis
    known = ", ".join(option(member) for axis in axes for member in members(axis))
    raise SelectionError(f"--select {option(name)}: no such axis (there are: {known})")


def index_of(axis: SweepAxis, name: str, wanted: Any) -> int:
    """Index of the coordinate nearest to `wanted`."""
    values = members(axis)[name]
    if values.dtype.kind not in "iuf":
        found = np.flatnonzero([str(value) == str(wanted) for value in values])
        if found.size == 0:
            raise SelectionError(
                f"--select {option(name)}={wanted}: is not one of {listed(values)}"
            )
        return int(found[0])
    try:
        number = float(wanted)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise SelectionError(f"--select {option(name)}={wanted}: is not a number")
    return int(np.argmin(np.abs(values - number)))


def too_many_text(axes: list[SweepAxis]) -> str:
    ranges = [
        f"{option(name)} ({listed(values)})"
        for axis in axes
        for name, values in list(members(axis).items())[:1]
    ]
    last = axes[-1]
    middle = last.values[last.values.size // 2]
    return (
        f"a figure shows at most {MOST_AXES} axes and the result has {len(axes)}: "
        f"{', '.join(ranges)}. Select {len(axes) - MOST_AXES} of them by value, "
        f"for instance --select {option(last.name)}={number_text(middle)} "
        f"(the nearest coordinate is taken)"
    )


def listed(values: np.ndarray) -> str:
    """All values of a short axis, the ends of a long one."""
    texts = [number_text(value) for value in values]
    return ", ".join(texts) if len(texts) <= 4 else f"{texts[0]} to {texts[-1]}"


def number_text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"
