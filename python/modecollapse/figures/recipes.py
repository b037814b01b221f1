"""Figures of papers, each from the engine's own output: runs it, then draws.

The numbers of a recipe are its own; what was run stands in the figure's header.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

import modecollapse

BASIN_RADII = (1.0, 1.25, 2.0, 3.0)
ORDER_RADII = (1.0, 1.9, 2.5)
EVOLUTION_RADII = (2.5, 3.1)
WEIGHTS: dict[str, dict[str, Any]] = {"means only": {}, "and weights": {"weights": "softmax"}}
SETUPS: tuple[dict[str, Any], ...] = (
    {"target_weight": 2 / 3},
    {"target_weight": 0.5},
    {"target_weight": 2 / 3, "weight": 0.5},
    *(
        {"target_weight": 2 / 3, "weights": geometry, "horizon": 200}
        for geometry in ("softmax", "fisher-rao", "simplex")
    ),
    {"target_weight": 2 / 3, "initial_temperature": 10, "annealing_time": 10},
)


def evolution(seed: int) -> Figure:
    """q in two dimensions: starts that end well beside starts that lose a mode, w* = 1/3."""
    from .evolution import evolution_figure, pair_of

    results: list[xr.Dataset] = []
    names: list[str] = []
    for radius, (name, options) in zip(EVOLUTION_RADII, WEIGHTS.items()):
        problem: dict[str, Any] = {"target_weight": 1 / 3, "radius": radius, "dimension": 2}
        results += pair_of([0, 1, 3, 10, 100], seed, **problem, **options)
        names += [f"$R = {radius:g}$, {name}"] * 2
    return evolution_figure(results, names)


def basins(seed: int) -> Figure:
    """Basins on the section s = 0 for R = 1, 1.25, 2, 3, with trajectories, d = 1000."""
    from .basins import basins_figure

    target: dict[str, Any] = {"target_weight": 2 / 3}
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


def order_parameters(seed: int) -> Figure:
    """Order parameters and weights over time for R = 1, 1.9, 2.5, trained weights."""
    from .order_parameters import order_parameters_figure

    results = [
        modecollapse.trajectory(
            id=range(5),
            radius=radius,
            dimension=1000,
            weights="softmax",
            target_weight=2 / 3,
            times=np.linspace(0, 60, 301),
            seed=seed,
        )
        for radius in ORDER_RADII
    ]
    return order_parameters_figure(results)


def critical_radii(seed: int) -> Figure:
    """R_c(d; 0.1): fixed weights of three kinds, trained ones of three geometries, annealed."""
    from .setups import setups_figure
    from .theory_radii import theory_radii

    results = [
        modecollapse.threshold(
            dimension=[2, 10, 100, 1000, 10**4],
            level=0.1,
            trajectories=1000,
            radius_range=(0.5, 2.5),
            seed=seed,
            **setup,
        )
        for setup in SETUPS
    ]
    theory = {
        i: theory_radii(result)[0.1]
        for i, (setup, result) in enumerate(zip(SETUPS, results))
        if "weights" not in setup  # theory has no trained ones
    }
    return setups_figure(results, 0.1, theory)


FIGURES: dict[str, Callable[[int], Figure]] = {
    "evolution": evolution,
    "basins": basins,
    "order-parameters": order_parameters,
    "critical-radii": critical_radii,
}
