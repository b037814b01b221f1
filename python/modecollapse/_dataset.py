"""The engine's result as the xarray.Dataset that its result file opens as."""

from __future__ import annotations

from typing import Any

import xarray


def dataset_of(result: dict[str, Any]) -> xarray.Dataset:
    """result: {"variables": {name: (dimensions, array, attributes)}, "attributes"}."""
    raw = xarray.Dataset(
        {name: xarray.Variable(*parts) for name, parts in result["variables"].items()},
        attrs=result["attributes"],
    )
    # the conventions of a file ("coordinates" and the like) are read as in a file
    return xarray.decode_cf(raw).load()
