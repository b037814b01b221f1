"""Files of small trained members, for the tests of commands that read one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import modecollapse
import numpy as np


def saved_flows(folder: Path) -> Path:
    path = folder / "flows.nc"
    small: dict[str, Any] = {"dimension": 2, "layers": 2, "width": 4, "horizon": 3}
    modecollapse.probability(
        family="realnvp", trajectories=2, seed=7, save_flows=path, **small
    )
    return path


def saved_vaes(folder: Path) -> dict[str, Path]:
    """Two small models, and the data that they were trained on."""
    data, models = folder / "x.npy", folder / "vaes.nc"
    np.save(data, np.linspace(-1, 1, 40).reshape(20, 2))
    small: dict[str, Any] = {"horizon": 3, "encoder_width": 4, "decoder_width": 4}
    modecollapse.probability(
        family="vae", data=data, held_out=4, exact_data=0, trajectories=2, seed=7,
        save_models=models, **small,
    )  # fmt: skip
    return {"models": models, "data": data}
