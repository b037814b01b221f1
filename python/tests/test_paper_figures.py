"""Figures of trajectories, basins, outcomes, densities and setups: their structure.

Made from small runs of the engine. Looked at: axes, labels, number of curves, colours.
"""

from __future__ import annotations

from figure_checks import by_gid, faults, texts_of  # first: skips where modules miss

import contextlib
import io
import tempfile
import unittest
import unittest.mock
from pathlib import Path

import modecollapse
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from modecollapse.figures import animation, basins, evolution, order_parameters, outcome_colors
from modecollapse.figures import outcomes, setups
from modecollapse.figures.__main__ import RECIPES, main
from modecollapse.figures.phase_diagram import phase_diagram_figure
from modecollapse.figures.recipes import FIGURES
from modecollapse.figures.results import ResultError, flag_names
from modecollapse.figures.words import ENDS, STATE, words_figure

TRAINED = {"weights": "softmax"}


def trajectories(radius=2.0, number=4, **options):
    return modecollapse.trajectory(
        id=range(number), radius=radius, times=[0, 5, 10], seed=7, **options
    )


class Basins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        radii = (1.0, 3.0)
        cls.sections = [modecollapse.basin(radius=r, grid=21) for r in radii]
        cls.paths = [trajectories(r, 6, dimension=1000) for r in radii]
        cls.figure = basins.basins_figure(cls.sections, cls.paths)

    def test_a_panel_a_section_with_its_radius(self):
        self.assertEqual(len(self.figure.axes), 2)
        titles = [axes.get_title() for axes in self.figure.axes]
        self.assertEqual(titles, ["$R = 1$", "$R = 3$"])
        self.assertEqual(faults(self.figure), [])

    def test_collapsed_trajectories_are_red_and_others_blue(self):
        for axes, path in zip(self.figure.axes, self.paths):
            lost = np.isin(flag_names(path.outcome), outcome_colors.COLLAPSED)
            lines = {line.get_gid(): line for line in axes.lines if line.get_gid()}
            for i, collapsed in enumerate(lost):
                kind = "collapsed" if collapsed else "kept"
                color = basins.COLLAPSED_COLOR if collapsed else basins.KEPT_COLOR
                self.assertEqual(lines[f"{kind}:{i}"].get_color(), color)

    def test_the_caption_says_what_was_run(self):
        text = " ".join(texts_of(self.figure))
        for words in ("s = 0", "21", "6 trajectories", "d = 1000", "seed 7", "0.6667"):
            self.assertIn(words, text)

    def test_outside_the_admissible_set_there_is_no_colour(self):
        mesh = by_gid(self.figure.axes[0].figure, "outcome")[""]
        outside = flag_names(self.sections[1].outcome) == "outside"
        shown = np.ma.getmaskarray(mesh.get_array()).reshape(outside.T.shape)
        np.testing.assert_array_equal(shown, outside.T)


class OrderParameters(unittest.TestCase):
    def test_the_weight_has_a_row_if_it_moves(self):
        still = order_parameters.order_parameters_figure([trajectories()])
        self.assertEqual(len(still.axes), 1)
        moving = order_parameters.order_parameters_figure(
            [trajectories(r, **TRAINED) for r in (1.0, 2.5)]
        )
        self.assertEqual(len(moving.axes), 4)
        for figure in (still, moving):
            self.assertEqual(faults(figure), [])
        self.assertIn("softmax", " ".join(texts_of(moving)))
        self.assertNotIn("until trapped", " ".join(texts_of(moving)))

    def test_a_curve_a_trajectory_and_parameter(self):
        result = trajectories(number=3)
        figure = order_parameters.order_parameters_figure([result])
        for name in ("m1", "m2", "s"):
            curves = by_gid(figure, f"{name}:")
            self.assertEqual(len(curves), 3)
            for i, line in curves.items():
                np.testing.assert_array_equal(line.get_ydata(), result[name][int(i)])


class Outcomes(unittest.TestCase):
    def test_a_bar_an_outcome(self):
        result = modecollapse.probability(trajectories=500, seed=7)
        figure = outcomes.outcomes_figure(result)
        (axes,) = figure.axes
        widths = [bar.get_width() for bar in axes.patches]
        np.testing.assert_allclose(widths, result.counts.values.ravel() / 500)
        self.assertEqual(len(axes.get_yticklabels()), result.outcome.size)
        self.assertEqual(faults(figure), [])


class Evolution(unittest.TestCase):
    def test_the_means_have_the_overlaps_of_the_result(self):
        result = trajectories(2.5, 5, dimension=2)
        for i, t in np.ndindex(5, 3):
            m1, m2, s = (float(result[n][i, t]) for n in ("m1", "m2", "s"))
            means = evolution.means_in_the_plane(2.5, m1, m2, s)
            np.testing.assert_allclose(means[:, 0] / 2.5, [m1, m2])
            # tolerance of the flow
            self.assertAlmostEqual(means[0] @ means[1] / 2.5**2, s, delta=1e-5)

    def test_a_contour_holds_its_share_of_the_mass(self):
        grid = np.linspace(-6, 6, 241)
        density = evolution.mixture_density(grid, grid, np.zeros((2, 2)), 0.3)
        (level,) = evolution.levels_of(density, [0.9])
        # of a plane unit Gaussian 1 - e^(-r^2/2) is inside r: 0.9 at density 0.1 / 2 pi
        self.assertAlmostEqual(level, 0.1 / (2 * np.pi), delta=2e-4)
        self.assertAlmostEqual(density.sum() * 0.05**2, 1.0, places=6)

    def test_rows_columns_and_dimension(self):
        results = [trajectories(2.5, 1, dimension=2, **o) for o in ({}, TRAINED)]
        figure = evolution.evolution_figure(results, ["a", "b"])
        self.assertEqual(len(figure.axes), 6)
        self.assertEqual(len(by_gid(figure, "mean")), 1)
        self.assertEqual(faults(figure), [])
        with self.assertRaises(ResultError):
            evolution.evolution_figure([trajectories(dimension=3)], ["a"])


