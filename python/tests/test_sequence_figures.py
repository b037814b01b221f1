"""Figures of posterior collapse in VAEs of sentences, from small runs of the engine."""

from __future__ import annotations

from figure_checks import by_gid, faults, texts_of  # first: skips where modules miss

import unittest
from typing import Any

import modecollapse
import numpy as np
from modecollapse.figures import vae
from modecollapse.figures.__main__ import SEQUENCE_RECIPES
from modecollapse.figures.sequence_recipes import SEQUENCE_FIGURES

FIXED: dict[str, Any] = {
    "family": "sequence-vae", "horizon": 10, "vocabulary": 12, "sentence_length": 6,
    "source_width": 4, "data_size": 50, "held_out": 30, "exact_data": 4, "exact_samples": 8,
    "decoder_width": 5, "encoder_width": 5, "trajectories": 4, "seed": 3,
}  # fmt: skip


class Figures(unittest.TestCase):
    def check(self, axes: dict[str, list], *labels: str, **more: Any) -> None:
        plane = modecollapse.phase_diagram({"axes": axes, "fixed": {**FIXED, **more}})
        along, lines = axes
        known = {"latent_information": 1.5, "log_likelihood": -9.0}
        figure = vae.lines_figure(plane, (along, lines), known)
        self.assertEqual(faults(figure), [])
        for name in ("p_collapse", "kl", "latent_information", "log_likelihood"):
            for i in range(len(axes[lines])):
                (line,) = by_gid(figure, f"{name}:{i}").values()
                np.testing.assert_array_equal(line.get_ydata(), plane[name].values[:, i])
        for name, value in known.items():
            (line,) = by_gid(figure, f"known:{name}").values()
            np.testing.assert_array_equal(line.get_ydata(), [value, value])
        told = " ".join(texts_of(figure))
        for part in ("sequence VAE", "synthetic data", "of the data", *labels):
            self.assertIn(part, told)

    def test_annealing(self):
        axes = {"kl_weight": [0.5, 1, 3], "annealing": ["constant", "linear"]}
        self.check(axes, "no annealing", "linear annealing", r"KL weight $\beta$",
                   "head: linear", "annealed in $t_0 = 5$", annealing_time=5)  # fmt: skip

    def test_lipschitz(self):
        axes = {"inverse_lipschitz": [0, 1], "kl_weight": [1, 2]}
        self.check(axes, r"$\beta = 2$", "constant $L$", "head: Brenier maps", head="brenier",
                   head_width=4)  # fmt: skip

    def test_every_recipe_has_a_command(self):
        self.assertEqual(set(SEQUENCE_RECIPES), set(SEQUENCE_FIGURES))


if __name__ == "__main__":
    unittest.main()
