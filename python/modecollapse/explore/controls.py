"""The sliders: an option of the engine each, with the values at which it stops.

What an option means and which choices it has is the engine's own table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._extension import engine
from .._words import words
from ..figures.outcome_colors import COLLAPSED, COLORS
from .views import VIEWS

AS_TARGET = ""  # the option is not given


@dataclass(frozen=True)
class Control:
    """option; symbol: on the page; values: texts, as on a command line; start: the first one.

    needs: (option, value): it is given, and shown, only where that option is not that value.
    """

    option: str
    symbol: str
    values: tuple[str, ...]
    start: str
    needs: tuple[str, str] | None = None


def steps(low: float, high: float, step: float) -> tuple[str, ...]:
    return tuple(f"{low + step * i:.6g}" for i in range(round((high - low) / step) + 1))


def decades(low: int, high: int) -> tuple[str, ...]:
    """1, 2, 5 of every decade from 10^low on, and 10^high."""
    return tuple(
        f"{digit * 10.0**e:.12g}" for e in range(low, high) for digit in (1, 2, 5)
    ) + (f"{10.0**high:.12g}",)


def option_table(command: str) -> dict[str, dict[str, Any]]:
    rows = next(row for row in engine().commands() if row["name"] == command)
    return {option["name"]: option for option in rows["options"]}


def schedules() -> tuple[str, ...]:
    """Those of the engine, but for a constant temperature, which needs a horizon."""
    choices = option_table("theory")["annealing"]["range"].split("|")
    return tuple(name for name in choices if name != "constant")


WEIGHTS = steps(0.5, 0.95, 0.01)
THIRDS = tuple(sorted((*WEIGHTS, "2/3"), key=lambda text: 2 / 3 if "/" in text else float(text)))


def mixture() -> tuple[Control, ...]:
    tempered = ("annealing", "none")
    return (
        Control("radius", "R", steps(0.5, 4, 0.05), "1.5"),
        Control("dimension", "d", ("2", "3", *decades(0, 9)[2:]), "100"),
        Control("target-weight", "w*", THIRDS, "2/3"),
        Control("weight", "w1", (AS_TARGET, *steps(0.05, 0.95, 0.01)), AS_TARGET),
        Control("annealing", "schedule", schedules(), "none"),
        Control("initial-temperature", "T0", decades(0, 3), "10", tempered),
        Control("annealing-time", "t0", decades(-1, 3), "10", tempered),
    )


def linear_vae() -> tuple[Control, ...]:
    annealed = ("annealing", "constant")
    return (
        Control("signal-variance", "rho", steps(0, 4, 0.1), "1"),
        Control("noise-variance", "eta", steps(0.1, 4, 0.1), "1"),
        Control("kl-weight", "beta", steps(0.05, 6, 0.05), "1.7"),
        Control("dimension", "N", decades(1, 9)[1:], "1000"),
        Control("inverse-lipschitz", "L", steps(0, 3, 0.05), "0"),
        Control("latent-dimension", "M", steps(1, 4, 1), "1"),
        Control("signal-dimension", "M*", steps(1, 4, 1), "1"),
        Control("horizon", "T", decades(1, 3), "100"),
        Control("annealing", "warm-up", ("constant", "linear", "exponential-beta", "tanh"),
                "constant"),
        Control("annealing-time", "t0", decades(-1, 3), "20", annealed),
    )  # fmt: skip


def described(controls: tuple[Control, ...], command: str) -> list[dict[str, Any]]:
    table, meanings = option_table(command), words()
    return [
        {
            "option": control.option,
            "symbol": control.symbol,
            "values": control.values,
            "start": control.values.index(control.start),
            "needs": control.needs,
            "help": meanings.get(control.symbol, table[control.option]["help"]),
        }
        for control in controls
    ]


def configuration() -> dict[str, Any]:
    """What the page is told of: its controls, and the options and the command of every view."""
    return {
        "families": {
            "mixture": described(mixture(), "trajectory"),
            "linear-vae": described(linear_vae(), "trajectory"),
        },
        "views": {name: {"takes": view.takes} for name, view in VIEWS.items()},
        "colors": COLORS,
        "collapsed": COLLAPSED,
        "words": {name: text for name, text in words().items() if name in COLORS},
    }
