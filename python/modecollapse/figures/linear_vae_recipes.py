"""Figures of posterior collapse in the linear VAE, each by one run of the engine or a few.

What was run stands in the header; each takes less than a minute of two cores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import modecollapse

FAMILY: dict[str, Any] = {"family": "linear-vae"}
DIMENSIONS = (100, 10_000, 1_000_000, 1_000_000_000)
HORIZON = 50
CONSTANTS = np.linspace(0.02, 0.5, 25)


def vae_active_directions(seed: int) -> Figure:
    """P(k active) over beta: four dimensions with one latent, and three latents."""
    from .linear_vae import active_directions_figure

    common: dict[str, Any] = {**FAMILY, "horizon": HORIZON, "seed": seed, "trajectories": 1000}
    beta = np.linspace(1.02, 2.1, 28).round(4).tolist()
    single = modecollapse.phase_diagram(
        {"axes": {"kl_weight": beta, "dimension": list(DIMENSIONS)}, "fixed": common}
    )
    theory = modecollapse.theory(
        **FAMILY, kl_weight=1.5, dimension=DIMENSIONS, level=0.5, horizon=HORIZON
    )
    three = {"latent_dimension": 3, "signal_dimension": 2, "dimension": 1000}
    several = modecollapse.phase_diagram(
        {
            "axes": {"kl_weight": np.linspace(0.6, 2.1, 31).round(4).tolist()},
            "fixed": {**common, **three},
        }
    )
    return active_directions_figure(single, theory, several)


def vae_stretched_decoder(seed: int) -> Figure:
    """P(no active direction) over (beta, L), N = 1000, with the boundary in closed form."""
    from .linear_vae import stretched_decoder_figure

    plane = modecollapse.phase_diagram(
        {
            "axes": {
                "kl_weight": np.linspace(0.5, 7.0, 27).round(4).tolist(),
                "inverse_lipschitz": CONSTANTS.round(4).tolist(),
            },
            "fixed": {
                **FAMILY, "dimension": 1000, "horizon": 500, "trajectories": 100, "seed": seed,
            },
        }
    )  # fmt: skip
    boundary = [
        float(modecollapse.theory(**FAMILY, dimension=1000, inverse_lipschitz=constant)
              ["boundary_kl_weight"])
        for constant in plane["inverse_lipschitz"].values
    ]  # fmt: skip
    return stretched_decoder_figure(plane, boundary)


def vae_warm_up(seed: int) -> Figure:
    """Median time to recovery against the annealing rate, rho = eta = 1, beta = 1.5, N = 1000."""
    from .linear_vae import warm_up_figure

    del seed  # the starts of a warm-up are fixed
    return warm_up_figure(
        modecollapse.theory(
            **FAMILY, kl_weight=1.5, dimension=1000, horizon=150, warm_up_starts=101
        )
    )


def vae_order_parameters(seed: int) -> Figure:
    """Order parameters over time: SGD at N = 300 and at N = 3000 beside its closed equations."""
    from .linear_vae_series import order_parameters_figure

    options: dict[str, Any] = {
        **FAMILY, "kl_weight": 1.2, "start_scale": 0.5, "horizon": 25, "learning_rate": 0.1,
        "batch_size": 4, "id": 2, "seed": seed, "times": np.linspace(0, 25, 126).tolist(),
    }  # fmt: skip
    kinds: list[dict[str, Any]] = [{"dynamics": "flow-noise"}, {"dynamics": "sgd"}]
    return order_parameters_figure(
        [
            [modecollapse.trajectory(**options, **kind, dimension=dimension) for kind in kinds]
            for dimension in (300, 3000)
        ]
    )


LINEAR_VAE_FIGURES: dict[str, Callable[[int], Figure]] = {
    "vae-active-directions": vae_active_directions,
    "vae-stretched-decoder": vae_stretched_decoder,
    "vae-warm-up": vae_warm_up,
    "vae-order-parameters": vae_order_parameters,
}
