"""What `modecollapse threshold` searched: the radius, or the option that --over names."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import xarray as xr

from .results import flag_names

RADIUS = "radius"
GREEK = "alpha|beta|gamma|delta|eta|theta|lambda|mu|nu|rho|sigma|tau"
LONG_LABEL = 34  # letters at the vertical axis


@dataclass(frozen=True)
class Searched:
    """option: its variable, as in evaluation_radius; critical: that of its critical value;
    words: what it is; symbol: as text, perhaps empty; is_log: searched on a logarithmic scale.
    """

    option: str = RADIUS
    critical: str = "r_c"
    words: str = "radius R of the target's modes"
    symbol: str = "R"
    is_log: bool = False

    @property
    def is_radius(self) -> bool:
        return self.option == RADIUS

    @property
    def ends(self) -> tuple[str, str]:
        """The variables of the interval of the critical value."""
        return f"{self.critical}_ci_low", f"{self.critical}_ci_high"

    @property
    def evaluated(self) -> str:
        return f"evaluation_{self.option}"

    @property
    def required(self) -> tuple[str, ...]:
        """The variables that a figure is made of."""
        return ("dimension", "evaluation_dimension", *self.required_of_one)

    @property
    def required_of_one(self) -> tuple[str, ...]:
        """The same where there are no dimensions."""
        of_a_value = (self.option, "p_collapse", "ci_low", "ci_high")
        rows = ("level", self.critical, *self.ends, "status")
        return rows + tuple(f"evaluation_{name}" for name in of_a_value)

    @property
    def one(self) -> str:
        """A searched value, in texts: per radius."""
        return RADIUS if self.is_radius else "value"

    @property
    def axis(self) -> str:
        if self.is_radius:
            return "radius of the target's modes $R$"
        return in_symbols(self.words, self.symbol)

    @property
    def critical_axis(self) -> str:
        if self.is_radius:
            return r"critical radius $R_\mathrm{c}$"
        words = in_symbols(self.words, self.symbol)
        if len(words) > LONG_LABEL and self.symbol:
            words = in_symbols(self.symbol, self.symbol)
        return f"critical {words}"

    def out_of_range(self, low: float, high: float) -> dict[str, str]:
        """What to say where there is no critical value, by its status; the ends of the range."""
        first, last = f"{low:.4g}", f"{high:.4g}"
        of_critical = r"R_\mathrm{c} " if self.is_radius else ""
        upto = rf"$R \leq {last}$" if self.is_radius else f"{first} to {last}"
        return {
            "not_reached": f"not reached in the range ({upto})",
            "unsettled": "not settled by these members",
            "below_range": rf"below the range (${of_critical}\leq {first}$)",
            "above_range": rf"above the range (${of_critical}\geq {last}$)",
        }

    def scaled(self, values: np.ndarray) -> np.ndarray:
        return np.log10(values) if self.is_log else np.asarray(values)

    def unscaled(self, values: np.ndarray) -> np.ndarray:
        return 10.0**values if self.is_log else values


def searched_of(dataset: xr.Dataset) -> Searched:
    """What a result of threshold was searched over; without that variable the radius."""
    if "searched" not in dataset:
        return Searched()
    option = str(np.asarray(dataset["searched"].values).item())
    about = dataset[option].attrs if option in dataset.variables else {}
    is_log = "over_scale" in dataset and flag_names(dataset["over_scale"]).item() == "log"
    words = str(about.get("long_name", "")) or words_of_critical_value(dataset, option)
    symbol = str(about.get("symbol", "")) or letter_in(words)
    return Searched(option, "critical_value", words, symbol, is_log)


def words_of_critical_value(dataset: xr.Dataset, option: str) -> str:
    """Of a plane of critical values, where the option itself is no variable."""
    critical = dataset["critical_value"].attrs if "critical_value" in dataset else {}
    words = str(critical.get("long_name", ""))
    begin = "critical value of the "
    return words.removeprefix(begin) if words.startswith(begin) else option.replace("_", " ")


def letter_in(words: str) -> str:
    """The symbol in words that nothing else names: a letter that stands alone."""
    found = re.findall(r"(?<![\w-])(?!a(?![\w-]))[A-Za-z](?![\w-])", words)
    return found[-1] if found else ""


def in_symbols(words: str, symbol: str) -> str:
    """Words with their symbols as mathtext: annealing time $t_{0}$, deviation $s_{x}$."""

    def as_math(found: re.Match[str]) -> str:
        letter, index = found.group(1), found.group(2) or ""
        if len(letter) == 1 and not index and letter != symbol:
            return found.group(0)
        if index:
            raised = {"*": r"^{\ast}", "^T": "^{T}"}
            index = raised.get(index, f"_{{{index.lstrip('_')}}}")
        return f"${letter if len(letter) == 1 else chr(92) + letter}{index}$"

    pattern = rf"(?<![\w-])({GREEK}|[A-Za-z])(\d+|_[A-Za-z\d]+|\*|\^T)?(?![\w-])"
    return re.sub(pattern, as_math, words.replace("$", r"\$"))


def dimension_symbol(dataset: xr.Dataset) -> str:
    return str(dataset["dimension"].attrs.get("symbol", "d"))
