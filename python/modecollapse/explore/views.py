"""What the page can ask for: a command of the engine each, and which options the page gives it.

Everything else is fixed here, so that the work of a computation is bounded and no option reaches a
file. Values are checked by the engine, as those of the command line are.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._extension import engine

# one number, fraction or word: no list, whose length would be work, and no path
VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+/-]{0,31}")

MIXTURE = ("radius", "target-weight", "weight", "annealing", "initial-temperature",
           "annealing-time")  # fmt: skip
LINEAR_VAE = ("signal-variance", "noise-variance", "dimension", "latent-dimension",
              "signal-dimension", "kl-weight", "inverse-lipschitz", "horizon")  # fmt: skip
WARM_UP = (*LINEAR_VAE, "annealing", "annealing-time")
FIVE = {"id": "0,1,2,3,4", "seed": "7"}
KL_WEIGHTS = tuple(f"{0.1 * step:.1f}" for step in range(1, 61))


@dataclass(frozen=True)
class View:
    """command: of the engine; takes: options that the page gives; gives: variables that it gets.

    fixed: options that the page cannot change. over: (option, values): the command runs once for
    each, and variables get a first axis.
    """

    command: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    over: tuple[str, tuple[str, ...]] | None = None



def theory(accuracy: str) -> View:
    gives = ("p_collapse", "p_low", "p_high", "outcome", "probability")
    return View("theory", (*MIXTURE, "dimension"), gives, {"accuracy": accuracy})


VIEWS = {
    "sample": View(
        "probability", (*MIXTURE, "dimension"), ("p_collapse", "ci_low", "ci_high"),
        {"trajectories": "2000", "seed": "7"},
    ),
    "theory": theory("0.05"),  # within a third of a second
    "theory-fine": theory("0.005"),
    "basins": View("basin", MIXTURE, ("m1", "m2", "outcome"), {"grid": "61"}),
    "trajectories": View(
        "trajectory", (*MIXTURE, "dimension"), ("time", "m1", "m2", "outcome"),
        {**FIVE, "times": "0:400:0.5"},
    ),
    "critical": View(
        "threshold", MIXTURE[1:],
        ("dimension", "r_c", "r_c_ci_low", "r_c_ci_high", "status", "r_inf"),
        {"dimension": "10,100,1000,1e6", "level": "0.1", "trajectories": "300", "seed": "7"},
    ),
    "vae-sample": View(
        "probability", WARM_UP, ("p_collapse", "ci_low", "ci_high", "outcome", "counts"),
        {"family": "linear-vae", "trajectories": "200", "seed": "7"},
    ),
    "vae-theory": View(
        "theory", LINEAR_VAE,
        ("p_collapse", "activity", "activity_floor", "boundary_kl_weight", "superfluous_kl_weight",
         "plateau_rate"),
        {"family": "linear-vae", "level": "0.5"},
    ),
    "vae-over-beta": View(
        "theory", tuple(name for name in LINEAR_VAE if name != "kl-weight"),
        ("kl_weight", "p_collapse", "activity", "activity_floor"),
        {"family": "linear-vae", "level": "0.5"}, ("kl-weight", KL_WEIGHTS),
    ),
    "vae-trajectories": View(
        "trajectory", WARM_UP, ("time", "beta", "active_directions", "kl", "outcome"),
        {"family": "linear-vae", **FIVE},
    ),
}  # fmt: skip


def checked(view: str, options: Mapping[str, Any]) -> tuple[View, dict[str, str]]:
    """The view, and all options of its command. Raises ValueError for what cannot be asked."""
    if view not in VIEWS:
        raise ValueError(f"view: is unknown (allowed: {'|'.join(VIEWS)})")
    found = VIEWS[view]
    for name, text in options.items():
        if name not in found.takes:
            raise ValueError(f"{name!r:.40}: is not given here (allowed: {'|'.join(found.takes)})")
        if not isinstance(text, str) or not VALUE.fullmatch(text):
            raise ValueError(f"--{name}: takes one number or word of at most 32 letters")
    return found, {**options, **found.fixed, **times_of(found, options)}


def times_of(view: View, options: Mapping[str, str]) -> dict[str, str]:
    """Of trajectories with a horizon: 201 times up to it."""
    if view.command != "trajectory" or "times" in view.fixed:
        return {}
    try:
        horizon = float(options["horizon"])
    except (KeyError, ValueError):
        return {}  # the default ones, or the engine says what is wrong
    step = horizon / 200
    return {"times": f"0:{horizon:g}:{step:g}"} if 0 < step < float("inf") else {}


def command_line(view: str, options: Mapping[str, Any]) -> str:
    """What to type for the same numbers."""
    found, given = checked(view, options)
    words = [text for name, value in given.items() for text in (f"--{name}", value)]
    if found.over:
        words += [f"--{found.over[0]}", "BETA"]
    return shlex.join(["modecollapse", found.command, *words])


def compute(view: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that the view gives, as lists. Raises ValueError for a value out of range."""
    found, given = checked(view, options)
    if found.over is None:
        return {name: listed(value) for name, value in variables(found, given).items()}
    option, values = found.over
    runs = [variables(found, {**given, option: value}) for value in values]
    return {name: listed(np.array([run[name] for run in runs])) for name in found.gives}


def variables(view: View, options: Mapping[str, str]) -> dict[str, np.ndarray]:
    given = {name: (text, f"--{name}={text}") for name, text in options.items()}
    result, _ = engine().run_report(view.command, given)
    found = {}
    for name in view.gives:
        _, values, attributes = result["variables"][name]
        found[name] = worded(np.asarray(values), attributes)
    return found


def worded(values: np.ndarray, attributes: Mapping[str, Any]) -> np.ndarray:
    """Codes as their words, as far as they are few; others as they are."""
    if "flag_meanings" not in attributes:
        return values
    names = dict(zip(attributes["flag_values"].tolist(), attributes["flag_meanings"].split()))
    return np.vectorize(names.__getitem__, otypes=[object])(values)


def listed(values: np.ndarray) -> Any:
    """As JSON can have it: five digits suffice a picture's points, not a number; NaN is null."""
    plain = np.asarray(values)
    if plain.dtype.kind != "f":
        return plain.tolist()
    digits = np.round(plain, 5) if plain.size > 1000 else plain
    return np.where(np.isfinite(digits), digits.astype(object), None).tolist()
