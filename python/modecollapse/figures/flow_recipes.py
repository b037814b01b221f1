"""Figures of papers about normalizing flows, each at two sizes.

small: a few minutes of two cores, with small networks and few trainings. full: as in
the papers, for a GPU (--backend cuda) or a cluster. What was run stands in the header.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

import modecollapse

from .recipes import EVOLUTION_RADII

COLLAPSE_RADIUS = 5.0  # in two dimensions flows cover both modes at the radii above
SIZES = ("small", "full")
RADII_LEVEL = 0.25
RADII_DIMENSIONS = (2, 4, 8, 16, 32)
RADII = {
    "small": {
        "layers": 4, "width": 16, "batch_size": 128, "horizon": 600, "trajectories": 16,
        "radius_range": (2, 6),
    },
    "full": {
        "layers": 6, "width": 64, "batch_size": 256, "horizon": 5000,
        "trajectories": 400, "radius_range": (0.5, 8),
    },
}
ANNEALING = {
    "small": {
        "layers": 4, "width": 32, "depth": 1, "batch_size": 64, "horizon": 1500,
        "learning_rate": 0.01, "trajectories": 100, "evaluation_samples": 1000,
        "gradient_clip": 10,  # without it a third of the trainings fail where T0 is 10
    },
    "full": {
        "layers": 8, "width": 256, "depth": 2, "batch_size": 256, "horizon": 20000,
        "learning_rate": 0.001, "trajectories": 200, "evaluation_samples": 10000,
    },
}
TEMPERATURES = {"small": (1, 3, 10, 30, 100), "full": (1, 2, 3, 5, 10, 20, 30, 50, 100)}
ANNEALING_TIMES = {"small": (20, 60, 150), "full": (20, 60, 200, 600, 2000)}
EVOLUTION = {
    "small": {"layers": 4, "width": 32, "batch_size": 128, "trajectories": 20},
    "full": {"layers": 8, "width": 64, "batch_size": 1000, "trajectories": 1000},
}
EVOLUTION_STEPS = {"small": (1, 30, 100, 300, 1000), "full": (1, 100, 300, 1000, 10000)}


def flow_evolution(seed: int, size: str, backend: str) -> Figure:
    """q of flows during training in two dimensions, w* = 1/3, R = 2.5, 3.1 and 5."""
    from .flow_evolution import flow_evolution_figure, train_and_look

    common: dict[str, Any] = {
        "target_weight": 1 / 3,
        "learning_rate": 0.01,
        "precision": "single",
        "seed": seed,
        "backend": backend,
        **EVOLUTION[size],
    }
    trainings = []
    with tempfile.TemporaryDirectory(prefix="modecollapse-") as folder:
        for radius in (*EVOLUTION_RADII, COLLAPSE_RADIUS):
            trainings.append(
                train_and_look(Path(folder), EVOLUTION_STEPS[size], radius=radius, **common)
            )
    return flow_evolution_figure(trainings)


def flow_critical_radii(seed: int, size: str, backend: str) -> Figure:
    """R_c(d; 0.25) of flows beside the mixture's, w* = 0.8, d = 2, 4, 8, 16, 32."""
    from .setups import setups_figure

    common: dict[str, Any] = {
        "dimension": RADII_DIMENSIONS,
        "level": RADII_LEVEL,
        "target_weight": 0.8,
        "seed": seed,
        "backend": backend,
    }
    flow = {
        "family": "realnvp",
        "learning_rate": 0.01,
        "precision": "single",
        "evaluation_samples": 1000,
        **RADII[size],
    }
    mixture = {"trajectories": 4000}
    kinds = (flow, mixture)
    results = [modecollapse.threshold(**common, **kind) for kind in kinds]
    return setups_figure(results, RADII_LEVEL)


def flow_annealing(seed: int, size: str, backend: str) -> Figure:
    """P(collapse) and projected variance of flows over (T0, t0), d = 128, R = 3, w* = 0.8."""
    from .flow_annealing import flow_annealing_figure

    description: dict[str, dict[str, Any]] = {
        "axes": {
            "initial_temperature": TEMPERATURES[size],
            "annealing_time": ANNEALING_TIMES[size],
        },
        "fixed": {
            "family": "realnvp",
            "dimension": 128,
            "radius": 3,
            "target_weight": 0.8,
            "annealing": "exponential-temperature",
            "precision": "single",
            "seed": seed,
            **ANNEALING[size],
        },
    }
    options: dict[str, Any] = {"backend": backend}
    return flow_annealing_figure(modecollapse.phase_diagram(description, **options))


FLOW_FIGURES: dict[str, Callable[[int, str, str], Figure]] = {
    "flow-evolution": flow_evolution,
    "flow-critical-radii": flow_critical_radii,
    "flow-annealing": flow_annealing,
}
