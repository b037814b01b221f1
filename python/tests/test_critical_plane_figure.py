"""The figure of a plane of critical values, and of one by theory.

Colours are the values, and cells without one say why, each in its own way.
"""

from __future__ import annotations

import unittest

from figure_checks import by_gid, faults, legends_of, texts_of
from sweep_data import FAILED, PENDING, critical_plane, synthetic_sweep

import numpy as np
from matplotlib.colors import LogNorm

from modecollapse.figures.cell_status import NOT_FOUND, PENDING as HATCHED
from modecollapse.figures.phase_diagram import phase_diagram_figure
from modecollapse.figures.results import ResultError

PLANE = {"radius": (1.0, 2.0, 3.0), "level": (0.1, 0.2, 0.4)}
OPEN = [
    ["found", "not_reached", "unsettled"],
    ["found", "below_range", "found"],
    ["found", "found", "above_range"],
]
WEIGHTS = {"target_weight": (0.5, 0.6, 0.7, 0.8)}
GAP = ["found", "found", "not_reached", "found"]


class Plane(unittest.TestCase):
    def test_colours_are_the_critical_values_by_name(self):
        dataset = critical_plane(PLANE)
        figure = phase_diagram_figure(dataset)
        panel, bar = figure.axes
        mesh = by_gid(figure, "r_c")[""]
        np.testing.assert_array_equal(np.ravel(mesh.get_array()), np.ravel(dataset["r_c"]))
        self.assertEqual(mesh.get_clim(), (1.0, 5.0))
        self.assertEqual(bar.get_ylabel(), r"critical radius $R_\mathrm{c}$")
        self.assertEqual(legends_of(panel), [])
        self.assertFalse(any("P =" in text for text in texts_of(figure)))
        self.assertIn("level 0.3", " ".join(texts_of(figure)))
        self.assertEqual(faults(figure), [])

    def test_another_option_has_its_name_unit_and_scale(self):
        dataset = critical_plane(PLANE, over="annealing-time")
        figure = phase_diagram_figure(dataset)
        self.assertIsInstance(by_gid(figure, "critical_value")[""].norm, LogNorm)
        self.assertEqual(figure.axes[1].get_ylabel(), "critical annealing time $t_{0}$")
        dataset["critical_value"].attrs["units"] = "nat"
        bar = phase_diagram_figure(dataset).axes[1]
        self.assertEqual(bar.get_ylabel(), "critical annealing time $t_{0}$ (nat)")

    def test_cells_without_one_are_hatched_by_the_reason(self):
        figure = phase_diagram_figure(critical_plane(PLANE, OPEN, over="annealing-time"))
        panel = figure.axes[0]
        missing = np.ma.getmaskarray(by_gid(figure, "critical_value")[""].get_array())
        self.assertEqual(missing.sum(), 4)
        for name, look in NOT_FOUND.items():
            cells = by_gid(figure, name)[""]
            self.assertEqual((len(cells.get_paths()), cells.get_hatch()), (1, look["hatch"]))
        (legend,) = legends_of(panel)
        self.assertEqual(
            [text.get_text() for text in legend.get_texts()],
            ["not reached in the range (0.5 to 9.5)", r"below the range ($\leq 0.5$)",
             r"above the range ($\geq 9.5$)", "not settled by these members"])  # fmt: skip
        hatches = [patch.get_hatch() for patch in legend.get_patches()]
        self.assertEqual(hatches, [look["hatch"] for look in NOT_FOUND.values()])
        self.assertEqual(len({*hatches, HATCHED["hatch"]}), 5)
        self.assertEqual(faults(figure), [])

    def test_a_hatch_covers_its_cell(self):
        figure = phase_diagram_figure(critical_plane(PLANE, OPEN))
        box = by_gid(figure, "below_range")[""].get_paths()[0].get_extents()
        np.testing.assert_allclose((box.y0, box.y1), (1.5, 2.5))  # of the radius 2

    def test_unfinished_cells_stay_what_they_are(self):
        dataset = critical_plane(PLANE, OPEN)
        dataset["status"][0, 1], dataset["status"][1, 0] = FAILED, PENDING
        figure = phase_diagram_figure(dataset)
        self.assertEqual(set(by_gid(figure, "not_reached")), set())
        self.assertEqual(by_gid(figure, "failed")[""].get_xdata(), [0.2])
        self.assertEqual(set(by_gid(figure, "pending")), {""})
        self.assertEqual(faults(figure), [])

    def test_without_any_critical_value(self):
        figure = phase_diagram_figure(critical_plane(PLANE, "unsettled"))
        self.assertEqual(by_gid(figure, "r_c")[""].get_clim(), (0.5, 9.5))
        self.assertEqual(len(by_gid(figure, "unsettled")[""].get_paths()), 9)
        self.assertEqual(faults(figure), [])

    def test_what_is_missing_is_named(self):
        for name in ("r_c_ci_low", "r_c_status"):
            with self.assertRaisesRegex(ResultError, name):
                phase_diagram_figure(critical_plane(PLANE).drop_vars(name))


