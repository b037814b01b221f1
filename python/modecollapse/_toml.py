"""A dictionary as the TOML description of a phase diagram."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

LARGEST_INTEGER = 2**63 - 1  # of TOML; a seed above it is written as a string


def sweep_toml(description: Mapping[str, Any]) -> str:
    """Sections "axes", "fixed", "adaptive", and the key "quantity"; `_` in a name stands for `-`.

    >>> print(sweep_toml({"axes": {"radius": [1, 1.5]}, "fixed": {"target_weight": 0.5}}))
    [axes]
    radius = [1, 1.5]
    <BLANKLINE>
    [fixed]
    target-weight = 0.5
    <BLANKLINE>
    """
    parts: list[str] = []
    for section, entries in description.items():
        if section == "quantity":
            parts.insert(0, f"quantity = {value_toml(section, entries)}\n")
            continue
        if not isinstance(entries, Mapping):
            raise ValueError(f"{section}={entries!r}: is not a dictionary of options")
        lines = [f"{quoted(key(name))} = {value_toml(name, v)}" for name, v in entries.items()]
        parts.append("\n".join([f"[{quoted(section)}]", *lines, ""]))
    return "\n".join(parts)


def key(name: str) -> str:
    return name.replace("_", "-")


def quoted(name: str) -> str:
    """A key as TOML takes it, whatever it is made of."""
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def value_toml(name: str, value: Any) -> str:
    if hasattr(value, "tolist"):  # NumPy
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return f'"{value}"'
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, str):
        return json.dumps(key(value) if name == "zip" else value, ensure_ascii=False)
    if isinstance(value, Iterable) and not isinstance(value, (bytes, Mapping)):
        return f"[{', '.join(value_toml(name, element) for element in value)}]"
    raise ValueError(f"{name}={value!r}: is neither a number, a string nor a list")
