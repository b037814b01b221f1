"""The threshold figure: what is drawn, and where the text stands.

Structure and geometry, not pixels, on a small dataset made here; and a figure that is
wrong on purpose must fail the check of the geometry.
"""

from __future__ import annotations

import unittest

from figure_checks import by_gid, faults, texts_of
from threshold_data import (
    BELOW_RANGE,
    CONFIG,
    FOUND,
    NOT_REACHED,
    UNSETTLED,
    searched_over_time,
    synthetic,
)

import numpy as np
import xarray as xr
from matplotlib.container import ErrorbarContainer

from modecollapse.figures import style
from modecollapse.figures.threshold import threshold_figure


class Structure(unittest.TestCase):
    def test_has_two_labelled_panels(self):
        a, b = threshold_figure(synthetic()).axes
        self.assertIn("radius of the target's modes $R$", a.get_xlabel())
        self.assertIn("probability of collapse", a.get_ylabel())
        self.assertIn("dimension $d$", b.get_xlabel())
        self.assertIn("critical radius", b.get_ylabel())
        self.assertEqual(b.get_xscale(), "log")

    def test_draws_every_evaluation_of_a_dimension_in_order_of_radius(self):
        figure = threshold_figure(synthetic())
        curves = by_gid(figure, "dimension_")
        self.assertEqual(set(curves), {"2", "100", "10000"})
        expected = [0.5, 1.1, 1.109, 1.1091, 1.5, 3.0]
        np.testing.assert_array_equal(curves["100"].get_xdata(), expected)
        np.testing.assert_array_equal(
            curves["100"].get_ydata(), [0, 0, 0, 0.2, 0.5, 0.5]
        )
        labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        self.assertEqual(labels, ["$d = 2$", "$d = 100$", "$d = 10^{4}$"])

    def test_bands_are_the_intervals(self):
        bands = threshold_figure(synthetic()).axes[0].collections
        self.assertEqual(len(bands), 3)
        corners = bands[0].get_paths()[0].vertices
        for corner in ([1.1091, 0.18], [1.1091, 0.22], [0.5, 0.0], [0.5, 0.02]):
            self.assertTrue(np.any(np.all(np.isclose(corners, corner), axis=1)), corner)

    def test_colours_go_from_dark_to_light_and_stay_visible(self):
        lightness = [
            np.dot(color[:3], (0.2126, 0.7152, 0.0722))
            for color in style.ordered_colors(6)
        ]
        self.assertEqual(lightness, sorted(lightness))
        self.assertLess(lightness[-1], 0.75)

    def test_draws_the_levels(self):
        levels = by_gid(threshold_figure(synthetic()), "level_")
        self.assertEqual(
            {name: line.get_ydata()[0] for name, line in levels.items()},
            {"0.1": 0.1, "0.5": 0.5},
        )

    def test_says_what_was_run(self):
        text = " ".join(texts_of(threshold_figure(synthetic())))
        for part in (
            "= 0.6667$",
            "fixed",
            "2\\times 10^{4}",
            "seed 7",
            "0.1.0",
            "dirty",
        ):
            self.assertIn(part, text)
        self.assertNotIn("undecided", text)

    def test_says_how_much_was_undecided(self):
        dataset = synthetic()
        dataset["evaluation_counts"][0] = [0, 850, 150]
        text = " ".join(texts_of(threshold_figure(dataset)))
        self.assertIn("undecided: up to 15 %", text)

    def test_needs_no_attributes(self):
        dataset = synthetic()
        dataset.attrs = {}
        self.assertEqual(len(threshold_figure(dataset).axes), 2)


