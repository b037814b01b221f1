"""Results as xarray.Datasets: from the engine or from a file, checked and decoded alike."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import stat
import warnings
from pathlib import Path
from typing import Any, Union

import numpy as np
import xarray

from ._content import HASH, content_hash, fits_seal
from ._text import printable

PathLike = Union[str, "os.PathLike[str]"]
UNREADABLE = (OSError, ValueError, RuntimeError, KeyError, UnicodeError)
NEWEST_SCHEMA = 2  # 1: without a content hash


class DamagedFile(OSError):
    """A file whose content is not what was written."""


def dataset_of(result: dict[str, Any], *, raw: bool = False) -> xarray.Dataset:
    """The engine's result, as its file opens.

    result: {"variables": {name: (dimensions, array, attributes)}, "attributes"}.
    """
    plain = xarray.Dataset(
        {name: xarray.Variable(*parts) for name, parts in result["variables"].items()},
        attrs=result["attributes"],
    )
    return decoded(plain, raw=raw)


def open_dataset(path: PathLike, *, raw: bool = False) -> xarray.Dataset:
    """A result file, as the function that computed it returned it.

    Parameters
    ----------
    path : path
        A NetCDF file of the program or of a function's `output`, of this version or an older one.
    raw : bool, default False
        True: outcomes and statuses as the codes of the file, not as words.

    Returns
    -------
    xarray.Dataset
        In memory. Warns of cells that are pending: they hold no result.

    Raises
    ------
    OSError
        No such file, no result, of a newer version, or damaged: its content does not fit the hash
        that was written with it.
    """
    plain = read_plain(path)
    check_content(plain, path)
    warn_of_pending(plain)
    return decoded(plain, raw=raw)


open_dataset.__name__ = open_dataset.__qualname__ = "open"
open_dataset.__module__ = "modecollapse"


def read_plain(path: PathLike) -> xarray.Dataset:
    """The file in memory, nothing decoded.

    Raises FileNotFoundError, or OSError for what is no NetCDF-4 file on a disk: a network address,
    a pipe or a device is never opened.
    """
    name = os.fspath(path)
    if "://" in name:
        raise OSError(f"{printable(name)}: is an address (allowed: a file)")
    if not stat.S_ISREG(os.stat(name).st_mode):
        raise OSError(f"{printable(name)}: is not a regular file")
    if not fits_seal(name):  # before HDF5 sees a byte: it can crash on damaged ones
        raise DamagedFile(f"{printable(name)}: is damaged: its bytes do not fit their checksum")
    engine = "netcdf4" if importlib.util.find_spec("netCDF4") else "h5netcdf"
    try:
        with xarray.open_dataset(Path(path), engine=engine, decode_cf=False) as plain:
            return plain.load()
    except UNREADABLE as error:
        with contextlib.suppress(*UNREADABLE):
            return read_from_memory(name, engine)
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        reason = printable(reason)
        raise DamagedFile(f"{printable(name)}: cannot be read as NetCDF: {reason}") from error


def read_from_memory(path: str, engine: str) -> xarray.Dataset:
    """The same where the file system has no locks, without which HDF5 opens no file on a disk."""
    data = Path(path).read_bytes()
    if engine == "h5netcdf":
        with xarray.open_dataset(io.BytesIO(data), engine=engine, decode_cf=False) as plain:
            return plain.load()
    import netCDF4

    store = xarray.backends.NetCDF4DataStore(netCDF4.Dataset("in memory", memory=data))
    with xarray.open_dataset(store, decode_cf=False) as plain:
        return plain.load()


def warn_of_pending(plain: xarray.Dataset) -> None:
    """Of a phase diagram: a cell that is pending holds no result, and NaN for a probability."""
    status = plain.get("status")
    meanings = "" if status is None else str(status.attrs.get("flag_meanings", ""))
    if status is None or "pending" not in meanings.split():
        return
    pending = int((status == meanings.split().index("pending")).sum())
    if pending:
        warnings.warn(
            f"{pending} of {status.size} cells are pending: they hold no result", stacklevel=3
        )



def check_content(plain: xarray.Dataset, path: PathLike) -> None:
    """Raises DamagedFile unless the content is what was written, OSError for another version."""
    name, version = printable(os.fspath(path)), str(plain.attrs.get("schema_version", ""))
    major = version.partition(".")[0]
    if not major.isdecimal():
        raise OSError(f"{name}: is not a result of modecollapse: no schema_version")
    if int(major) > NEWEST_SCHEMA:
        raise OSError(
            f"{name}: is of schema {version}, written by modecollapse "
            f"{printable(str(plain.attrs.get('version', '?')))} (allowed: up to {NEWEST_SCHEMA})"
        )
    if major == "1":
        return
    if HASH not in plain.attrs:
        raise DamagedFile(f"{name}: has no {HASH}: it is not as modecollapse wrote it")
    if plain.attrs[HASH] != content_hash(plain):
        raise DamagedFile(f"{name}: is damaged: its content does not fit its {HASH}")


def decoded(plain: xarray.Dataset, *, raw: bool) -> xarray.Dataset:
    """By the conventions of a file, and flags as words unless `raw`."""
    dataset = xarray.decode_cf(plain).load()
    dataset.attrs.pop(HASH, None)  # of the file, not of what becomes of this Dataset
    return dataset if raw else in_words(dataset)


def in_words(dataset: xarray.Dataset) -> xarray.Dataset:
    """Flag variables (outcome, status) as their meanings; `no yes` as booleans."""
    changed = {
        name: (variable.dims, meanings_of(variable), without_flags(variable.attrs))
        for name, variable in dataset.variables.items()
        if "flag_meanings" in variable.attrs and variable.dtype.kind in "iu"
    }
    return dataset.assign(changed) if changed else dataset


def meanings_of(flags: Any) -> np.ndarray:
    """The words of a flag variable's values, in its shape; booleans for `no yes`.

    An unknown value v gives "flag v".
    """
    meanings = str(flags.attrs.get("flag_meanings", "")).split()
    known = np.atleast_1d(flags.attrs.get("flag_values", [])).tolist()
    if meanings == ["no", "yes"]:
        return np.asarray(flags.values == known[1])
    names = dict(zip(known, meanings))
    values, places = np.unique(flags.values.ravel(), return_inverse=True)
    words = np.array([names.get(v, f"flag {v}") for v in values.tolist()], dtype=object)
    return words[places.ravel()].reshape(flags.shape)


def without_flags(attributes: dict[Any, Any]) -> dict[Any, Any]:
    return {k: v for k, v in attributes.items() if k not in ("flag_values", "flag_meanings")}
