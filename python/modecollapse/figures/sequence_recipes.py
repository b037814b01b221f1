"""Figures of posterior collapse in VAEs of sentences, each by one sweep of the engine.

What was run stands in the header; each takes some minutes of two cores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

import modecollapse

# small enough for two cores; the synthetic source, whose true posterior is known
FAMILY: dict[str, Any] = {
    "family": "sequence-vae", "vocabulary": 30, "horizon": 1500, "held_out": 300,
    "exact_data": 40, "exact_samples": 64, "precision": "single",
}  # fmt: skip
ANNEALED = 1000  # steps
TRUE = {"latent_information": "true_information", "log_likelihood": "true_log_likelihood"}


def known_values(seed: int) -> dict[str, float]:
    """I(x; z) and log p(x) of the source, of the held-out sentences."""
    result = modecollapse.probability(**{**FAMILY, "horizon": 1}, trajectories=1, seed=seed)
    return {name: float(result[true]) for name, true in TRUE.items()}


def lines(axes: dict[str, list], seed: int, trajectories: int, **more: Any) -> Figure:
    from .vae import lines_figure

    plane = modecollapse.phase_diagram(
        {
            "axes": axes,
            "fixed": {**FAMILY, **more, "trajectories": trajectories, "seed": seed},
        },
    )
    along, of_lines = axes
    return lines_figure(plane, (along, of_lines), known_values(seed))


def sequence_annealing(seed: int) -> Figure:
    """What trainings end with over the KL weight, with and without annealing."""
    weights = [0.5, 1, 1.5, 2, 2.5, 3]
    axes: dict[str, list] = {"kl_weight": weights, "annealing": ["constant", "linear"]}
    return lines(axes, seed, 20, annealing_time=ANNEALED)


def sequence_lipschitz(seed: int) -> Figure:
    """The same over the inverse-Lipschitz constant of the head, for two KL weights."""
    axes: dict[str, list] = {"inverse_lipschitz": [0, 0.25, 0.5, 0.75, 1], "kl_weight": [1, 2]}
    return lines(axes, seed, 12, head="brenier", decoder_width=24, head_width=16)


SEQUENCE_FIGURES: dict[str, Callable[[int], Figure]] = {
    "sequence-annealing": sequence_annealing,
    "sequence-lipschitz": sequence_lipschitz,
}