class SpecialRadii(unittest.TestCase):
    def test_are_vertical_lines_with_their_values(self):
        figure = threshold_figure(synthetic())
        for name, radius in (
            ("r_fold_plus", 1.1088),
            ("r_fold_minus", 1.4917),
            ("r_inf", 1.3030),
        ):
            self.assertEqual(by_gid(figure, name)[""].get_xdata(), [radius, radius])
            self.assertIn(f"{radius:.4f}", by_gid(figure, name)["_label"].get_text())
        self.assertEqual(set(by_gid(figure, "r_inf")), {"", "_label", "_line"})

    def test_that_do_not_exist_are_notes(self):
        figure = threshold_figure(
            synthetic(fold_plus=("all_radii", 0), infinite=("none", 0))
        )
        self.assertEqual(set(by_gid(figure, "r_inf")), {"_note"})
        self.assertIn("not exist", by_gid(figure, "r_inf")["_note"].get_text())
        self.assertIn("all radii", by_gid(figure, "r_fold_plus")["_note"].get_text())
        self.assertIn("", by_gid(figure, "r_fold_minus"))

    def test_that_are_not_approached_are_notes(self):
        figure = threshold_figure(synthetic(infinite=("not_approached", 0)))
        self.assertEqual(set(by_gid(figure, "r_inf")), {"_note"})
        self.assertIn("not approached", by_gid(figure, "r_inf")["_note"].get_text())

    def test_outside_the_range_are_notes(self):
        figure = threshold_figure(synthetic(fold_minus=("found", 4.5)))
        note = by_gid(figure, "r_fold_minus")["_note"].get_text()
        self.assertIn("4.5000", note)
        self.assertIn("outside", note)
        self.assertLess(figure.axes[0].get_xlim()[1], 4.0)


class CriticalRadii(unittest.TestCase):
    def series(self, figure) -> list[ErrorbarContainer]:
        containers = figure.axes[1].containers
        self.assertTrue(all(isinstance(c, ErrorbarContainer) for c in containers))
        return containers

    def test_one_series_for_each_level(self):
        low, high = self.series(threshold_figure(synthetic()))
        np.testing.assert_array_equal(low.lines[0].get_xdata(), [2, 100, 10000])
        np.testing.assert_array_equal(high.lines[0].get_xdata(), [100, 10000])
        self.assertNotEqual(low.lines[0].get_marker(), high.lines[0].get_marker())
        self.assertNotEqual(low.lines[0].get_color(), high.lines[0].get_color())

    def test_error_bars_are_the_brackets(self):
        bars = self.series(threshold_figure(synthetic()))[0].lines[2][0].get_segments()
        np.testing.assert_allclose(bars[1], [[100, 1.14], [100, 1.17]])

    def test_a_missing_end_leaves_out_that_half(self):
        dataset = synthetic()
        dataset["r_c_ci_low"][1, 0] = np.nan
        bars = self.series(threshold_figure(dataset))[0].lines[2][0].get_segments()
        np.testing.assert_allclose(bars[1], [[100, 1.15], [100, 1.17]])

    def test_line_stops_where_r_c_is_missing(self):
        line = by_gid(threshold_figure(synthetic()), "r_c_level_")["0.5"]
        np.testing.assert_array_equal(np.isnan(line.get_ydata()), [True, False, False])

    def test_levels_have_one_colour_in_both_panels(self):
        for levels in ((0.1, 0.5), (0.5, 0.1)):  # any order in the file
            figure = threshold_figure(synthetic(levels=levels))
            lines, series = by_gid(figure, "level_"), by_gid(figure, "r_c_level_")
            for name in ("0.1", "0.5"):
                self.assertEqual(lines[name].get_color(), series[name].get_color())

    def test_out_of_range_stands_beyond_the_scale(self):
        status = [[BELOW_RANGE, NOT_REACHED], [FOUND, NOT_REACHED], [FOUND, FOUND]]
        figure = threshold_figure(synthetic(status=status))
        above = by_gid(figure, "not_reached_level_")
        below = by_gid(figure, "below_range_level_")
        self.assertEqual((set(above), set(below)), ({"0.5"}, {"0.1"}))
        np.testing.assert_array_equal(above["0.5"].get_xdata(), [2, 100])
        np.testing.assert_array_equal(below["0.1"].get_xdata(), [2])
        axes = figure.axes[1]
        ticks = axes.transAxes.inverted().transform(
            axes.transData.transform([(100, tick) for tick in axes.get_yticks()])
        )[:, 1]
        self.assertGreater(above["0.5"].get_ydata()[0], ticks.max())
        self.assertLess(below["0.1"].get_ydata()[0], ticks.min())
        text = " ".join(texts_of(figure))
        self.assertIn("not reached in the range", text)
        self.assertIn("below the range", text)

    def test_unsettled_stands_beyond_the_scale_too(self):
        status = [[UNSETTLED, NOT_REACHED], [FOUND, UNSETTLED], [FOUND, FOUND]]
        figure = threshold_figure(synthetic(status=status))
        unsettled = by_gid(figure, "unsettled_level_")
        not_reached = by_gid(figure, "not_reached_level_")["0.5"].get_ydata()[0]
        np.testing.assert_array_equal(unsettled["0.1"].get_xdata(), [2])
        np.testing.assert_array_equal(unsettled["0.5"].get_xdata(), [100])
        heights = [line.get_ydata()[0] for line in unsettled.values()]
        self.assertTrue(0.5 < min(heights) and max(heights) < not_reached)
        self.assertIn("not settled", " ".join(texts_of(figure)))

    def test_legend_names_only_what_occurs(self):
        figure = threshold_figure(synthetic(status=[[FOUND] * 2] * 3))
        self.assertNotIn("range (", " ".join(texts_of(figure)))


