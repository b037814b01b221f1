"""trajectory() over a list of starts: one run of the engine each, joined along `trajectory`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray

MOST_STARTS = 100_000
OF_ONE = ("config_toml", "config_hash", "seconds", "started", "finished")  # attributes of one run


def starts_among(command: str, arguments: Mapping[str, Any]) -> np.ndarray | None:
    """(n, 3) or (n, 4), where `start` is a list of starts. Raises ValueError for other shapes."""
    start = arguments.get("start") if command == "trajectory" else None
    if start is None or isinstance(start, str):
        return None
    try:
        starts = np.asarray(start, dtype=float)
    except (ValueError, TypeError):
        if any(np.ndim(element) for element in start):
            raise ValueError(
                "start: starts of a list need equally many numbers (allowed: m1,m2,s[,w1] each)"
            ) from None
        return None  # the engine says what is wrong with it
    if starts.ndim < 2:
        return None
    if starts.ndim > 2 or not 1 <= len(starts) <= MOST_STARTS:
        raise ValueError(
            f"start: has the shape {starts.shape} (allowed: 1 to {MOST_STARTS} starts of 3 or 4 "
            "numbers)"
        )
    return starts


def trajectories_from(
    run: Callable[..., xarray.Dataset], starts: np.ndarray, arguments: Mapping[str, Any]
) -> xarray.Dataset:
    """`trajectory` counts the starts from 0; `start` (trajectory, order_parameter) has them."""
    import xarray

    if arguments.get("output") is not None:
        raise ValueError("output: is for one start (allowed: to_netcdf of what is returned)")
    runs = [run(**{**arguments, "start": start.tolist()}) for start in starts]
    joined = xarray.concat(runs, "trajectory", data_vars="minimal", combine_attrs="override")
    names = ["m1", "m2", "s", "w1"][: starts.shape[1]]
    joined = joined.assign_coords(
        trajectory=np.arange(len(starts)),
        order_parameter=names,
        start=(("trajectory", "order_parameter"), starts),
    )
    joined.attrs = {name: value for name, value in joined.attrs.items() if name not in OF_ONE}
    return joined
