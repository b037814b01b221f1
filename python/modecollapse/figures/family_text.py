"""What was run of any family: of those that have no words of their own, by symbols of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from .quantities import setting
from .run_text import held_text, weights_text
from .searched import in_symbols
from .style import number_math
from .training_text import weights_of_modes

WITH_WORDS = ("mixture", "realnvp")  # weights_text, held_text
TOLD_ELSEWHERE = ("trajectories",)
TOLD_WITH_DYNAMICS = ("horizon",)  # gradient flow until t = ...
TOLD_AS_ANNEALING = ("initial-temperature", "annealing-time")
NAMES = {"vae": "VAE", "linear-vae": "linear VAE", "sequence-vae": "sequence VAE"}
# that a symbol cannot tell
CHOICES = {"data": "{} data", "decoder": "decoder: {}", "head": "head: {}"}
DECODERS = {"mlp": "network", "linear": "linear", "brenier": "Brenier maps"}
WEIGHTS = {"target-weight": r"w^{\ast}", "weight": "w"}  # of the modes and of the components
IN_WORDS = ("activity-floor",)  # its letter says too little
NONE_AT_ZERO = ("data-size", "clusters")  # fresh data at every step; a normal prior


def family_texts(
    dataset: xr.Dataset,
    options: Mapping[str, Any],
    swept: Collection[str] = (),
    held: Mapping[str, Any] | None = None,
) -> list[str]:
    """Parts of a header: family and options, less those that are axes (`swept`).

    options: as configured, by their names on the command line; held: of axes left out, by variable.
    """
    held = held or {}
    family = str(options.get("family", "mixture"))
    if family in WITH_WORDS:
        return [held_text(options, held), weights_text(options, swept)]
    elsewhere = {*swept, *TOLD_ELSEWHERE, *TOLD_AS_ANNEALING}
    if "dynamics" in options:
        elsewhere.update(TOLD_WITH_DYNAMICS)
    shown = [option_text(dataset, name, value)
             for name, value in sorted(options.items(), key=lambda item: item[0] not in CHOICES)
             if name not in elsewhere]  # fmt: skip
    symbols = {option_text(dataset, name.replace("_", "-"), value) for name, value in held.items()}
    others = [setting(name, value) for name, value in held.items()
              if not option_text(dataset, name.replace("_", "-"), value)]  # fmt: skip
    known = dict.fromkeys([*filter(None, shown), *sorted(symbols - {""})])
    return [NAMES.get(family, family), ", ".join(known), *others]


def option_text(dataset: xr.Dataset, name: str, value: Any) -> str:
    """Symbol and value, such as $K^{\\ast} = 3$; empty for what has no symbol in the file."""
    if name in CHOICES:
        value = Path(str(value)).name  # data may be a file's
        return CHOICES[name].format(DECODERS.get(value, value))
    variable = dataset.variables.get(name.replace("-", "_"))
    about = {} if variable is None else variable.attrs
    symbol = str(about.get("symbol", ""))
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    if name in WEIGHTS:
        return f"${WEIGHTS[name]} = {weights_of_modes(value)}$"
    if not symbol or isinstance(value, (str, bool, list, tuple)):
        return ""
    if name in NONE_AT_ZERO and value == 0:
        return ""
    words = in_symbols(str(about["long_name"]) if name in IN_WORDS else symbol, symbol)
    return f"{words[:-1]} = {number_math(value)}$"
