"""ax=: figures drawn into the caller's axes hold what those of their own hold."""

from __future__ import annotations

import unittest

import matplotlib
import modecollapse
import numpy as np
from matplotlib.figure import Figure
from modecollapse.figures.basins import basins_figure
from modecollapse.figures.order_parameters import trajectories_figure
from modecollapse.figures.outcomes import outcomes_figure
from modecollapse.figures.phase_diagram import phase_diagram_figure
from modecollapse.figures.results import ResultError
from modecollapse.figures.threshold import threshold_figure

matplotlib.use("Agg")


def drawn(figure: Figure, count: int) -> list[list]:
    """Of the first axes: the data of lines, the values of meshes, the lengths of bars.

    Lines that reach out of the panel, to labels, are as long as the panel's size asks for.
    """
    found = []
    for axes in figure.axes[:count]:
        found += [np.array(line.get_xydata()).tolist() for line in axes.lines
                  if line.get_transform() == axes.transData]  # fmt: skip
        found += [np.ma.filled(mesh.get_array(), -1.0).ravel().tolist() for mesh in axes.collections
                  if mesh.get_array() is not None]  # fmt: skip
        found += [[patch.get_width()] for patch in axes.patches]
    return found


class OwnAxes(unittest.TestCase):
    def same(self, draw, count=1, panels=1):
        mine = Figure(figsize=(9, 4))
        axes = mine.subplots(1, panels, squeeze=False)[0]
        result = draw(axes)
        self.assertIs(result, mine)
        self.assertEqual(drawn(mine, panels), drawn(draw(None), count))
        self.assertEqual(mine.texts, [])
        mine.canvas.draw()
        return mine

    def test_outcomes(self):
        result = modecollapse.probability(radius=2, trajectories=200, seed=7)
        self.same(lambda ax: outcomes_figure(result, ax=None if ax is None else ax[0]))

    def test_threshold(self):
        result = modecollapse.threshold(
            dimension=[10, 100], trajectories=100, radius_range=(1, 2), level=0.1, seed=7
        )
        mine = self.same(lambda ax: threshold_figure(result, ax=ax), count=2, panels=2)
        self.assertIsNotNone(mine.axes[0].get_legend())
        one = Figure().subplots()
        threshold_figure(result, ax=one)
        with self.assertRaisesRegex(ResultError, "3 axes are given"):
            threshold_figure(result, ax=Figure().subplots(1, 3))

    def test_phase_diagram(self):
        fixed = {"trajectories": 100, "seed": 7}
        plane = modecollapse.phase_diagram(
            {"axes": {"radius": [1, 1.5, 2], "dimension": [10, 1000]}, "fixed": fixed})  # fmt: skip
        mine = self.same(lambda ax: phase_diagram_figure(plane, ax=None if ax is None else ax[0]))
        self.assertEqual(len(mine.axes), 2)  # and a colour bar
        cut = {"dimension": 10}
        self.same(lambda ax: phase_diagram_figure(plane, cut, ax=None if ax is None else ax[0]))

    def test_basins(self):
        sections = [modecollapse.basin(radius=radius, grid=11) for radius in (1.2, 2)]
        self.same(lambda ax: basins_figure(sections, ax=ax), count=2, panels=2)
        with self.assertRaisesRegex(ResultError, "1 axes are given for 2 sections"):
            basins_figure(sections, ax=[Figure().subplots()])

    def test_trajectories(self):
        result = modecollapse.trajectory(id=[0, 1], seed=7)
        self.same(lambda ax: trajectories_figure(result, ax=None if ax is None else ax[0]))


if __name__ == "__main__":
    unittest.main()
