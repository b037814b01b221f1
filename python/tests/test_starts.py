"""trajectory(start=[[m1, m2, s], ...]): a list of starts, and the share of it that collapses."""

from __future__ import annotations

import unittest

import modecollapse
import numpy as np

STARTS = [[0.1, -0.1, 0.0], [0.2, 0.1, -0.3], [-0.05, 0.3, 0.1]]
OPTIONS = {"radius": 2.0, "times": [0, 1, 5]}


class Starts(unittest.TestCase):
    def test_they_are_the_single_runs(self):
        result = modecollapse.trajectory(start=np.array(STARTS), **OPTIONS)
        self.assertEqual(dict(result.sizes), {"trajectory": 3, "time": 3, "order_parameter": 3})
        np.testing.assert_array_equal(result.start, STARTS)
        for number, start in enumerate(STARTS):
            one = modecollapse.trajectory(start=start, **OPTIONS)
            for name in ("m1", "m2", "s", "w1"):
                np.testing.assert_array_equal(result[name][number], one[name][0])
            self.assertEqual(result.outcome[number], one.outcome[0])
        self.assertNotIn("config_hash", result.attrs)

    def test_with_weights(self):
        result = modecollapse.trajectory(
            start=[[0.1, -0.1, 0, 0.3], [0.1, -0.1, 0, 0.6]], weights="softmax", horizon=5,
            times=[0, 5],
        )  # fmt: skip
        np.testing.assert_allclose(result.w1[:, 0], [0.3, 0.6])

    def test_what_cannot_be(self):
        for starts, text in (
            ([[0.1, 0.1]], "has 2 numbers"),
            ([[0.1, 0.1, 0], [0.1, 0.1]], "equally many numbers"),
            (np.zeros((0, 3)), "shape"),
            (np.zeros((1, 1, 3)), "shape"),
            ([[2, 0, 0]], "out of range"),
        ):
            with self.assertRaisesRegex(ValueError, text):
                modecollapse.trajectory(start=starts)
        with self.assertRaisesRegex(ValueError, "output"):
            modecollapse.trajectory(start=STARTS, output="x.nc")


if __name__ == "__main__":
    unittest.main()
