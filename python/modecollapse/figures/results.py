"""Result files: open one, check that a figure can be made of it, name its flags."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import xarray as xr

from .._dataset import check_content, decoded, meanings_of, read_plain
from .._text import printable


class ResultError(ValueError):
    """A file that is missing, unreadable, or not the result that was asked for."""


def open_result(path: Path | str, kind: str, required: Iterable[str]) -> xr.Dataset:
    """Load the NetCDF file `path` and check that it has every variable of `required`.

    `kind` is the command that writes such a file ("threshold"), for the messages.
    Its flags are codes. Raises ResultError if the file is missing, unreadable, damaged or lacks a
    variable.
    """
    try:
        plain = read_plain(path)
        check_variables(plain, kind, required)
        check_content(plain, path)
    except FileNotFoundError as error:
        raise ResultError(f"no such file: {printable(str(path))}") from error
    except ResultError as error:
        raise ResultError(f"{printable(str(path))}: {error}") from error
    except OSError as error:
        raise ResultError(str(error)) from error
    return decoded(plain, raw=True)


def read_checked(
    path: Path | str, kind: str, required: Iterable[str], check: Callable[[xr.Dataset], object]
) -> xr.Dataset:
    """As open_result; `check` raises ResultError for what it finds inside, told with the path."""
    dataset = open_result(path, kind, required)
    try:
        check(dataset)
    except ResultError as error:
        raise ResultError(f"{printable(str(path))}: {error}") from error
    return dataset


def check_variables(dataset: xr.Dataset, kind: str, required: Iterable[str]) -> None:
    """Raises ResultError, naming every variable of `required` that is missing."""
    missing = [name for name in required if name not in dataset.variables]
    if missing:
        title = printable(str(dataset.attrs.get("title", "")))
        found = f' (its title is "{title}")' if title else ""
        raise ResultError(
            f"not a result of `modecollapse {kind}`{found}: "
            f"missing {', '.join(missing)}"
        )


def flag_names(variable: xr.DataArray) -> np.ndarray:
    """The words of a flag variable: by its flag_meanings, or as they are if it holds words."""
    if variable.dtype.kind in "OUT":
        return variable.values.astype(object)
    return meanings_of(variable)
