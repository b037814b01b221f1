"""Words and symbols for the options of a run, by the names of their variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .searched import in_symbols
from .style import number_math

NAMES = {
    "radius": "radius of the target's modes",
    "target_weight": "weight of the target's first mode",
    "weight": "weight of the first component",
    "horizon": "end time",
    "trajectories": "trajectories per cell",
}
SYMBOLS = {
    "dimension": "d",
    "radius": "R",
    "target_weight": r"w^{\ast}",
    "weight": "w_1",
    "horizon": "t",
    "alignment_threshold": r"\theta",
    "initial_temperature": "T_0",
    "annealing_time": "t_0",
}


def option(name: str) -> str:
    """The option of the command line that the variable `name` holds."""
    return name.replace("_", "-")


def quantity(name: str) -> str:
    """Words and, if there is one, symbol: what stands at an axis."""
    words = NAMES.get(name, name.replace("_", " "))
    return f"{words} ${SYMBOLS[name]}$" if name in SYMBOLS else words


def words_of_axis(name: str, about: Mapping[str, Any]) -> str:
    """The same where the file tells (long_name, symbol) what the option is of this family."""
    symbol = str(about.get("symbol", ""))
    own = SYMBOLS.get(name, "").replace(r"^{\ast}", "*").replace("_", "").lstrip("\\")
    if not symbol or symbol == own:
        return quantity(name)
    return in_symbols(str(about.get("long_name", quantity(name))), symbol)


def short_quantity(name: str) -> str:
    """The symbol, or else the words."""
    return f"${SYMBOLS[name]}$" if name in SYMBOLS else quantity(name)


def value_text(value: Any) -> str:
    """A value of an option: a number as mathtext, a choice as it is."""
    return value if isinstance(value, str) else f"${number_math(value)}$"


def setting(name: str, value: Any) -> str:
    """An option and its value: $d = 100$, seed 7."""
    if name in SYMBOLS and not isinstance(value, str):
        return f"${SYMBOLS[name]} = {number_math(value)}$"
    return f"{quantity(name)} {value_text(value)}"
