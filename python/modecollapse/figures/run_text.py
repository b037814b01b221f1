"""What was run, in words: physics, number of trajectories, provenance.

Each text is a part of a figure's header, empty where the file does not say.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from typing import Any

import xarray as xr

from .quantities import option, setting
from .style import number_math
from .training_text import is_flow, network_text, runs_name, steps_text, weights_of_modes

try:
    import tomllib
except ModuleNotFoundError:  # Python before 3.11
    try:
        import tomli as tomllib  # type: ignore[no-redef]
    except ModuleNotFoundError:
        tomllib = None  # type: ignore[assignment]

OF_A_SWEEP = "fixed"  # the section with the options that are no axes
TOLD_ELSEWHERE = ("target-weight", "weight", "horizon", "trajectories")
SWEPT = "an axis"  # what the attributes say of a seed or precision that is an axis

ONE_LOOK = 64  # members of a value of a threshold that are run in one go


def configuration(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The resolved options of a run, from config_toml; empty without it.

    Of a phase diagram: those that are no axes.
    """
    text = str(attributes.get("config_toml", ""))
    if tomllib is None:
        return plain_assignments(text)
    try:
        options = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
    return options.get(OF_A_SWEEP, options)


def plain_assignments(text: str) -> dict[str, Any]:
    """The lines `key = value` of simple TOML text; for Python without tomllib."""
    options: dict[str, Any] = {}
    section = OF_A_SWEEP
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        key, equals, value = line.partition("=")
        if not equals or line.lstrip().startswith("#") or section != OF_A_SWEEP:
            continue
        value = value.strip()
        try:
            options[key.strip()] = ast.literal_eval(
                {"true": "True", "false": "False"}.get(value, value)
            )
        except (ValueError, SyntaxError):
            options[key.strip()] = value
    return options


def physics_text(attributes: Mapping[str, Any], per: str, runs: str = "") -> str:
    """One line: weights, dynamics, end, `runs` (trajectories; `per`: "radius", "cell")."""
    options = configuration(attributes)
    parts = [weights_text(options), dynamics_text(options)]
    if "trajectories" in options:
        numbers = [options["trajectories"]]
        text = trajectories_text(numbers, per, runs or runs_name(options))
        at_most = per != "cell" and options["trajectories"] > ONE_LOOK  # of threshold
        parts.append(rf"$\leq$ {text}" if at_most else text)
    return "; ".join(filter(None, parts))


def only(value: Any) -> Any:
    """The element of a list of one, as a cell has of an option that takes a list."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def held_text(options: Mapping[str, Any], held: Mapping[str, Any]) -> str:
    """Dimension and radius as far as fixed, and what a figure leaves out.

    held: value of each axis that is left out, by the name of its variable.
    """
    fixed = {n: only(options[n]) for n in ("dimension", "radius") if n in options}
    shown = {**fixed, **held}
    return ", ".join(
        setting(name, value)
        for name, value in shown.items()
        if option(name) not in TOLD_ELSEWHERE
    )


def weights_text(options: Mapping[str, Any], swept: Collection[str] = ()) -> str:
    """Weight of the target's first mode and of the first component, as far as fixed.

    `swept`: names of the options that are axes. The component's weight is the target's
    unless it is given or trained. A flow has no such weight, but a network.
    """
    if is_flow(options):
        target = options.get("target-weight")
        shown = "" if target is None else rf"$w^{{\ast}} = {weights_of_modes(target)}$; "
        return shown + network_text(options, swept)
    if options.get("family", "mixture") != "mixture":
        return str(options["family"])
    weights = options.get("weights", "fixed")
    target, weight = options.get("target-weight"), options.get("weight")
    if target is None and "target-weight" not in swept:
        return ""
    if weight is None and "weight" not in swept:
        weight = target if weights == "fixed" else 0.5
        follows = weight is None
    else:
        follows = False
    parts = [] if target is None else [rf"$w^{{\ast}} = {target:.4g}$"]
    if follows:
        parts.append(r"$w_1 = w^{\ast}$")
    elif weight is not None:
        parts.append(rf"$w_1 = {weight:.4g}$")
    return f"{', '.join(parts)} ({weights} weights)".lstrip()


def dynamics_text(options: Mapping[str, Any], swept: Collection[str] = ()) -> str:
    """Dynamics and end of a trajectory, or the steps of a training."""
    if is_flow(options):
        return steps_text(options, swept)
    if "dynamics" not in options:
        return ""
    name = str(options["dynamics"])
    horizon = options.get("horizon")
    text = {"flow": "gradient flow"}.get(name, name.upper())
    if "horizon" in swept:
        return text
    if horizon is not None:
        return rf"{text} until $t = {horizon:g}$"
    # trained weights have an end of their own, which the options do not hold
    return text if options.get("weights", "fixed") != "fixed" else f"{text} until trapped"


def annealing_text(options: Mapping[str, Any]) -> str:
    """Temperature and time of the annealing, as far as fixed; its schedule where neither is."""
    parts = []
    if "initial-temperature" in options:
        parts.append(f"from $T_0 = {options['initial-temperature']:g}$")
    if "annealing-time" in options:
        parts.append(f"in $t_0 = {options['annealing-time']:g}$")
    schedule = str(options.get("annealing", "none"))
    if not parts and schedule not in ("none", "constant"):
        parts.append(f"by the schedule {schedule}")
    return f"annealed {' '.join(parts)}" if parts else ""


def trajectories_text(
    numbers: Collection[int], per: str, runs: str = "trajectories"
) -> str:
    """How many `runs` there were, from the number for each radius or cell."""
    if len(numbers) == 0:
        return ""
    low, high = (number_math(n) for n in (min(numbers), max(numbers)))
    shown = f"${low}$" if low == high else f"${low}$ to ${high}$"
    return f"{shown} {runs} per {per}"


def provenance_text(attributes: Mapping[str, Any]) -> str:
    """One line: seed, version, commit, backend and precision, as far as recorded."""
    recorded = {name: str(v) for name, v in attributes.items() if str(v) != SWEPT}
    parts = []
    if recorded.get("seed"):  # nothing random: empty
        parts.append(f"seed {recorded['seed']}")
    if "version" in recorded:
        sha = recorded.get("git_sha", "unknown")
        commit = (
            ""
            if sha == "unknown"
            else f" ({sha[:8]}{'+dirty' if 'dirty' in sha else ''})"
        )
        parts.append(f"modecollapse {recorded['version']}{commit}")
    machine = ("backend", "isa", "precision")
    parts.append(" ".join(recorded[name] for name in machine if recorded.get(name)))
    return ", ".join(filter(None, parts))


def undecided_text(dataset: xr.Dataset, counts: str, per: str) -> str:
    """The largest share of trajectories left undecided, which P does not count.

    `counts`: name of the variable (..., outcome). Empty below 0.1 %, and for a dataset
    without that variable or class.
    """
    if counts not in dataset or "undecided" not in dataset.get("outcome", ()):
        return ""
    run = dataset[counts].sum("outcome")
    share = dataset[counts].sel(outcome="undecided") / run.where(run > 0)
    percent = 100.0 * float(share.max())  # not a number if nothing was run
    shown = f"{percent:.0f}" if percent >= 10.0 else f"{percent:.2g}"
    return f"undecided: up to {shown} % at a {per}" if percent >= 0.1 else ""
