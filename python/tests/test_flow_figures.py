"""Phase diagrams, reports and figures of normalizing flows, from small runs of the engine."""

from __future__ import annotations

from figure_checks import by_gid, faults, texts_of  # first: skips where modules miss

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import modecollapse
import numpy as np
from modecollapse.figures import flow_annealing, flow_evolution, flow_recipes
from modecollapse.figures.__main__ import FLOW_RECIPES, main
from modecollapse.figures.evolution import mixture_density, plane_grid
from modecollapse.figures.phase_diagram import phase_diagram_figure
from modecollapse.figures.results import ResultError
from modecollapse.figures.setups import setups_figure
from modecollapse.figures.threshold import threshold_figure
from modecollapse.report import report_html

TINY = {
    "layers": 2, "width": 8, "batch_size": 32, "trajectories": 6, "evaluation_samples": 400,
    "learning_rate": 0.01, "target_weight": 0.8, "seed": 7,
}  # fmt: skip
FLOW = {"family": "realnvp", "horizon": 40, **TINY}
CLASSES = ["collapsed_plus", "collapsed_minus", "covered", "failed"]


def plane(axes: dict, **changes):
    fixed = {k: v for k, v in {**FLOW, **changes}.items() if k not in axes}
    return modecollapse.phase_diagram({"axes": axes, "fixed": fixed})


