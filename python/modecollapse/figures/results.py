"""Result files: open one, check that a figure can be made of it, name its flags."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import xarray as xr


class ResultError(ValueError):
    """A file that is missing, unreadable, or not the result that was asked for."""


def open_result(path: Path | str, kind: str, required: Iterable[str]) -> xr.Dataset:
    """Load the NetCDF file `path` and check that it has every variable of `required`.

    `kind` is the command that writes such a file ("threshold"), for the messages.
    Raises ResultError if the file is missing, unreadable or lacks a variable.
    """
    path = Path(path)
    if not path.is_file():
        raise ResultError(f"no such file: {path}")
    try:
        with xr.open_dataset(path, engine="netcdf4") as dataset:
            dataset.load()
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ResultError(f"{path} cannot be read as NetCDF: {reason}") from error
    try:
        check_variables(dataset, kind, required)
    except ResultError as error:
        raise ResultError(f"{path}: {error}") from error
    return dataset


def check_variables(dataset: xr.Dataset, kind: str, required: Iterable[str]) -> None:
    """Raises ResultError, naming every variable of `required` that is missing."""
    missing = [name for name in required if name not in dataset.variables]
    if missing:
        title = dataset.attrs.get("title")
        found = f' (its title is "{title}")' if title else ""
        raise ResultError(
            f"not a result of `modecollapse {kind}`{found}: "
            f"missing {', '.join(missing)}"
        )


def flag_names(variable: xr.DataArray) -> np.ndarray:
    """The names of a flag variable's values, by flag_values and flag_meanings.

    Same shape as `variable`, dtype object; an unknown value v gives "flag v".
    """
    meanings = str(variable.attrs.get("flag_meanings", "")).split()
    names = dict(
        zip(np.atleast_1d(variable.attrs.get("flag_values", [])).tolist(), meanings)
    )
    flat = [
        names.get(value, f"flag {value}")
        for value in np.ravel(variable.values).tolist()
    ]
    return np.array(flat, dtype=object).reshape(variable.shape)
