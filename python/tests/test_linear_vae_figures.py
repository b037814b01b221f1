"""Figures of posterior collapse in the linear VAE, from small runs of the engine."""

from __future__ import annotations

from figure_checks import by_gid, faults, texts_of  # first: skips where modules miss

import unittest
from typing import Any

import modecollapse
import numpy as np
from modecollapse.figures import linear_vae, linear_vae_series
from modecollapse.figures.__main__ import LINEAR_VAE_RECIPES
from modecollapse.figures.linear_vae_recipes import LINEAR_VAE_FIGURES
from modecollapse.figures.results import ResultError

VAE: dict[str, Any] = {"family": "linear-vae"}
FIXED = {**VAE, "horizon": 20, "trajectories": 40, "seed": 3}


def sweep(axes: dict, **fixed):
    return modecollapse.phase_diagram({"axes": axes, "fixed": {**FIXED, **fixed}})


def only(figure, gid: str):
    (artist,) = by_gid(figure, gid).values()
    return artist


class Figures(unittest.TestCase):
    def test_active_directions(self):
        dimensions = [100, 10000]
        single = sweep({"kl_weight": [1.2, 1.6, 1.9], "dimension": dimensions})
        theory = modecollapse.theory(**VAE, dimension=dimensions, level=0.5, horizon=20)
        several = sweep({"kl_weight": [0.7, 1.4, 1.9]}, latent_dimension=2)
        figure = linear_vae.active_directions_figure(single, theory, several)
        self.assertEqual(faults(figure), [])
        for i in range(2):
            drawn = only(figure, f"p:{i}").get_ydata()
            np.testing.assert_array_equal(drawn, single["p_collapse"].values[:, i])
            critical = float(theory["critical_kl_weight"].sel(dimension=dimensions[i]).item())
            self.assertEqual(only(figure, f"critical:{i}").get_xdata()[0], critical)
        shares = [only(figure, f"k:{k}").get_ydata() for k in range(3)]
        np.testing.assert_allclose(sum(shares), 1.0)
        self.assertIn("$N = 10^{4}$", texts_of(figure))

    def test_stretched_decoder(self):
        plane = sweep({"kl_weight": [1, 3, 5], "inverse_lipschitz": [0.1, 0.3]})
        figure = linear_vae.stretched_decoder_figure(plane, [1.98, 4.15])
        self.assertEqual(faults(figure), [])
        self.assertEqual(only(figure, "boundary").get_xdata().tolist(), [1.98, 4.15])

    def test_warm_up(self):
        theory = modecollapse.theory(
            **VAE, dimension=100, kl_weight=1.5, horizon=60, warm_up_starts=5
        )
        figure = linear_vae.warm_up_figure(theory)
        self.assertEqual(faults(figure), [])
        best = only(figure, "best")
        self.assertEqual(best.get_ydata()[0], np.nanmin(theory["recovery_time"].values))
        with self.assertRaisesRegex(ResultError, "warm-up-starts"):
            linear_vae.warm_up_figure(modecollapse.theory(**VAE, dimension=100))

    def test_order_parameters(self):
        pair = [
            modecollapse.trajectory(**VAE, horizon=5, dimension=50, id=1, seed=3, dynamics=dynamics)
            for dynamics in ("flow-noise", "sgd")
        ]
        figure = linear_vae_series.order_parameters_figure([pair, pair])
        self.assertEqual(faults(figure), [])
        for kind, result in zip(("flow", "sgd"), pair):
            for line in by_gid(figure, f"{kind}:q").values():
                np.testing.assert_array_equal(line.get_ydata(), result["q"].values[0])
        with self.assertRaisesRegex(ResultError, "one latent"):
            two = modecollapse.trajectory(**VAE, horizon=1, latent_dimension=2, id=0, seed=3)
            linear_vae_series.order_parameters_figure([[two, two]])

    def test_every_name_has_a_figure(self):
        self.assertEqual(set(LINEAR_VAE_RECIPES), set(LINEAR_VAE_FIGURES))


if __name__ == "__main__":
    unittest.main()
