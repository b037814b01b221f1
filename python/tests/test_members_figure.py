"""The figure of trajectories of any family: a panel for each quantity that moves."""

from __future__ import annotations

import unittest

from figure_checks import ATTRIBUTES, by_gid, faults, flagged, texts_of

import numpy as np
import xarray as xr

from modecollapse.figures.order_parameters import trajectories_figure
from modecollapse.figures.results import ResultError

OVER_TIME = ("trajectory", "time")
TIME = np.linspace(0.0, 4.0, 5)
CONFIG = "family = 'components'\nmodes = 3\ntrajectories = 2\n"


def synthetic(moving: bool = True) -> xr.Dataset:
    """As modecollapse trajectory of two members, of invented numbers."""
    rising = np.stack([TIME, TIME**2]) * (1.0 if moving else 0.0)
    products = {"long_name": "products of the means, mu_i.mu_j", "units": "1"}
    variables = {
        "elbo": (OVER_TIME, -rising, {"long_name": "evidence lower bound", "units": "nat"}),
        "q_1_1": (OVER_TIME, rising, products),
        "q_2_1": (OVER_TIME, 2.0 * rising, products),
        "weight_1": (OVER_TIME, np.full((2, 5), 0.5), {"long_name": "weight", "units": "1"}),
        "modes": ((), 3, {"long_name": "number K* of modes", "symbol": "K*"}),
        "outcome": flagged(("trajectory",), [0, 1], "covered lost_1 failed"),
    }
    coordinates = {
        "trajectory": ("trajectory", [0, 1], {"long_name": "id of the training"}),
        "time": ("time", TIME, {"long_name": "steps of the training", "units": "1"}),
    }
    return xr.Dataset(variables, coordinates, {**ATTRIBUTES, "config_toml": CONFIG})


class Members(unittest.TestCase):
    def test_a_panel_for_each_quantity_that_moves(self):
        figure = trajectories_figure(synthetic())
        titles = [axes.get_title() for axes in figure.axes]
        self.assertEqual(titles, ["evidence lower bound (nat)",
                                  r"products of the means, $\mu_{i}$.$\mu_{j}$"])  # fmt: skip
        self.assertEqual({axes.get_xlabel() for axes in figure.axes}, {"steps of the training"})
        line = by_gid(figure, "q_2_1:")["1"]
        np.testing.assert_array_equal(line.get_xydata(), np.stack([TIME, 2.0 * TIME**2], axis=1))
        self.assertEqual(by_gid(figure, "weight_1"), {})

    def test_components_and_outcomes_are_told_apart(self):
        figure = trajectories_figure(synthetic())
        one, two = (by_gid(figure, name)["0"] for name in ("q_1_1:", "q_2_1:"))
        self.assertNotEqual((one.get_color(), one.get_linestyle()),
                            (two.get_color(), two.get_linestyle()))  # fmt: skip
        kept, lost = by_gid(figure, "elbo:").values()
        self.assertNotEqual(kept.get_color(), lost.get_color())
        texts = texts_of(figure)
        for part in ("1,1", "2,1", "covered (1)", "lost 1 (1)"):
            self.assertIn(part, texts)
        self.assertIn(r"components; $K^{\ast} = 3$; 2 trainings", " ".join(texts))
        self.assertEqual(faults(figure), [])

    def test_nothing_to_draw(self):
        with self.assertRaisesRegex(ResultError, "nothing moves"):
            trajectories_figure(synthetic(moving=False))


if __name__ == "__main__":
    unittest.main()
