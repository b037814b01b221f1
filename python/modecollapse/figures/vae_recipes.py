"""Figures of posterior collapse in VAEs with networks, each by one run of the engine or a few.

What was run stands in the header; each takes some minutes of two cores at most.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import modecollapse

# a likelihood wider than the clusters are apart: sqrt(50 + s^2) < s_x for s < 9.7
FAMILY: dict[str, Any] = {
    "family": "vae", "likelihood_sd": 12, "horizon": 1000, "encoder_width": 16,
    "decoder_width": 16,
}  # fmt: skip
CENTRES = np.array([[0.0, 0.0], [10.0, 10.0]])  # of the toy data
POSTERIORS: dict[str, dict[str, Any]] = {
    "network": {"decoder": "mlp"},
    "Brenier maps, $L = 0$": {"inverse_lipschitz": 0},
    "Brenier maps, $L = 1.5$": {"inverse_lipschitz": 1.5},
}


def sweep(
    scales: list, constants: list, trajectories: int, seed: int, **more: Any
) -> Any:
    return modecollapse.phase_diagram(
        {
            "axes": {"data_scale": scales, "inverse_lipschitz": constants},
            "fixed": {**FAMILY, **more, "trajectories": trajectories, "seed": seed},
        },
        raw=True,
    )


def vae_plane(seed: int) -> Figure:
    """P(collapse) over (s, L), with its contours."""
    from .phase_diagram import phase_diagram_figure

    scales = np.linspace(1, 10, 13).round(4).tolist()
    constants = np.linspace(0, 1.2, 13).round(4).tolist()
    # the exact posterior takes longer than the training, and is not drawn
    plane = sweep(scales, constants, 40, seed, exact_data=0, precision="single")
    return phase_diagram_figure(plane)


def vae_lines(seed: int) -> Figure:
    """P(collapse), active directions and divergences against s, for four L."""
    from .vae import lines_figure

    return lines_figure(sweep(np.linspace(1, 10, 10).tolist(), [0, 0.4, 0.8, 1.2], 30, seed))


def vae_accuracy(seed: int) -> Figure:
    """Accuracy of the classes of a mixture prior, beside the Bayes limit, and F against s."""
    from .vae import lines_figure

    scales = [0.5, 1, 2.5, 4, 5, 6, 7.5, 10]
    more = {"clusters": 2, "likelihood_sd": 1, "horizon": 1500, "learning_rate": 0.003}
    return lines_figure(sweep(scales, [0, 0.5, 1, 2], 12, seed, **more))


def vae_posteriors(seed: int) -> Figure:
    """Posterior means of toy data at s = 0.5 and 7.5, of three decoders."""
    from .vae import Encoded, posteriors_figure

    numbers = np.random.default_rng(seed)
    clusters = np.arange(400) % 2
    encoded = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for scale in (0.5, 7.5):
            data = CENTRES[clusters] + scale * numbers.normal(size=(clusters.size, 2))
            np.save(folder / "data.npy", data)
            for decoder, options in POSTERIORS.items():
                result = modecollapse.probability(
                    **FAMILY, **options, data_scale=scale, trajectories=1, seed=seed,
                    save_models=folder / "models.nc",
                )  # fmt: skip
                found = modecollapse.encode(models=folder / "models.nc", data=folder / "data.npy")
                mean = found["posterior_mean"].values
                encoded.append(Encoded(decoder, scale, mean, float(found["kl"].mean())))
    return posteriors_figure(encoded, clusters, result)


VAE_FIGURES: dict[str, Callable[[int], Figure]] = {
    "vae-plane": vae_plane,
    "vae-lines": vae_lines,
    "vae-accuracy": vae_accuracy,
    "vae-posteriors": vae_posteriors,
}
