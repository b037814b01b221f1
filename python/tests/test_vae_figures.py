"""Figures of posterior collapse in VAEs with networks, from small runs of the engine."""

from __future__ import annotations

from figure_checks import by_gid, faults, texts_of  # first: skips where modules miss

import tempfile
import unittest
from pathlib import Path
from typing import Any

import modecollapse
import numpy as np
from modecollapse.figures import vae, vae_images
from modecollapse.figures.__main__ import VAE_RECIPES
from modecollapse.figures.results import ResultError
from modecollapse.figures.vae_recipes import VAE_FIGURES

FIXED: dict[str, Any] = {
    "family": "vae", "horizon": 20, "encoder_width": 5, "decoder_width": 5, "held_out": 50,
    "trajectories": 4, "seed": 3,
}  # fmt: skip


class Figures(unittest.TestCase):
    def test_lines(self):
        plane = modecollapse.phase_diagram(
            {"axes": {"data_scale": [1, 5, 9], "inverse_lipschitz": [0, 1]}, "fixed": FIXED}
        )
        figure = vae.lines_figure(plane)
        self.assertEqual(faults(figure), [])
        for name in ("p_collapse", "kl"):
            for i in range(2):
                (line,) = by_gid(figure, f"{name}:{i}").values()
                np.testing.assert_array_equal(line.get_ydata(), plane[name].values[:, i])
        counts = plane["active_directions_counts"].values
        (line,) = by_gid(figure, "active_directions:1").values()
        np.testing.assert_allclose(line.get_ydata(), counts[:, 1] @ np.arange(3) / 4)
        self.assertIn("$L = 1$", texts_of(figure))
        told = " ".join(texts_of(figure))
        for part in ("VAE", "toy data", "decoder: Brenier maps", "activity floor $f = 0.01$"):
            self.assertIn(part, told)
        self.assertNotIn("$c = 0$", told)

    def test_the_bayes_limit_of_the_accuracy(self):
        fixed = {**FIXED, "clusters": 2, "trajectories": 2}
        plane = modecollapse.phase_diagram(
            {"axes": {"data_scale": [2.5, 7.5], "inverse_lipschitz": [0, 1]}, "fixed": fixed}
        )
        figure = vae.lines_figure(plane)
        self.assertEqual(faults(figure), [])
        (line,) = by_gid(figure, "bayes").values()
        np.testing.assert_allclose(line.get_ydata()[[0, -1]], [0.998, 0.827], atol=5e-4)
        np.testing.assert_array_equal(line.get_xdata()[[0, -1]], [2.5, 7.5])
        (line,) = by_gid(figure, "accuracy:1").values()
        np.testing.assert_array_equal(line.get_ydata(), plane["accuracy"].values[:, 1])
        self.assertIn("$c = 2$", " ".join(texts_of(figure)))

    def test_grey_levels_are_told_to_a_hundredth_of_their_span(self):
        cases = (([1e-24, 0.9412], "black 0, white 0.941"), ([0, 255], "black 0, white 255"),
                 ([2, 2], "black 2, white 2"), ([-1.23, 1], "black -1.23, white 1"))  # fmt: skip
        for levels, told in cases:
            self.assertEqual(vae_images.level_text(np.array([levels, [np.nan] * 2])), told)

    def test_posteriors(self):
        result = modecollapse.probability(**FIXED)
        clusters, mean = np.arange(10) % 2, np.arange(20.0).reshape(10, 2) / 10
        encoded = [vae.Encoded(decoder, scale, mean + scale, 0.5)
                   for decoder in ("one", "two", "three") for scale in (0.5, 1.0)]  # fmt: skip
        figure = vae.posteriors_figure(encoded, clusters, result)
        self.assertEqual(faults(figure), [])
        drawn = figure.findobj(lambda artist: artist.get_gid() == "cluster:1")
        self.assertEqual(len(drawn), 6)
        (circle, *_) = figure.findobj(lambda artist: artist.get_gid() == "prior")
        np.testing.assert_allclose(np.hypot(*circle.get_data()), 1)
        with self.assertRaisesRegex(ResultError, "two latent dimensions"):
            vae.posteriors_figure([vae.Encoded("one", 0.5, mean[:, :1], 0.5)], clusters, result)

    def test_images_stand_in_rows_of_their_clusters(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            numbers = np.random.default_rng(5).integers(0, 2, (90, 3, 3)).astype("u1")
            np.save(folder / "images.npy", numbers)
            np.save(folder / "rows.npy", numbers[:, 0])
            for data in ("images", "rows"):
                modecollapse.probability(
                    **{**FIXED, "exact_data": 0}, data=folder / f"{data}.npy", clusters=2,
                    likelihood="bernoulli", save_models=folder / f"{data}.nc",
                )  # fmt: skip
            draws = vae_images.read_draws(folder / "images.nc", 2)
            models = [folder / "images.nc"] * 2
            made = vae_images.read_reconstructions(models, folder / "images.npy", 1)
            with self.assertRaisesRegex(ValueError, "no.npy"):
                vae_images.read_reconstructions(models, folder / "no.npy", 1)
            with self.assertRaisesRegex(ResultError, "t = 3"):
                vae_images.images_figure(vae_images.read_draws(folder / "rows.nc", 0))
            with self.assertRaisesRegex(ResultError, "images.npy"):
                vae_images.read_draws(folder / "images.npy", 0)
        figure = vae_images.images_figure(draws)
        self.assertEqual(faults(figure), [])
        (shown,) = figure.findobj(lambda artist: artist.get_gid() == "images")
        second = draws["x"].values[draws["cluster"].values == 2]
        picture = np.ma.filled(shown.get_array(), np.nan)
        np.testing.assert_array_equal(picture[4:7, 4:7].ravel(), second[1])
        self.assertIn("member 2", " ".join(texts_of(figure)))
        figure = vae_images.reconstructions_figure(made, ["one", "a long name"])
        self.assertEqual(faults(figure), [])
        (shown,) = figure.findobj(lambda artist: artist.get_gid() == "images")
        picture = np.ma.filled(shown.get_array(), np.nan)
        self.assertEqual(picture.shape, (11, 39))
        np.testing.assert_array_equal(picture[:3, 8:11], numbers[2])
        np.testing.assert_array_equal(picture[8:, 8:11].ravel(), made[1]["reconstructed"].values[2])

    def test_every_recipe_has_a_command(self):
        self.assertEqual(set(VAE_RECIPES), set(VAE_FIGURES))


if __name__ == "__main__":
    unittest.main()
