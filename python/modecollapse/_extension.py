"""The extension module modecollapse._engine: found, loaded, and checked before it is used."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import Any

# What the engine's test arrays hold, by their names: as written in python/bindings/engine.cpp.
KNOWN_ARRAYS: dict[str, tuple[str, Any]] = {
    "numbers": ("float64", [[0.5, 1.5, 2.5], [3.5, 4.5, 5.5]]),
    "integers": ("int64", [[1, -2], [3, 2**53 + 1], [5, -6]]),
    "flags": ("int8", [0, 1, -1, 2]),
    "words": ("object", ["aligned_plus", "matched"]),
    "scalar": ("float64", 0.25),
    "nothing": ("float64", []),
}


@functools.lru_cache(maxsize=None)
def engine() -> ModuleType:
    """The extension module.

    Raises ImportError with what to do if it was not built, or if its arrays do not arrive in the
    NumPy at hand as they were sent.
    """
    try:
        module = importlib.import_module("modecollapse._engine")
    except ModuleNotFoundError as error:
        raise ImportError(
            "the engine of modecollapse is not built here: `pip install .` at the root "
            "of the project, or configure with -DMODECOLLAPSE_PYTHON=ON and set "
            "PYTHONPATH to BUILD/python"
        ) from error
    check_arrays(module.known_arrays()["variables"], module.pybind11_version())
    return module


def check_arrays(variables: dict[str, Any], pybind11: str) -> None:
    """Compares a small dataset of the engine's with what it is known to hold.

    An extension module that was built for another layout of NumPy's structures hands over arrays
    with wrong strides, hence wrong numbers, without a word. Raises ImportError.
    """
    import numpy

    for name, (kind, expected) in KNOWN_ARRAYS.items():
        array = variables[name][1]
        found = (str(array.dtype), array.tolist())
        if found != (kind, expected):
            raise ImportError(
                f"the engine of modecollapse does not go together with NumPy {numpy.__version__}: "
                f"its array {name} came as {found[1]} ({found[0]}) instead of {expected} ({kind}). "
                f"It was built with pybind11 {pybind11}: build it anew with pybind11 2.12 or "
                "newer, or use another NumPy"
            )
