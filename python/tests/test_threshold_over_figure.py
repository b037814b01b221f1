"""The figure of `threshold --over OPTION`: axes, scales and words are those of the option."""

from __future__ import annotations

import unittest

from figure_checks import by_gid, faults, texts_of
from threshold_data import BELOW_RANGE, FOUND, NOT_REACHED, UNSETTLED, searched_over_time

import numpy as np

from modecollapse.figures.results import ResultError
from modecollapse.figures.searched import in_symbols
from modecollapse.figures.threshold import threshold_figure


class OverAnotherOption(unittest.TestCase):
    def test_axes_are_named_by_it_and_logarithmic_as_the_search(self):
        a, b = threshold_figure(searched_over_time()).axes
        self.assertEqual(a.get_xlabel(), "annealing time $t_{0}$")
        self.assertEqual(b.get_ylabel(), "critical annealing time $t_{0}$")
        self.assertEqual((a.get_xscale(), b.get_yscale()), ("log", "log"))
        linear = searched_over_time()
        linear["over_scale"] -= 1
        a, b = threshold_figure(linear).axes
        self.assertEqual((a.get_xscale(), b.get_yscale()), ("linear", "linear"))

    def test_draws_every_evaluation_and_critical_value(self):
        figure = threshold_figure(searched_over_time())
        curve = by_gid(figure, "dimension_")["100"]
        np.testing.assert_array_equal(curve.get_xdata(), [0.5, 1.1, 1.109, 1.1091, 1.5, 3.0])
        np.testing.assert_allclose(curve.get_ydata(), [1, 1, 1, 0.8, 0.5, 0.5])
        line = by_gid(figure, "critical_value_level_")["0.1"]
        np.testing.assert_allclose(line.get_ydata(), [1.1, 1.15, 1.2])

    def test_says_where_the_others_were(self):
        text = " ".join(texts_of(threshold_figure(searched_over_time())))
        for part in ("$R = 2.5$", "T_0 = 10", "trajectories per value"):
            self.assertIn(part, text)

    def test_a_falling_curve_may_end_above_the_level(self):
        status = [[4, NOT_REACHED], [FOUND, UNSETTLED], [FOUND, BELOW_RANGE]]
        figure = threshold_figure(searched_over_time(status=status))
        self.assertEqual(set(by_gid(figure, "above_range_level_")), {"0.1"})
        text = " ".join(texts_of(figure))
        self.assertIn(r"above the range ($\geq 3$)", text)
        self.assertIn("(0.5 to 3)", text)
        self.assertEqual(faults(figure), [])

    def test_without_dimensions_the_values_stand_on_the_curve(self):
        dataset = searched_over_time().isel(dimension=1, drop=True)
        dataset["status"][1] = UNSETTLED
        dataset = dataset.isel(evaluation=dataset["evaluation_dimension"].values == 100)
        figure = threshold_figure(dataset.drop_vars("evaluation_dimension"))
        (panel,) = figure.axes
        curve = by_gid(figure, "curve")[""]
        np.testing.assert_array_equal(curve.get_xdata(), [0.5, 1.1, 1.109, 1.1091, 1.5, 3.0])
        (crossing,) = panel.containers
        np.testing.assert_allclose(crossing.lines[0].get_xydata(), [[1.15, 0.1]])
        (bar,) = crossing.lines[2][0].get_segments()
        np.testing.assert_allclose(bar, [[1.14, 0.1], [1.17, 0.1]])
        texts = texts_of(figure)
        self.assertIn("level 0.1: $t_{0}$ = 1.15 (1.14 to 1.17)", texts)
        self.assertIn("level 0.5: not settled by these members", texts)
        self.assertEqual(faults(figure), [])

    def test_of_a_missing_variable_without_dimensions(self):
        dataset = searched_over_time().isel(dimension=0, drop=True)
        with self.assertRaisesRegex(ResultError, "missing critical_value_ci_low"):
            threshold_figure(dataset.drop_vars("critical_value_ci_low"))

    def test_symbols(self):
        for words, symbol, shown in (
            ("KL weight beta", "beta", r"KL weight $\beta$"),
            ("mode w* at +mu*", "w*", r"mode $w^{\ast}$ at +$\mu^{\ast}$"),
            ("dimension N of a space", "N", "dimension $N$ of a space"),
            ("price in $", "", r"price in \$"),
            ("likelihood deviation s_x", "s_x", "likelihood deviation $s_{x}$"),
            ("products mu_i.nu_k", "", r"products $\mu_{i}$.$\nu_{k}$"),
            ("Gram matrix, V^T V", "", "Gram matrix, $V^{T}$ V"),
        ):
            self.assertEqual(in_symbols(words, symbol), shown)


if __name__ == "__main__":
    unittest.main()
