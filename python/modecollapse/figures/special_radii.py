"""The radii that do not depend on d: the folds of the aligned states, and R_inf.

Each is a scalar variable of a result (dimensionless, NaN unless found) beside a flag
variable NAME_status. They belong to the mixture: results of flows have NaN and no status.
"""

from __future__ import annotations

import xarray as xr

from .results import flag_names

SPECIAL_RADII = ("r_fold_plus", "r_fold_minus", "r_inf")
SYMBOLS = {
    "r_fold_plus": r"R_\mathrm{fold}^{+}",
    "r_fold_minus": r"R_\mathrm{fold}^{-}",
    "r_inf": r"R_{\infty}",
}
DASHES = {
    "r_fold_plus": (0, (5, 2)),
    "r_fold_minus": (0, (5, 2, 1, 2)),
    "r_inf": "solid",
}
ABSENT = {
    ("r_fold_plus", "none"): "no stable state on the $+$ mode",
    ("r_fold_plus", "all_radii"): "stable at all radii",
    ("r_fold_minus", "none"): "no stable state on the $-$ mode",
    ("r_fold_minus", "all_radii"): "stable at all radii",
    ("r_inf", "none"): "does not exist",
    ("r_inf", "all_radii"): "collapse at all radii",
    ("r_inf", "not_approached"): "not approached at any $d$ that is accepted",
}


def special_status(dataset: xr.Dataset, name: str) -> str:
    """found, none, all_radii or not_approached."""
    return str(flag_names(dataset[f"{name}_status"]).item())


def recorded(dataset: xr.Dataset) -> list[str]:
    """Those that a result can have: none of a normalizing flow."""
    return [name for name in SPECIAL_RADII if f"{name}_status" in dataset]


def special_radii(dataset: xr.Dataset) -> dict[str, float]:
    """The special radii that were found, by name."""
    return {
        name: float(dataset[name])
        for name in recorded(dataset)
        if special_status(dataset, name) == "found"
    }


def absence_text(dataset: xr.Dataset, name: str) -> str:
    """Why there is no line for a special radius."""
    status = special_status(dataset, name)
    return f"${SYMBOLS[name]}$: {ABSENT.get((name, status), status)}"
