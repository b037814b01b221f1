"""R_c by theory through the points of a threshold, and the names on its curves."""

from __future__ import annotations

import unittest

from figure_checks import by_gid, texts_of
from threshold_data import searched_over_time, synthetic

import modecollapse
import numpy as np
from matplotlib.figure import Figure

from modecollapse.figures.curve_labels import label_curves
from modecollapse.figures.results import ResultError
from modecollapse.figures.theory_radii import crossing, curve_through, theory_radii
from modecollapse.figures.threshold import threshold_figure


class Theory(unittest.TestCase):
    def test_passes_between_the_ends_of_the_sampled_brackets(self):
        result = modecollapse.threshold(
            dimension=[10**5], level=0.5, trajectories=20000, radius_range=(1, 1.5), seed=7
        )
        ((dimensions, radii),) = theory_radii(result).values()
        self.assertEqual(dimensions.tolist(), [10**5])
        low, high = (float(result[f"r_c_ci_{end}"].squeeze()) for end in ("low", "high"))
        self.assertTrue(low - 1e-3 <= radii[0] <= high + 1e-3, (low, radii[0], high))
        other = curve_through({10**5: 1.3}, 0.5, {"target_weight": 0.6})  # another problem's
        self.assertFalse(low - 1e-3 <= other[1][0] <= high + 1e-3)

    def test_a_crossing_is_found_outside_of_its_first_bracket(self):
        for at in (0.6, 1.1, 1.3, 2.7):
            found = crossing(lambda radius, at=at: float(radius >= at), 0.5, 1.2, 1.4)
            self.assertAlmostEqual(found, at, delta=5e-4)
        self.assertTrue(np.isnan(crossing(lambda _: 1.0, 0.5, 1.2, 1.4)))
        self.assertTrue(np.isnan(crossing(lambda _: 0.0, 0.5, 1.2, 1.4)))

    def test_is_drawn_instead_of_the_lines_between_the_points(self):
        curve = (np.array([2, 40, 10000]), np.array([1.11, 1.13, 1.2]))
        figure = threshold_figure(synthetic(), theory={0.1: curve})
        drawn = by_gid(figure, "theory_level_")
        self.assertEqual(set(drawn), {"0.1"})
        np.testing.assert_array_equal(drawn["0.1"].get_ydata(), curve[1])
        self.assertEqual(set(by_gid(figure, "r_c_level_")), {"0.5"})
        self.assertIn("lines: theory", texts_of(figure))
        self.assertNotIn("lines: theory", texts_of(threshold_figure(synthetic())))

    def test_where_theory_has_no_radii_that_is_said(self):
        trained = synthetic()
        trained.attrs["config_toml"] = "weights = 'softmax'\nhorizon = 200.0\n"
        for result in (searched_over_time(), trained):
            with self.assertRaisesRegex(ResultError, "theory"):
                theory_radii(result)


class Names(unittest.TestCase):
    def named(self, heights):
        axes = Figure(figsize=(4, 3)).subplots()
        x = np.linspace(0.0, 1.0, 50)
        curves = [axes.plot(x, height + 0 * x, label=f"d = {i}", gid=str(i))[0]
                  for i, height in enumerate(heights)]  # fmt: skip
        axes.set_ylim(0, 1)
        label_curves(axes, curves)
        return axes

    def test_stand_on_their_curves_where_there_is_room(self):
        axes = self.named([0.2, 0.5, 0.8])
        self.assertEqual([text.get_text() for text in axes.texts], ["d = 0", "d = 1", "d = 2"])
        for text, height in zip(axes.texts, (0.2, 0.5, 0.8)):
            self.assertAlmostEqual(text.get_position()[1], height)

    def test_never_cover_another_curve(self):
        axes = self.named([0.49, 0.5, 0.51])
        self.assertEqual([text.get_text() for text in axes.texts], ["d = 0", "d = 2"])
        for text in axes.texts:
            self.assertGreater(abs(text.get_position()[1] - 0.5), 0.02)


if __name__ == "__main__":
    unittest.main()
