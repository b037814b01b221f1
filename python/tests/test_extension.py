"""The check of the extension module's arrays, and what it must refuse."""

from __future__ import annotations

import unittest

import numpy as np
from modecollapse import _extension


class SelfCheck(unittest.TestCase):
    """Arrays that arrive wrong are refused when the package is first used."""

    def test_what_the_engine_hands_over_is_known(self):
        engine = _extension.engine()
        _extension.check_arrays(engine.known_arrays()["variables"], engine.pybind11_version())

    def test_twins_that_must_fail(self):
        engine = _extension.engine()
        for name in _extension.KNOWN_ARRAYS:
            for wrong in (repeated, other_type, transposed):
                variables = engine.known_arrays()["variables"]
                dims, array, attributes = variables[name]
                changed = wrong(array)
                if changed is None:
                    continue
                variables[name] = (dims, changed, attributes)
                with self.subTest(array=name, wrong=wrong.__name__):
                    with self.assertRaisesRegex(ImportError, f"{name}.*pybind11"):
                        _extension.check_arrays(variables, "2.10")


def repeated(array):
    """Every element the first one, as with strides of 0."""
    return np.broadcast_to(array.ravel()[:1], array.shape) if array.size > 1 else None


def other_type(array):
    return array.astype("float32" if array.dtype != object else "U20")


def transposed(array):
    return array.T if array.ndim == 2 else None


if __name__ == "__main__":
    unittest.main()
