"""The phase diagram: what is drawn of one and two axes, and the command line.

Structure and geometry, not pixels, on small datasets made here.
"""

from __future__ import annotations

import unittest

from figure_checks import by_gid, legends_of, texts_of
from sweep_data import DIMENSIONS, FAILED, PENDING, RADII, synthetic_sweep

import numpy as np

from modecollapse.figures.phase_diagram import phase_diagram_figure

PRECISIONS = ("double", "single")


def legend_texts(figure) -> list[str]:
    return [
        text.get_text()
        for axes in figure.axes
        for legend in legends_of(axes)
        for text in legend.get_texts()
    ]


def colors_of(figure) -> np.ma.MaskedArray:
    """(rows, columns) of the heat map."""
    mesh = by_gid(figure, "p_collapse")[""]
    rows, columns = (n - 1 for n in mesh.get_coordinates().shape[:2])
    return np.ma.reshape(mesh.get_array(), (rows, columns))


def bars_of(panel) -> list[np.ndarray]:
    """The error bars of the first curve, from (x, low) to (x, high)."""
    return panel.containers[0].lines[2][0].get_segments()


class HeatMap(unittest.TestCase):
    def test_dimension_to_the_right_radius_upwards_and_a_colour_bar(self):
        panel, bar = phase_diagram_figure(synthetic_sweep()).axes
        self.assertIn("dimension $d$", panel.get_xlabel())
        self.assertIn("radius of the target's modes $R$", panel.get_ylabel())
        self.assertEqual((panel.get_xscale(), panel.get_yscale()), ("log", "linear"))
        self.assertIn("probability of collapse", bar.get_ylabel())
        self.assertEqual(bar.get_ylim(), (0.0, 1.0))

    def test_cells_stand_between_edges(self):
        dataset = synthetic_sweep()
        figure = phase_diagram_figure(dataset)
        np.testing.assert_array_equal(colors_of(figure), dataset["p_collapse"])
        mesh = by_gid(figure, "p_collapse")[""]
        self.assertEqual(mesh.get_clim(), (0.0, 1.0))
        corners = mesh.get_coordinates()
        self.assertEqual(corners.shape, (10, 7, 2))
        np.testing.assert_allclose(corners[:, 0, 1], np.linspace(0.875, 3.125, 10))
        np.testing.assert_allclose(corners[0, 1:3, 0], np.sqrt([2 * 7, 7 * 25]))
        self.assertEqual(
            figure.axes[0].get_xlim(), (corners[0, 0, 0], corners[0, -1, 0])
        )

    def test_any_order_of_coordinates_and_of_axes(self):
        expected = colors_of(phase_diagram_figure(synthetic_sweep()))
        shuffled = synthetic_sweep().isel(radius=[3, 0, 8, 1, 7, 2, 6, 5, 4])
        turned = synthetic_sweep().transpose("dimension", "radius", "outcome")
        for dataset in (shuffled, turned):
            figure = phase_diagram_figure(dataset)
            np.testing.assert_array_equal(colors_of(figure), expected)
            self.assertIn("dimension", figure.axes[0].get_xlabel())

    def test_other_axes(self):
        for names, placed in (
            (("target_weight", "horizon"), ("horizon", "target_weight")),
            (("target_weight", "dimension"), ("dimension", "target_weight")),
            (("dimension", "target_weight"), ("dimension", "target_weight")),
            (("target_weight", "radius"), ("target_weight", "radius")),
            (("radius", "target_weight"), ("target_weight", "radius")),
        ):
            words = {"horizon": "end time", "target_weight": "weight of the target"}
            dataset = synthetic_sweep({name: (0.5, 0.6, 0.8) for name in names})
            panel = phase_diagram_figure(dataset).axes[0]
            for label, name in zip((panel.get_xlabel(), panel.get_ylabel()), placed):
                self.assertIn(words.get(name, name), label)

    def test_log_axis_where_the_coordinates_are_log_spaced(self):
        for values, scale in (
            ((0.1, 1.0, 10.0, 100.0), "log"),
            ((0.1, 0.2, 0.5, 1.0, 2.0), "log"),
            ((1.0, 2.0, 3.0, 20.0), "log"),
            ((1.0, 10.0, 20.0, 30.0), "linear"),
            ((1.0, 2.0, 4.0), "linear"),
            ((0.0, 0.001, 0.1), "linear"),
        ):
            dataset = synthetic_sweep({"horizon": values, "radius": RADII})
            panel = phase_diagram_figure(dataset).axes[0]
            self.assertEqual(panel.get_xscale(), scale, values)

    def test_contours_lie_where_the_level_is_reached(self):
        axes = {"target_weight": (0.5, 0.6, 0.7), "horizon": (1.0, 10.0, 100.0, 1000.0)}
        figure = phase_diagram_figure(synthetic_sweep(axes, p=[0.0, 0.0, 1.0, 1.0]))
        for level in (0.1, 0.5):
            (line,) = by_gid(figure, f"contour_{level}")[""].get_segments()
            np.testing.assert_allclose(line[:, 0], 10.0 ** (1 + level))
            np.testing.assert_allclose(sorted(line[:, 1])[:: len(line) - 1], [0.5, 0.7])
        bar = figure.axes[1]
        self.assertTrue({0.1, 0.5} <= {line.get_ydata()[0] for line in bar.lines})

    def test_labels_of_contours_stand_on_them(self):
        figure = phase_diagram_figure(synthetic_sweep())
        labels = by_gid(figure, "contour_label_")
        self.assertEqual(set(labels), {"0.1", "0.5"})
        for level, label in labels.items():
            self.assertEqual(label.get_text(), f"$P = {level}$")
            line = np.concatenate(by_gid(figure, f"contour_{level}")[""].get_segments())
            self.assertTrue(np.any(np.all(line == label.get_position(), axis=1)))

    def test_contours_only_of_levels_that_occur(self):
        for p, drawn in ((0.7, set()), ([[0.2]] * 8 + [[0.9]], {"0.5"})):
            figure = phase_diagram_figure(synthetic_sweep(p=p))
            found = {n for n in by_gid(figure, "contour_") if "label" not in n}
            self.assertEqual(found, drawn)

    def test_no_contour_crosses_a_cell_without_a_number(self):
        unfinished = {(row, 2): PENDING for row in range(9)}
        figure = phase_diagram_figure(synthetic_sweep(unfinished=unfinished))
        for line in by_gid(figure, "contour_0.5")[""].get_segments():
            between = (line[:, 0] > 7.001) & (line[:, 0] < 89.99)
            self.assertFalse(between.any())

    def test_pending_cells_are_hatched(self):
        unfinished = {(8, 0): PENDING, (8, 1): PENDING}
        figure = phase_diagram_figure(synthetic_sweep(unfinished=unfinished))
        self.assertTrue(colors_of(figure).mask[8, :2].all())
        self.assertEqual(colors_of(figure).mask.sum(), 2)
        self.assertTrue(by_gid(figure, "pending")[""].get_hatch())
        self.assertEqual(legend_texts(figure), ["pending (2 of 54 cells)"])

    def test_failed_cells_are_crossed(self):
        figure = phase_diagram_figure(synthetic_sweep(unfinished={(2, 3): FAILED}))
        (x,), (y,) = by_gid(figure, "failed")[""].get_data()
        self.assertEqual((x, y), (DIMENSIONS[3], RADII[2]))
        self.assertTrue(colors_of(figure).mask[2, 3])
        self.assertEqual(legend_texts(figure), ["failed (1 of 54 cells)"])

    def test_a_number_that_is_not_final_is_not_drawn(self):
        dataset = synthetic_sweep(unfinished={(2, 3): PENDING})
        dataset["p_collapse"][2, 3] = 0.4
        self.assertTrue(colors_of(phase_diagram_figure(dataset)).mask[2, 3])

    def test_no_legend_if_everything_is_complete(self):
        self.assertEqual(legend_texts(phase_diagram_figure(synthetic_sweep())), [])

    def test_zipped_axes_are_named(self):
        partners = {"weight": ("radius", np.linspace(0.5, 0.9, 9))}
        figure = phase_diagram_figure(synthetic_sweep(partners=partners))
        for part in ("radius", "zipped with $w_1$: $0.5$ to $0.9$"):
            self.assertIn(part, figure.axes[0].get_ylabel())

    def test_many_choices_are_columns_without_contours(self):
        seeds = tuple(str(seed) for seed in range(10))
        dataset = synthetic_sweep({"radius": RADII, "seed": seeds})
        figure = phase_diagram_figure(dataset)
        self.assertEqual(colors_of(figure).shape, (9, 10))
        self.assertEqual(by_gid(figure, "contour_"), {})

    def test_says_what_was_run(self):
        dataset = synthetic_sweep()
        dataset["trajectories_run"][0, 0] = 123456
        dataset["counts"][0, 0] = [0, 850, 150, 0]
        text = " ".join(texts_of(phase_diagram_figure(dataset)))
        for part in ("= 0.6667$", "fixed", "$1000$ to $123{,}456$", "seed 7", "0.1.0"):
            self.assertIn(part, text)
        self.assertIn("undecided: up to 15 % at a cell", text)
        dataset.attrs = {}
        self.assertEqual(len(phase_diagram_figure(dataset).axes), 2)