class Placing(unittest.TestCase):
    """Text is legible: nothing cut off, nothing on top of anything else."""

    def cases(self) -> dict[str, xr.Dataset]:
        many = tuple(10**i for i in range(1, 10)) + (3000, 20000, 12345, 999999999)
        found = [[FOUND]]
        return {
            "plain": synthetic(),
            "no limit": synthetic(infinite=("none", 0)),
            "all radii": synthetic(
                fold_plus=("all_radii", 0), infinite=("all_radii", 0)
            ),
            "nothing": synthetic(
                fold_plus=("none", 0), fold_minus=("none", 0), infinite=("none", 0)
            ),
            "equal folds": synthetic(fold_minus=("found", 1.1088)),
            "near radii": synthetic(infinite=("found", 1.1090)),
            "at the end": synthetic(fold_minus=("found", 2.999)),
            "outside": synthetic(fold_minus=("found", 9.9)),
            "one of each": synthetic(dimensions=(10,), levels=(0.5,), status=found),
            "not reached": synthetic(
                dimensions=(10,), levels=(0.5,), status=[[NOT_REACHED]]
            ),
            "below": synthetic(status=[[BELOW_RANGE] * 2] * 3),
            "near levels": synthetic(levels=(0.1, 0.11, 0.5, 0.501, 0.98, 0.99)),
            "long levels": synthetic(levels=(0.000001, 0.123456)),
            "over another option": searched_over_time(),
            "many dimensions": synthetic(dimensions=tuple(sorted(many))),
        }

    def test_texts_are_apart_and_inside(self):
        for name, dataset in self.cases().items():
            with self.subTest(name):
                self.assertEqual(faults(threshold_figure(dataset)), [])

    def test_longest_header_fits(self):
        dataset = synthetic()
        dataset.attrs["seed"] = str(2**64 - 1)
        dataset.attrs["config_toml"] = (
            CONFIG.replace("20000", "123456789") + "horizon = 1234.5\nweight = 0.3333\n"
        )
        dataset["evaluation_counts"][0] = [0, 850, 150]
        self.assertEqual(faults(threshold_figure(dataset)), [])

    def test_faults_are_seen(self):
        figure = threshold_figure(synthetic())
        figure.text(0.9, 0.9, "a text that does not fit beside the figure")
        figure.axes[1].legend(loc="center")
        found = " ".join(faults(figure))
        for fault in ("cut off", "covers data"):
            self.assertIn(fault, found)
        figure = threshold_figure(synthetic())
        figure.text(0.1, 0.965, "across the header")
        self.assertIn("overlap", " ".join(faults(figure)))


if __name__ == "__main__":
    unittest.main()
