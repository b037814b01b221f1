"""A small result of modecollapse threshold, of invented numbers."""

from __future__ import annotations

from figure_checks import ATTRIBUTES, flagged  # first: skips where modules are missing

import numpy as np
import xarray as xr

FOUND, BELOW_RANGE, NOT_REACHED, UNSETTLED = range(4)
STATUS_NAMES = {"found": 0, "none": 1, "all_radii": 2, "not_approached": 3}
OUTCOMES = ("aligned_plus", "matched", "undecided")
CONFIG = """# modecollapse threshold
dimension = [2, 100, 10000]
target-weight = 0.6666666666666666
weights = 'fixed'
dynamics = 'flow'
level = [0.1, 0.5]
radius-range = '0.5:3'
trajectories = 20000
seed = 7
"""
OVER = """over = 'annealing-time'
radius = 2.5
initial-temperature = 10"""
TITLE = "Critical radius of mode collapse against dimension"


def synthetic(
    fold_plus: tuple[str, float] = ("found", 1.1088),
    fold_minus: tuple[str, float] = ("found", 1.4917),
    infinite: tuple[str, float] = ("found", 1.3030),
    dimensions: tuple[int, ...] = (2, 100, 10000),
    levels: tuple[float, ...] = (0.1, 0.5),
    status: list[list[int]] | None = None,
) -> xr.Dataset:
    """A result as modecollapse threshold writes it, of invented numbers.

    Without `status`: the highest level is not reached in the lowest dimension.
    """
    shape = len(dimensions), len(levels)
    flags = np.zeros(shape, int) if status is None else np.asarray(status)
    if status is None:
        flags[0, -1] = NOT_REACHED
    r_c = 1.1 + 0.05 * np.arange(shape[0])[:, None] + 0.02 * np.arange(shape[1])
    r_c = np.where(flags == FOUND, r_c, np.nan)
    radius = np.tile([0.5, 1.1, 1.109, 1.1091, 1.5, 3.0], shape[0])
    p = np.concatenate([[0, 0, 0, 0.2, 0.4 + 0.1 * i, 0.5] for i in range(shape[0])])
    of_dimension = np.repeat(dimensions, 6)
    shuffled = np.random.default_rng(1).permutation(radius.size)
    counts = np.stack([1000 * p, 1000 * (1 - p), 0 * p], axis=1).astype(np.int64)
    table, points = ("dimension", "level"), ("evaluation",)
    variables = {
        "r_c": (table, r_c),
        "r_c_ci_low": (table, r_c - 0.01),
        "r_c_ci_high": (table, r_c + 0.02),
        "status": flagged(table, flags, "found below_range not_reached unsettled"),
        "evaluation_dimension": (points, of_dimension[shuffled]),
        "evaluation_radius": (points, radius[shuffled]),
        "evaluation_p_collapse": (points, p[shuffled]),
        "evaluation_ci_low": (points, np.maximum(p - 0.02, 0)[shuffled]),
        "evaluation_ci_high": (points, np.minimum(p + 0.02, 1)[shuffled]),
        "evaluation_counts": (("evaluation", "outcome"), counts[shuffled]),
    }
    for name, (word, value) in {
        "r_fold_plus": fold_plus,
        "r_fold_minus": fold_minus,
        "r_inf": infinite,
    }.items():
        variables[name] = ((), value if word == "found" else np.nan)
        variables[f"{name}_status"] = flagged(
            (), STATUS_NAMES[word], "found none all_radii not_approached"
        )
    coordinates = {
        "dimension": np.array(dimensions, np.int64),
        "level": np.array(levels),
        "outcome": np.array(OUTCOMES, object),
    }
    attributes = {**ATTRIBUTES, "title": TITLE, "config_toml": CONFIG}
    return xr.Dataset(variables, coordinates, attributes)


def searched_over_time(status: list[list[int]] | None = None) -> xr.Dataset:
    """The same over the annealing time, on a logarithmic scale: P falls."""
    plain = synthetic(status=status)
    plain = plain.drop_vars([n for n in plain if str(n).startswith(("r_fold", "r_inf"))])
    names = {f"r_c{end}": f"critical_value{end}" for end in ("", "_ci_low", "_ci_high")}
    renamed = plain.rename({**names, "evaluation_radius": "evaluation_annealing_time"})
    renamed["evaluation_p_collapse"] = 1.0 - renamed["evaluation_p_collapse"]
    renamed["status"].attrs.update(
        flagged((), 0, "found below_range not_reached unsettled above_range")[2]
    )
    about = {"long_name": "annealing time t0", "symbol": "t0"}
    renamed["annealing_time"] = ("annealing_time", np.array([0.5, 3.0]), about)
    renamed["searched"] = ((), "annealing_time")
    renamed["over_scale"] = flagged((), 1, "linear log")
    renamed.attrs["config_toml"] = CONFIG.replace("radius-range = '0.5:3'", OVER)
    return renamed
