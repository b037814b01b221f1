"""What was run when the family is a normalizing flow, in words.

The options of a flow are in its configuration under the names of the command line;
those that are axes of a sweep are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import xarray as xr

FLOW_OPTIONS = {  # option: how to say it; those of a line belong together
    "network": {"layers": "{} layers", "width": "width {}", "depth": "depth {}"},
    "steps": {"horizon": "{:g} steps", "optimizer": "{}", "learning-rate": r"$\eta = {:g}$",
              "batch-size": "$B = {}$", "estimator": "{}"},
}  # fmt: skip
SHORT = ("layers", "width", "horizon")


def is_flow(options: Mapping[str, Any]) -> bool:
    """Is the family of this run a normalizing flow?"""
    return options.get("family") == "realnvp"


COUNTED = ("trajectories_run", "counts", "evaluation_counts", "trajectory")


def runs_name(options: Mapping[str, Any], dataset: xr.Dataset | None = None) -> str:
    """What a member of the ensemble is called, also by the words of the result where given."""
    words = [str(dataset[name].attrs.get("long_name", "")) for name in COUNTED
             if dataset is not None and name in dataset]  # fmt: skip
    trained = is_flow(options) or any("training" in text for text in words)
    return "trainings" if trained else "trajectories"


def said(kind: str, options: Mapping[str, Any], swept: Collection[str]) -> str:
    return ", ".join(
        text.format(options[name])
        for name, text in FLOW_OPTIONS[kind].items()
        if name in options and name not in swept
    )


def network_text(options: Mapping[str, Any], swept: Collection[str] = ()) -> str:
    """RealNVP, 6 layers, width 32, depth 2"""
    return ", ".join(filter(None, ("RealNVP", said("network", options, swept))))


def steps_text(options: Mapping[str, Any], swept: Collection[str] = ()) -> str:
    """2000 steps, adam, eta = 0.001, B = 256, pathwise"""
    return said("steps", options, swept)


def weights_of_modes(target: float | list[float]) -> str:
    """The weight of the first of two modes, or those of all."""
    return ", ".join(f"{w:.4g}" for w in (target if isinstance(target, list) else [target]))


def short_text(options: Mapping[str, Any]) -> str:
    """For legends: w*, RealNVP, 6 layers, width 32, 2000 steps."""
    short = {name: options[name] for name in SHORT if name in options}
    target = options.get("target-weight")
    weight = "" if target is None else rf"$w^{{\ast}} = {weights_of_modes(target)}$"
    parts = (weight, "RealNVP", said("network", short, ()), said("steps", short, ()))
    return ", ".join(filter(None, parts))
