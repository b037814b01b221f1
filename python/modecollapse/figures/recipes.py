"""Figures of papers, each from the engine's own output: runs it, then draws.

The numbers of a recipe are its defaults; what was run stands in the figure's header.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

import modecollapse

BASIN_RADII = (1.0, 1.25, 2.0, 3.0)
ORDER_RADII = (1.0, 1.9, 2.5)


def basins(seed: int) -> Figure:
    """Basins on the section s = 0 for R = 1, 1.25, 2, 3, with trajectories, d = 1000."""
    from .basins import basins_figure

    target = {"target_weight": 2 / 3}
    sections = [
        modecollapse.basin(radius=radius, s=0, grid=201, **target)
        for radius in BASIN_RADII
    ]
    paths = [
        modecollapse.trajectory(
            id=range(24),
            radius=radius,
            dimension=1000,
            times=np.linspace(0, 40, 401),
            seed=seed,
            **target,
        )
        for radius in BASIN_RADII
    ]
    return basins_figure(sections, paths)


FIGURES: dict[str, Callable[[int], Figure]] = {"basins": basins}
