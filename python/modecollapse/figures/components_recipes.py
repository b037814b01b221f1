"""Figures of K components on K* modes, each by a few minutes of two cores.

Times are told as multiples of K: a component of weight 1/K moves at a rate of 1/K.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import modecollapse

APART = 5.0  # distance of a mode from the next
MODES = 9
COUNTS = (3, 6, 9, 14, 18, 27)
DIMENSIONS = (10, 100, 10_000)
LEVEL = 0.1
COMMON: dict[str, Any] = {
    "family": "components", "dynamics": "sgd", "batch_size": 10, "expectation_error": 0.02,
}  # fmt: skip
LAYOUTS: dict[str, dict[str, Any]] = {
    "ring": {"layout": "ring", "radius": APART / (2.0 * np.sin(np.pi / MODES))},
    "simplex": {"layout": "simplex", "radius": APART * np.sqrt((MODES - 1) / (2.0 * MODES))},
    "grid": {"layout": "grid", "spacing": APART},
}


def paced(components: int, rate: float, horizon: float) -> dict[str, Any]:
    """Learning rate and horizon, told for a component of weight 1."""
    return {
        "components": components,
        "learning_rate": rate * components,
        "horizon": horizon * components,
    }


def lost_modes(seed: int) -> Figure:
    """The law of the number of lost modes over K/K*: ring, simplex and grid of 9, three d."""
    from .components import Law, lost_modes_figure

    laws = []
    for name, layout in LAYOUTS.items():
        options: dict[str, Any] = {
            **COMMON, **layout, "modes": MODES, "radii": "free", "start_radius": APART,
            "trajectories": 100, "seed": seed,
        }  # fmt: skip
        laws.append(
            Law(
                f"{name} of {MODES} modes",
                {
                    dimension: {
                        count: modecollapse.probability(
                            **options, **paced(count, 0.2, 40.0), dimension=dimension
                        )
                        for count in COUNTS
                    }
                    for dimension in DIMENSIONS
                },
            )
        )
    first = [
        rf"$K^{{\ast}} = {MODES}$ modes {APART:g} apart, starts on a sphere of radius {APART:g}",
        r"SGD, $\eta = 0.2 K$, $B = 10$, until $t = 40 K$",
    ]
    return lost_modes_figure(laws, first)


def modes_critical_radii(seed: int) -> Figure:
    """R_c(d) against K = K* on the simplex, means on spheres."""
    from .components import critical_radii_figure

    results = {
        count: modecollapse.threshold(
            **COMMON, **paced(count, 0.1, 40.0), layout="simplex", modes=count,
            dimension=list(DIMENSIONS), level=LEVEL, trajectories=100, radius_range=(0.5, 4.0),
            seed=seed,
        )
        for count in (2, 3, 4, 6)
    }  # fmt: skip
    first = [
        "simplex, means on spheres of its radius",
        r"SGD, $\eta = 0.1 K$, $B = 10$, until $t = 40 K$",
    ]
    return critical_radii_figure(results, LEVEL, first)


def modes_annealing(seed: int) -> Figure:
    """Annealing over (T0, t0) for eight components on a ring of eight modes, three d."""
    from .components import annealing_figure

    modes = 8
    radius = APART / (2.0 * np.sin(np.pi / modes))
    cube = modecollapse.phase_diagram(
        {
            "axes": {
                "dimension": [2, 10, 100],
                "initial_temperature": [1, 4, 16, 64],
                "annealing_time": [8, 40, 160],
            },
            "fixed": {
                **COMMON, **paced(modes, 0.2, 150.0), "layout": "ring", "modes": modes,
                "radius": float(radius), "radii": "free", "start_radius": APART,
                "trajectories": 64, "seed": seed,
            },
        }
    )  # fmt: skip
    first = [
        rf"ring, $K = K^{{\ast}} = {modes}$, modes {APART:g} apart",
        r"SGD, $\eta = 0.2 K$, $B = 10$, until $t = 150 K$",
    ]
    return annealing_figure(cube, modes, first)


def modes_evolution(seed: int) -> Figure:
    """Nine components in the plane of a 3 x 3 grid over time: as they are, and annealed."""
    from .components_evolution import components_evolution_figure

    along = APART * np.array([-1.0, 0.0, 1.0])
    modes = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    annealed: dict[str, Any] = {"initial_temperature": 16, "annealing_time": 10 * MODES}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "modes.csv"
        np.savetxt(file, modes, delimiter=",")
        results = [
            modecollapse.trajectory(
                **COMMON, **paced(MODES, 0.05, 80.0), **schedule, layout="file", means=file,
                dimension=2, start_radius=1, id=[0], seed=seed,
                times=[MODES * x for x in (0, 5, 15, 30, 80)],
            )
            for schedule in ({}, annealed)
        ]  # fmt: skip
    first = [
        rf"$K = K^{{\ast}} = {MODES}$, $d = 2$, SGD, $\eta = 0.05 K$, $B = 10$",
        r"below: annealed from $T_0 = 16$ in $t_0 = 90$",
    ]
    return components_evolution_figure(results, ["plain", "annealed"], modes, first)


def modes_flows(seed: int) -> Figure:
    """RealNVP flows beside mixtures on rings of 3 to 9 modes in the plane."""
    from .kept_modes import kept_modes_figure

    flows: dict[str, Any] = {
        "family": "realnvp", "layers": 6, "width": 32, "batch_size": 128, "learning_rate": 0.003,
        "horizon": 3000, "trajectories": 32,
    }  # fmt: skip
    mixtures = {**COMMON, "radii": "free", "start_radius": APART, "trajectories": 100}
    fits: dict[str, Callable[[int], dict[str, Any]]] = {
        "RealNVP": lambda modes: flows,
        "RealNVP, annealed": lambda modes: {
            **flows, "initial_temperature": 30, "annealing_time": 300
        },
        r"mixture, $K = K^{\ast}$": lambda modes: {**mixtures, **paced(modes, 0.2, 40.0)},
        r"mixture, $K = 2 K^{\ast}$": lambda modes: {**mixtures, **paced(2 * modes, 0.2, 40.0)},
    }  # fmt: skip
    results = {
        label: {
            modes: modecollapse.probability(
                **options(modes), layout="ring", modes=modes, dimension=2, seed=seed,
                radius=float(APART / (2.0 * np.sin(np.pi / modes))),
            )
            for modes in (3, 5, 7, 9)
        }
        for label, options in fits.items()
    }  # fmt: skip
    first = [
        f"$d = 2$, neighbours {APART:g} apart",
        r"RealNVP: 6 layers of 32, 3000 steps of Adam, $B = 128$",
        r"annealed: $T_0 = 30$, $t_0 = 300$ steps",
        rf"mixtures: SGD, $\eta = 0.2 K$, $B = 10$, until $t = 40 K$, starts at radius {APART:g}",
    ]
    return kept_modes_figure(results, first)


COMPONENTS_FIGURES: dict[str, Callable[[int], Figure]] = {
    "lost-modes": lost_modes,
    "modes-critical-radii": modes_critical_radii,
    "modes-annealing": modes_annealing,
    "modes-evolution": modes_evolution,
    "modes-flows": modes_flows,
}
