"""Figures of K components, from small runs of the engine."""

from __future__ import annotations

from figure_checks import by_gid, faults, texts_of  # first: skips where modules miss

import tempfile
import unittest
from pathlib import Path
from typing import Any

import modecollapse
import numpy as np
from modecollapse.figures import components, components_evolution, kept_modes
from modecollapse.figures.__main__ import COMPONENTS_RECIPES
from modecollapse.figures.components_recipes import COMPONENTS_FIGURES
from modecollapse.figures.outcomes import outcomes_figure
from modecollapse.figures.phase_diagram import phase_diagram_figure
from modecollapse.figures.results import ResultError

RING: dict[str, Any] = {
    "family": "components", "modes": 4, "layout": "ring", "radius": 3, "radii": "free",
    "start_radius": 3, "dynamics": "sgd", "expectation_error": 0.05, "seed": 3,
}  # fmt: skip
PACED = {"components": 4, "learning_rate": 0.4, "horizon": 40}


def only(figure, gid: str):
    (artist,) = by_gid(figure, gid).values()
    return artist


class Figures(unittest.TestCase):
    def test_lost_modes(self):
        results = {
            dimension: {
                count: modecollapse.probability(
                    **RING, dimension=dimension, components=count, learning_rate=0.1 * count,
                    horizon=10 * count, trajectories=16,
                )
                for count in (2, 6)
            }
            for dimension in (5, 50)
        }  # fmt: skip
        laws = [components.Law("ring", results), components.Law("again", results)]
        figure = components.lost_modes_figure(laws, ["header"])
        self.assertEqual(faults(figure), [])
        line = by_gid(figure, "lost:50")
        for drawn in line.values():
            for value, result in zip(drawn.get_ydata(), results[50].values()):
                counts = result["covered_modes_counts"].values
                self.assertAlmostEqual(value, 4 - counts @ np.arange(counts.size) / 16)
        heights = sum(bar.get_height() for bar in by_gid(figure, "share:0:").values())
        self.assertAlmostEqual(heights, 1.0)
        with self.assertRaisesRegex(ResultError, "components"):
            components.covered(modecollapse.probability(trajectories=16, seed=1))

    def test_critical_radii(self):
        result = modecollapse.threshold(
            family="components", components=2, modes=2, layout="simplex", dynamics="sgd",
            learning_rate=0.4, horizon=60, dimension=[5, 20], level=0.1, trajectories=64,
            radius_range=(0.5, 3), seed=3,
        )  # fmt: skip
        figure = components.critical_radii_figure({2: result}, 0.1, ["header"])
        self.assertEqual(faults(figure), [])
        for i in range(2):
            drawn = only(figure, f"r_c:{i}").get_ydata()[0]
            np.testing.assert_equal(drawn, result["r_c"].values[i, 0])
            self.assertTrue(np.isfinite(drawn))

    def test_annealing(self):
        axes = {"dimension": [2, 30], "initial_temperature": [1, 8], "annealing_time": [2, 10]}
        cube = modecollapse.phase_diagram(
            {"axes": axes, "fixed": {**RING, **PACED, "trajectories": 16}}
        )
        figure = components.annealing_figure(cube, 4, ["header"])
        self.assertEqual(faults(figure), [])
        for dimension in axes["dimension"]:
            cells = cube.sel(dimension=dimension).transpose("annealing_time", ...)
            counts = cells["covered_modes_counts"].values
            mean = only(figure, f"lost:{dimension}").get_array()
            np.testing.assert_allclose(
                np.ravel(mean), np.ravel(4 - counts @ np.arange(5) / 16), atol=1e-12
            )

    def test_kept_modes(self):
        options = {**RING, **PACED, "modes": 3, "trajectories": 24, "dimension": 2}
        flow = {"family": "realnvp", "layout": "ring", "radius": 3, "dimension": 2, "layers": 2,
                "width": 8, "horizon": 20, "trajectories": 4, "seed": 3}  # fmt: skip
        results = {
            "mixture": {3: modecollapse.probability(**options)},
            "flow": {3: modecollapse.probability(**flow, modes=3)},
        }
        figure = kept_modes.kept_modes_figure(results, ["header"])
        self.assertEqual(faults(figure), [])
        result = results["mixture"][3]
        share = result["covered_modes_counts"].values[3] / 24
        self.assertEqual(only(figure, "kept:mixture").get_ydata()[0], share)
        self.assertTrue(0 < share < 1)
        middle, low, high = kept_modes.kept(result)
        self.assertTrue(0 < low < middle < high < 1)
        self.assertAlmostEqual((low + high) / 2, (share + 3.8415 / 48) / (1 + 3.8415 / 24), 4)

    def test_lists_of_weights_are_told(self):
        options = {"family": "components", "trajectories": 20, "horizon": 1, "seed": 1, "raw": True}
        weights = [(0.2, 0.3, 0.5), (0.33, 0.33, 0.34)]
        one = outcomes_figure(modecollapse.probability(**options, target_weight=weights[0]))
        self.assertIn(r"$w^{\ast} = 0.2, 0.3, 0.5$", " ".join(texts_of(one)))
        swept = phase_diagram_figure(
            modecollapse.probability(**options, target_weight=weights, radius=[1, 2])
        )
        for figure in (one, swept):
            self.assertEqual(faults(figure), [])
        self.assertIn(r"$w^{\ast}$ = 0.33, 0.33, 0.34", " ".join(texts_of(swept)))

    def test_evolution(self):
        modes = 3 * np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -0.5]])
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "modes.csv"
            np.savetxt(file, modes, delimiter=",")
            options = {
                **PACED, "family": "components", "layout": "file", "means": file,
                "dynamics": "sgd", "id": [1], "seed": 3, "times": [0, 10, 20, 40],
            }  # fmt: skip
            result = modecollapse.trajectory(**options, dimension=2)
            with self.assertRaisesRegex(ResultError, "plane"):
                components_evolution.means_over_time(
                    modecollapse.trajectory(**options, dimension=3), modes
                )
        figure = components_evolution.components_evolution_figure([result], ["row"], modes, ["d"])
        self.assertEqual(faults(figure), [])
        means = components_evolution.means_over_time(result, modes)
        self.assertEqual(means.shape, (4, 4, 2))
        for i in range(4):  # the plane holds all of them
            norm2 = (means[:, i] ** 2).sum(axis=1)
            np.testing.assert_allclose(norm2, result[f"q_{i + 1}_{i + 1}"].values[0], rtol=1e-9)
        self.assertTrue(any("row" in text for text in texts_of(figure)))

    def test_every_name_has_a_figure(self):
        self.assertEqual(set(COMPONENTS_RECIPES), set(COMPONENTS_FIGURES))


if __name__ == "__main__":
    unittest.main()
