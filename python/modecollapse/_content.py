"""The content hash of a result, SHA-256 over all variables and attributes, and a file's seal.

host/io/content_hash.hpp and host/io/seal.hpp say of which bytes; they must stay equal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray

HASH = "content_hash"
NOT_CONTENT = (HASH, "_NCProperties")  # the latter names the library that wrote the file
Add = Callable[[bytes], None]


SEAL = b"\nmodecollapse sha256 "
SEAL_SIZE = len(SEAL) + 65  # 64 digits and a new line


def fits_seal(path: str) -> bool:
    """Whether the bytes are as written, by the file's last line; True if it has no such line."""
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - SEAL_SIZE))
        seal = file.read()
        if not seal.startswith(SEAL):
            return True
        file.seek(0)
        digest = hashlib.sha256()
        left = size - SEAL_SIZE
        while left > 0:
            piece = file.read(min(left, 1 << 20))
            if not piece:
                return False
            digest.update(piece)
            left -= len(piece)
    return seal[len(SEAL) : -1] == digest.hexdigest().encode()


def content_hash(raw: xarray.Dataset) -> str:
    """raw: not decoded, as xarray.open_dataset(path, decode_cf=False) gives it."""
    digest = hashlib.sha256()

    def add(data: bytes) -> None:
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)

    for name in sorted(raw.variables, key=encoded):
        variable = raw.variables[name]
        add(b"variable")
        add(encoded(name))
        add_values(add, variable.values)
        add(encoded(variable.ndim))
        for dimension, size in variable.sizes.items():
            add(encoded(dimension))
            add(encoded(size))
        add_attributes(add, variable.attrs)
    add(b"attributes")
    add_attributes(add, {k: v for k, v in raw.attrs.items() if k not in NOT_CONTENT})
    return digest.hexdigest()


def add_attributes(add: Add, attributes: Mapping[Any, Any]) -> None:
    add(encoded(len(attributes)))
    for name in sorted(attributes, key=encoded):
        add(encoded(name))
        add_values(add, np.asarray(attributes[name]))


def add_values(add: Add, values: np.ndarray) -> None:
    """The type, then the numbers little-endian as one item, or each text as an item."""
    if values.dtype.kind in "OUT":
        add(b"text")
        for text in values.ravel():
            add(encoded(text))
    else:
        add(values.dtype.name.encode())
        add(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes())


def encoded(value: Any) -> bytes:
    return str(value).encode("utf-8", "surrogateescape")