class PhaseDiagram(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.result = plane({"radius": [1.5, 3, 4.5], "dimension": [4, 16]})

    def test_a_cell_is_what_probability_gives(self):
        self.assertEqual(self.result.outcome.values.tolist(), CLASSES)
        point = modecollapse.probability(radius=3, dimension=16, **FLOW)
        cell = self.result.sel(radius=3, dimension=16)
        np.testing.assert_array_equal(cell.counts, point.counts.values.ravel())
        variance = point.projected_variance.values[point.member_outcome.values != "failed"]
        self.assertAlmostEqual(cell.projected_variance.item(), variance.mean())
        error = variance.std(ddof=1) / np.sqrt(variance.size)
        self.assertAlmostEqual(cell.projected_variance_error.item(), error)

    def test_the_figure_says_that_it_is_of_flows(self):
        figure = phase_diagram_figure(self.result)
        text = " ".join(texts_of(figure))
        for words in ("RealNVP, 2 layers, width 8", "40 steps", "$6$ trainings per cell"):
            self.assertIn(words, text)
        for words in ("w_1", "trajectories", "gradient flow"):
            self.assertNotIn(words, text)
        self.assertEqual(faults(figure), [])

    def test_an_option_that_is_an_axis_is_not_said_to_be_fixed(self):
        figure = phase_diagram_figure(plane({"width": [4, 8]}, radius=2, dimension=4))
        text = " ".join(texts_of(figure))
        self.assertIn("RealNVP, 2 layers, depth 2", text)
        self.assertEqual(faults(figure), [])

    def test_the_report_has_figure_and_numbers(self):
        page = report_html(self.result, "result.nc")
        self.assertIn("data:image/png;base64,", page)
        for words in ("variance along mu*", "family", "realnvp", "phase-diagram config.toml"):
            self.assertIn(words, page)

    def test_every_result_of_a_flow_has_a_report(self):
        point = {**FLOW, "radius": 2, "dimension": 4}
        path = {k: v for k, v in point.items() if k != "trajectories"}
        for result in (modecollapse.probability(**point), modecollapse.trajectory(**path)):
            self.assertIn("How to run it again", report_html(result, "result.nc"))


class Evolution(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            cls.training = flow_evolution.train_and_look(
                Path(folder), (1, 40), radius=2.5, **TINY
            )

    def test_the_panels_are_turned_with_the_modes(self):
        with tempfile.TemporaryDirectory() as folder:
            flows = Path(folder, "flows.nc")
            modecollapse.probability(radius=2.5, dimension=2, save_flows=flows, **FLOW)
            points = flow_evolution.plane_points(2.5)
            looked = modecollapse.sample(flows=flows, points=points.ravel())
        grid = plane_grid(2.5)
        for modes, equal in (([[2.5, 0], [-2.5, 0]], True), ([[0, 2.5], [0, -2.5]], False)):
            density = mixture_density(grid, grid, np.array(modes), 0.8)
            same = np.allclose(np.exp(looked.log_p), density.ravel(), atol=1e-9)
            self.assertEqual(same, equal)

    def test_the_density_begins_as_the_base_and_has_mass_one(self):
        first, last = self.training.densities
        grid = plane_grid(2.5)
        base = mixture_density(grid, grid, np.zeros((2, 2)), 0.5)
        # a start of scale 0.01 and one step of 0.01: a few per cent
        self.assertLess(np.abs(first - base).max(), 0.1 * base.max())
        self.assertGreater(np.abs(last - base).max(), 0.1 * base.max())  # twin
        for density in (first, last):
            self.assertAlmostEqual(density.sum() * (grid[1] - grid[0]) ** 2, 1.0, delta=0.02)

    def test_the_typical_member(self):
        result = self.training.results[-1].copy(deep=True)
        for outcomes, member in (([2, 0, 1, 2], 1), ([2, 0, 2, 2], 0), ([3, 2, 2, 1], 0)):
            few = result.isel(member=range(4))
            few["member_outcome"] = few.member_outcome.copy(data=np.array(CLASSES)[outcomes])
            self.assertEqual(flow_evolution.typical_member(few), member)

    def test_rows_and_columns(self):
        lost = [result.copy(deep=True) for result in self.training.results]
        longest = np.full(lost[-1].member_outcome.shape, max(CLASSES, key=len))
        lost[-1]["member_outcome"] = lost[-1].member_outcome.copy(data=longest)
        second = flow_evolution.Training(lost, 0, self.training.densities)
        figure = flow_evolution.flow_evolution_figure([self.training, second])
        self.assertEqual(len(figure.axes), 4)
        text = " ".join(texts_of(figure))
        for words in ("1 step", "40 steps", "R = 2.5", "of 6 collapse", "$6$ trainings"):
            self.assertIn(words, text)
        self.assertEqual(faults(figure), [])


class Annealing(unittest.TestCase):
    def test_a_curve_an_annealing_time(self):
        axes = {"initial_temperature": [1, 4, 20], "annealing_time": [2, 8]}
        result = plane(axes, radius=3, dimension=8)
        figure = flow_annealing.flow_annealing_figure(result)
        for name, variable in (("p", "p_collapse"), ("variance", "projected_variance")):
            curves = by_gid(figure, f"{name}:")
            self.assertEqual(sorted(curves), ["0", "1"])
            for i, line in curves.items():
                np.testing.assert_array_equal(line.get_ydata(), result[variable][:, int(i)])
        goal = by_gid(figure, "target")[""]
        np.testing.assert_allclose(goal.get_ydata(), 1 + 4 * 9 * 0.8 * 0.2)
        result["failed"][1, 0] = 3
        result.attrs["config_toml"] = result.attrs["config_toml"].replace(
            "gradient-clip = 0", "gradient-clip = 10"
        )
        text = " ".join(texts_of(flow_annealing.flow_annealing_figure(result)))
        for words in ("up to 3 failed", "clipped at 10"):
            self.assertIn(words, text)
        self.assertIn("exponential-temperature", " ".join(texts_of(figure)))
        self.assertEqual(faults(figure), [])
        with self.assertRaises(ResultError):
            flow_annealing.flow_annealing_figure(plane({"radius": [1, 2]}, dimension=4))


class CriticalRadii(unittest.TestCase):
    def test_flows_and_the_mixture_in_one_figure(self):
        common = {"dimension": [8, 16], "level": 0.5, "seed": 7}
        flow = modecollapse.threshold(
            **{**FLOW, **common, "radius_range": (2, 3), "trajectories": 4}
        )
        mixture = modecollapse.threshold(**common, trajectories=200, radius_range=(1, 2))
        figure = setups_figure([flow, mixture], 0.5)
        text = " ".join(texts_of(figure))
        for words in ("RealNVP, 2 layers", r"40 steps, adam, $\eta = 0.01$", "$4$ trainings",
                      "$200$ trajectories", "w_1"):
            self.assertIn(words, text)
        self.assertEqual(faults(figure), [])
        alone = threshold_figure(flow)  # no folds, and no room kept for them
        self.assertEqual(by_gid(alone, "r_inf"), {})
        self.assertEqual(faults(alone), [])


class Recipes(unittest.TestCase):
    def test_every_recipe_is_a_command_of_every_size(self):
        self.assertEqual(set(FLOW_RECIPES), set(flow_recipes.FLOW_FIGURES))
        tables = ("EVOLUTION", "EVOLUTION_STEPS", "RADII", "ANNEALING", "TEMPERATURES")
        for table in (*tables, "ANNEALING_TIMES"):
            self.assertEqual(set(getattr(flow_recipes, table)), set(flow_recipes.SIZES))

    def test_one_command_makes_a_figure(self):
        tiny = {"layers": 2, "width": 4, "batch_size": 16, "trajectories": 2}
        tiny["evaluation_samples"] = 100
        radii = {**tiny, "horizon": 5, "radius_range": (2, 2.5)}
        annealing = {**tiny, "horizon": 5}
        with tempfile.TemporaryDirectory() as folder, mock.patch.multiple(
            flow_recipes,
            EVOLUTION={"small": tiny},
            EVOLUTION_STEPS={"small": (1, 5)},
            RADII={"small": radii},
            RADII_DIMENSIONS=(2, 4),
            ANNEALING={"small": annealing},
            TEMPERATURES={"small": (1, 5)},
        ):
            for name in FLOW_RECIPES:
                path = Path(folder, f"{name}.png")
                self.assertEqual(main([name, str(path), "--seed", "7"]), 0)
                self.assertGreater(path.stat().st_size, 10_000)


if __name__ == "__main__":
    unittest.main()