class Pairs(unittest.TestCase):
    def test_one_covers_and_one_collapses(self):
        pair = evolution.pair_of([0, 5], 7, radius=2.5, dimension=2, target_weight=1 / 3)
        ends = [str(result["outcome"].values[0]) for result in pair]
        self.assertIn(ends[0], evolution.COVERED)
        self.assertIn(ends[1], outcome_colors.COLLAPSED)
        with self.assertRaises(ResultError):  # at this radius nothing collapses
            evolution.pair_of([0], 7, radius=0.6, dimension=1000)

    def test_lines_of_one_trajectory_are_recognized(self):
        result = modecollapse.trajectory(id=[0, 1, 2], seed=7, raw=True)
        lines = order_parameters.order_parameters_figure([result]).axes[0].lines
        markers = {}
        for line in lines:
            if ":" in str(line.get_gid()):
                markers.setdefault(line.get_gid().split(":")[1], set()).add(line.get_marker())
        self.assertEqual([len(found) for found in markers.values()], [1, 1, 1])
        self.assertEqual(len(set.union(*markers.values())), 3)

    def test_the_animation_moves_and_ends(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pair.gif")
            with contextlib.redirect_stderr(io.StringIO()) as errors:
                self.assertEqual(main(["animation", str(Path(folder, "pair.png"))]), 2)
            self.assertIn(".gif", errors.getvalue())
            with unittest.mock.patch.object(animation, "FRAMES", 4):
                self.assertEqual(main(["animation", str(path), "--seed", "7", "--dpi", "40"]), 0)
            self.assertGreater(path.stat().st_size, 3_000)
            self.assertEqual(path.read_bytes()[:6], b"GIF89a")


class Setups(unittest.TestCase):
    def test_a_series_a_setup(self):
        results = [
            modecollapse.threshold(
                dimension=[10, 100], level=0.1, radius_range=(1, 1.3),
                trajectories=200, seed=7, target_weight=w)
            for w in (0.6, 2 / 3)
        ]  # fmt: skip
        figure = setups.setups_figure(results, 0.1)
        series = by_gid(figure, "setup:")
        self.assertEqual(sorted(series), ["0", "1"])
        for i, line in series.items():
            np.testing.assert_array_equal(line.get_ydata(), results[int(i)].r_c[:, 0])
        self.assertEqual(faults(figure), [])

    def test_the_legend_says_where_a_radius_is_missing(self):
        result = modecollapse.threshold(
            dimension=[10, 1000], level=0.1, radius_range=(1, 1.15), trajectories=200,
            seed=7)  # fmt: skip
        texts = [text.get_text()
                 for text in setups.setups_figure([result], 0.1).legends[0].get_texts()]
        self.assertTrue(texts[0].endswith("(not reached at $d = 1000$)"), texts)


class Annealed(unittest.TestCase):
    def test_geometric_axes_have_powers_of_ten_and_the_header_the_schedule(self):
        grid = {"initial_temperature": "log:1:100:4", "annealing_time": "log:1:100:4"}
        result = modecollapse.phase_diagram({"axes": grid, "fixed": {"trajectories": 9, "seed": 1}})
        figure = phase_diagram_figure(result)
        figure.draw(FigureCanvasAgg(figure).get_renderer())
        panel = figure.axes[0]
        for axis, symbol in ((panel.xaxis, "t_0"), (panel.yaxis, "T_0")):
            shown = {text.get_text() for text in axis.get_ticklabels() if text.get_text()}
            self.assertTrue(all("10^" in text for text in shown), shown)
            self.assertIn(symbol, axis.label.get_text())
        self.assertTrue(any("exponential-temperature" in text for text in texts_of(figure)))
        self.assertEqual(faults(figure), [])


class Words(unittest.TestCase):
    def test_the_picture_shows_every_end_of_the_mixture(self):
        figure = words_figure()
        classes = modecollapse.probability(trajectories=1, seed=1).outcome.values
        self.assertEqual({*ENDS, "failed"}, {*map(str, classes)})
        self.assertEqual({name for name, end in ENDS.items() if end[3]},
                         set(outcome_colors.COLLAPSED) & set(classes))  # fmt: skip
        for number, line in by_gid(figure, "overlap:").items():
            self.assertEqual(line.get_xdata()[0], STATE[int(number) - 1])
        self.assertEqual(faults(figure), [])


class Recipes(unittest.TestCase):
    def test_every_recipe_is_a_command(self):
        self.assertEqual(set(RECIPES), set(FIGURES))

    def test_one_command_makes_a_figure(self):
        with tempfile.TemporaryDirectory() as folder:
            for suffix in (".png", ".pdf"):
                path = Path(folder, f"evolution{suffix}")
                self.assertEqual(main(["evolution", str(path), "--seed", "7"]), 0)
                self.assertGreater(path.stat().st_size, 10_000)


if __name__ == "__main__":
    unittest.main()
