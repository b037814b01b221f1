"""A file of two small trained flows, for the tests of commands that read one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import modecollapse


def saved_flows(folder: Path) -> Path:
    path = folder / "flows.nc"
    small: dict[str, Any] = {"dimension": 2, "layers": 2, "width": 4, "horizon": 3}
    modecollapse.probability(
        family="realnvp", trajectories=2, seed=7, save_flows=path, **small
    )
    return path