class Curves(unittest.TestCase):
    def test_one_axis_is_a_curve_with_its_band(self):
        dataset = synthetic_sweep({"radius": RADII})
        (panel,) = phase_diagram_figure(dataset).axes
        self.assertIn("radius", panel.get_xlabel())
        self.assertIn("probability of collapse", panel.get_ylabel())
        curve = by_gid(panel.figure, "curve_0")[""]
        np.testing.assert_array_equal(curve.get_xdata(), RADII)
        np.testing.assert_array_equal(curve.get_ydata(), dataset["p_collapse"])
        band = panel.collections[-1]
        low, high = dataset["ci_low"].values[3], dataset["ci_high"].values[3]
        corners = band.get_paths()[0].vertices
        for corner in ([RADII[3], low], [RADII[3], high]):
            self.assertTrue(np.any(np.all(np.isclose(corners, corner), axis=1)), corner)

    def test_an_axis_with_one_value_is_left_out(self):
        for axes in (
            {"radius": RADII, "dimension": (50,)},
            {"dimension": (50,), "radius": RADII},
        ):
            figure = phase_diagram_figure(synthetic_sweep(axes))
            self.assertEqual(set(by_gid(figure, "curve_")), {"0"})
            self.assertIn("$d = 50$", " ".join(texts_of(figure)))

    def test_a_single_cell_is_a_point(self):
        figure = phase_diagram_figure(synthetic_sweep({"radius": (1.5,)}, p=0.25))
        self.assertEqual(by_gid(figure, "curve_0")[""].get_ydata(), [0.25])

    def test_unfinished_cells_are_gaps_and_marked(self):
        unfinished = {(2,): PENDING, (5,): FAILED}
        dataset = synthetic_sweep({"radius": RADII}, unfinished=unfinished)
        figure = phase_diagram_figure(dataset)
        curve = by_gid(figure, "curve_0")[""]
        np.testing.assert_array_equal(
            np.flatnonzero(np.isnan(curve.get_ydata())), [2, 5]
        )
        span = by_gid(figure, "pending")[""].get_xy()[:, 0]
        np.testing.assert_allclose((span.min(), span.max()), (1.375, 1.625))
        np.testing.assert_array_equal(
            by_gid(figure, "failed")[""].get_xdata(), [RADII[5]]
        )
        expected = ["pending (1 of 9 cells)", "failed (1 of 9 cells)"]
        self.assertEqual(legend_texts(figure), expected)

    def test_a_choice_is_a_curve_each(self):
        axes = {"precision": PRECISIONS, "radius": RADII}
        figure = phase_diagram_figure(
            synthetic_sweep(axes, unfinished={(1, 4): PENDING})
        )
        self.assertEqual(set(by_gid(figure, "curve_")), {"0", "1"})
        expected = ["precision double", "precision single (left out: 1 pending)"]
        self.assertEqual(legend_texts(figure), expected)

    def test_a_choice_alone_is_points_with_bars(self):
        dataset = synthetic_sweep({"precision": PRECISIONS}, p=[0.5, 0.5])
        (panel,) = phase_diagram_figure(dataset).axes
        labels = [label.get_text() for label in panel.get_xticklabels()]
        self.assertEqual(labels, ["double", "single"])
        self.assertEqual(by_gid(panel.figure, "curve_0")[""].get_linestyle(), "None")
        np.testing.assert_allclose(bars_of(panel)[1], [[1, 0.48], [1, 0.53]])

    def test_a_point_without_neighbours_has_bars(self):
        unfinished = {(1,): PENDING, (3,): PENDING}
        dataset = synthetic_sweep({"radius": RADII}, unfinished=unfinished)
        bars = bars_of(phase_diagram_figure(dataset).axes[0])
        np.testing.assert_allclose([bar[0][0] for bar in bars], [RADII[0], RADII[2]])


if __name__ == "__main__":
    unittest.main()