class Curve(unittest.TestCase):
    def test_a_curve_has_its_intervals(self):
        dataset = critical_plane(WEIGHTS)
        figure = phase_diagram_figure(dataset)
        (panel,) = figure.axes
        np.testing.assert_array_equal(by_gid(figure, "curve_")["0"].get_ydata(), dataset["r_c"])
        corners = panel.collections[-1].get_paths()[0].vertices
        for corner in ([0.5, 0.9], [0.5, 1.2], [0.8, 3.6], [0.8, 4.8]):
            self.assertTrue(np.any(np.all(np.isclose(corners, corner), axis=1)), corner)
        low, high = panel.get_ylim()
        self.assertTrue(low < 0.9 and 4.8 < high < 5.0)
        self.assertEqual(faults(figure), [])

    def test_a_gap_is_hatched(self):
        figure = phase_diagram_figure(critical_plane(WEIGHTS, GAP, over="annealing-time"))
        line = by_gid(figure, "curve_")["0"].get_ydata()
        np.testing.assert_array_equal(np.isnan(line), [False, False, True, False])
        self.assertEqual(figure.axes[0].get_yscale(), "log")
        self.assertEqual(by_gid(figure, "not_reached")[""].get_hatch(),
                         NOT_FOUND["not_reached"]["hatch"])  # fmt: skip
        self.assertIn("not reached in the range", " ".join(texts_of(figure)))
        self.assertEqual(faults(figure), [])

    def test_a_choice_says_how_many_are_left_out(self):
        axes = {"precision": ("double", "single"), **WEIGHTS}
        figure = phase_diagram_figure(critical_plane(axes, [["found"] * 4, GAP]))
        self.assertIn("single (left out: 1 not reached)", " ".join(texts_of(figure)))
        self.assertEqual(faults(figure), [])


class Theory(unittest.TestCase):
    def dataset(self, axes):
        plain = synthetic_sweep(axes).drop_vars(["trajectories_run", "counts"])
        return plain.rename({"ci_low": "p_low", "ci_high": "p_high"})

    def test_bounds_are_a_band(self):
        figure = phase_diagram_figure(self.dataset({"radius": (1, 2, 3)}))
        self.assertEqual(len(figure.axes[0].collections), 2)  # of bars and the band
        text = " ".join(texts_of(figure))
        self.assertIn("by theory", text)
        self.assertNotIn("trajectories", text)

    def test_a_closed_form_needs_none(self):
        dataset = self.dataset({"radius": (1, 2, 3)}).drop_vars(["p_low", "p_high"])
        figure = phase_diagram_figure(dataset)
        self.assertEqual(len(figure.axes[0].collections), 0)
        np.testing.assert_array_equal(by_gid(figure, "curve_")["0"].get_ydata(),
                                      dataset["p_collapse"])  # fmt: skip

    def test_a_plane(self):
        figure = phase_diagram_figure(self.dataset(None))
        self.assertEqual(by_gid(figure, "p_collapse")[""].get_clim(), (0.0, 1.0))
        self.assertEqual(faults(figure), [])


class FamilyWords(unittest.TestCase):
    """Axes and header say what the file says of the options of the family."""

    def test_axes_and_header(self):
        dataset = synthetic_sweep({"kl_weight": (1.0, 2.0, 3.0), "dimension": (100, 1000)})
        dataset["kl_weight"].attrs.update(long_name="KL weight beta", symbol="beta")
        dataset["dimension"].attrs.update(long_name="dimension N of the data", symbol="N")
        dataset["signal_dimension"] = ((), 2, {"long_name": "signal dimension", "symbol": "M*"})
        dataset["trajectories_run"].attrs["long_name"] = "number of trainings run"
        dataset.attrs["config_toml"] = ("[axes]\n[fixed]\nfamily = 'linear-vae'\n"
                                        "signal-dimension = 2\nseed = 7\n")  # fmt: skip
        figure = phase_diagram_figure(dataset)
        panel = figure.axes[0]
        self.assertEqual(panel.get_xlabel(), "dimension $N$ of the data")
        self.assertEqual(panel.get_ylabel(), r"KL weight $\beta$")
        text = " ".join(texts_of(figure))
        for part in ("linear VAE", r"$M^{\ast} = 2$", "1000$ trainings per cell"):
            self.assertIn(part, text)
        self.assertEqual(faults(figure), [])


if __name__ == "__main__":
    unittest.main()
