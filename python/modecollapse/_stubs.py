"""The package's type stub, made from the engine's tables.

    python -m modecollapse._stubs > python/modecollapse/__init__.pyi
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent

from ._arguments import Option, in_python
from ._commands import commands, options_of, report_functions
from ._documentation import default_of

HEADER = '''# Made by `python -m modecollapse._stubs` from the option table: do not edit.
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal

import xarray
from numpy.typing import NDArray

__version__: str

class FailedMembersWarning(UserWarning): ...

_Number = float | str
_Numbers = float | Sequence[float] | NDArray[Any] | str
_Starts = Sequence[Sequence[float]] | Sequence[float] | NDArray[Any] | str
_Path = str | PathLike[str]
_Progress = bool | Callable[[float, str], Any] | None

'''

FOLDERS = """def status(run_dir: _Path) -> list[dict[str, Any]]: ...
def merge(
    *folders: _Path, run_dir: _Path | None = None, raw: bool = False
) -> xarray.Dataset: ...
def open(path: _Path, *, raw: bool = False) -> xarray.Dataset: ...
def info() -> dict[str, Any]: ...
def words() -> dict[str, str]: ...
"""

TYPES = {
    "number": "_Number",
    "integer": "int | str",
    "seed": "int | str",
    "number_list": "_Numbers",
    "integer_list": "_Numbers",
    "text": "_Path",
    "flag": "bool",
}


# A list of values where one belongs: probability() runs a small sweep.
VALUES = {"number": "_Numbers", "integer": "_Numbers"}


def annotation(option: Option, command: str = "") -> str:
    kind = annotation_of_one(option)
    if option.list_families and not option.is_list:
        return "_Numbers | Sequence[_Numbers]" if command == "probability" else "_Numbers"
    if command == "trajectory" and option.name == "start":
        return "_Starts"
    if command != "probability" or option.is_list or option.is_pair:
        return kind
    return VALUES.get(option.kind) or (f"{kind} | Sequence[{kind}]" if option.choices else kind)


def annotation_of_one(option: Option) -> str:
    if option.takes_a_file:
        return "_Path"
    if option.choices:
        names = ", ".join(f'"{choice}"' for choice in option.choices)
        return f"Literal[{names}]"
    return "str | tuple[float, float]" if option.is_pair else TYPES[option.kind]


def parameter(name: str, option: Option, command: str) -> str:
    default = default_of(option)
    kind = annotation(option, command) + (" | None" if default is None else "")
    shown = f'"{default}"' if isinstance(default, str) else repr(default)
    return f"{name}: {kind} = {shown},\n"


def function(name: str, options: Mapping[str, Option], first: str = "") -> str:
    lines = f"{first}*,\n" + "".join(
        parameter(*item, name) for item in options.items()
    ) + "raw: bool = False,\nprogress: _Progress = None,\n"
    return f"def {name}(\n{indent(lines, '    ')}) -> xarray.Dataset: ...\n"


def stubs() -> str:
    parts = [HEADER]
    for command in commands():
        if in_python(command) in report_functions():
            parts.append(function(in_python(command), options_of(command)))
    description = "description: _Path | Mapping[str, Mapping[str, Any]],\n"
    diagram = function("phase_diagram", options_of("phase-diagram"), description)
    return "".join([*parts, diagram, FOLDERS])


if __name__ == "__main__":
    print(stubs(), end="")
