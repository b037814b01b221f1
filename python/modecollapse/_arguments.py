"""Keyword arguments to options of the engine: names, and values as text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._extension import engine

# They say how the program prints, which Python does itself; dry-run only prints.
HIDDEN = ("format", "quiet", "dump-config", "dry-run", "set")


class UnknownArgument(TypeError, ValueError):
    """A keyword that the command does not have."""


@dataclass(frozen=True)
class Option:
    """A row of the engine's option table, as the command at hand has it."""

    name: str  # without the dashes
    kind: str  # number, integer, seed, number_list, integer_list, choice, text, flag
    default: str | None
    low: float
    high: float
    range: str  # allowed values in words; the choices of a choice: "a|b|c"
    group: str
    help: str
    list_families: Sequence[str] = ()  # with which its one value may be a list

    @property
    def is_list(self) -> bool:
        return self.kind in ("number_list", "integer_list")

    def takes_list(self, arguments: Mapping[str, Any]) -> bool:
        """Is a list one value of it, with the family of these arguments?"""
        family = arguments.get("family")
        of_a_file = family is None and "config" in arguments and bool(self.list_families)
        return self.is_list or family in self.list_families or of_a_file

    @property
    def is_pair(self) -> bool:
        return self.kind == "text" and self.range.startswith("A:B")

    @property
    def takes_a_file(self) -> bool:
        """A choice that the name of a file may stand for as well (option_row.hpp)."""
        return "FILE" in self.choices

    @property
    def choices(self) -> list[str]:
        return self.range.split("|") if self.kind == "choice" else []


def in_python(name: str) -> str:
    return name.replace("-", "_")


def given_options(
    command: str, options: Mapping[str, Option], arguments: Mapping[str, Any]
) -> dict[str, tuple[str, str]]:
    """Option name -> (text, how it was given). None counts as not given.

    Raises UnknownArgument for a keyword that is no option of the command, ValueError
    for a value that cannot be one.
    """
    given = {}
    for name, value in arguments.items():
        if name not in options:
            raise unknown(command, name, options)
        if value is None:
            continue
        text = text_of(name, value, options[name], options[name].takes_list(arguments))
        given[options[name].name] = (text, f"{name}={shown(text)}")
    return given


def unknown(command: str, name: str, options: Iterable[str]) -> UnknownArgument:
    near = engine().nearest_note(name, list(options))
    elsewhere = in_python_words(engine().used_elsewhere(name.replace("_", "-")))
    used = f" (used by {elsewhere})" if elsewhere else ""
    return UnknownArgument(f"{in_python(command)}() has no argument {name!r}{near}{used}")


def in_python_words(message: str) -> str:
    """Rewrites `--radius-range` to `radius_range` in the engine's messages."""
    return re.sub(r"--([a-z][a-z0-9-]*)", lambda match: in_python(match[1]), message)


def in_names_of(message: str, names: Iterable[str]) -> str:
    """The same where options stand without the dashes, for the arguments that were given."""
    for name in names:
        message = re.sub(rf"(?<![\w-]){name.replace('_', '-')}(?![\w-])", name, message)
    return message


def text_of(name: str, value: Any, option: Option, takes_list: bool) -> str:
    """What would stand on the command line. value: a number, string, path, or list."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist"):  # a NumPy array or scalar
        value = value.tolist()
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        values = [scalar_text(name, element) for element in value]
        if option.is_pair and len(values) == 2:
            return ":".join(values)
        if not takes_list:
            raise ValueError(
                f"{name}={shown(value)}: takes one value (allowed: {option.range})"
            )
        if not values:
            raise ValueError(
                f"{name}: the list is empty (allowed: numbers from {option.range})"
            )
        return ",".join(values)
    return scalar_text(name, value)


def scalar_text(name: str, value: Any) -> str:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return value
    raise ValueError(f"{name}={shown(value)}: is neither a number nor a string")


def shown(value: Any, most: int = 60) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else text[: most - 3] + "..."
