"""Writes the reference pages from the source: commands, Python functions, benchmarks.

    python3 docs/reference.py FOLDER

Commands and functions come from the engine's own tables, benchmarks from bench/results.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path

import modecollapse
from modecollapse import _commands, figures

ROOT = Path(__file__).resolve().parents[1]
FIGURE_ENDS = ("_figure", "_animation", "_diagram")
KINDS = {
    "number": "number",
    "integer": "whole number",
    "seed": "whole number",
    "number_list": "list of numbers",
    "integer_list": "list of whole numbers",
    "choice": "choice",
    "text": "text",
    "flag": "flag",
}


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    pages = {"commands": commands(), "python": functions(), "benchmarks": benchmarks()}
    for name, text in pages.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def cell(text: object) -> str:
    return str(text).replace("|", r"\|")


def allowed(option: dict) -> str:
    return option["range"].replace("|", ", ") if option["kind"] == "choice" else option["range"]


def commands() -> str:
    parts = [
        "# Commands\n\nMade from the option table of the program. `modecollapse COMMAND "
        "--help-all` prints the same. A flag beats the file of `--config`. Lists: "
        "`10,100,1000`, `1:4:0.25`, `log:1:1000:31`.\n"
    ]
    for name, command in _commands.commands().items():
        usage = " ".join(filter(None, ["modecollapse", name, command["positional"]]))
        parts.append(f"## {name}\n\n{command['help']}\n\n`{usage} [OPTIONS]`\n")
        group = None
        for option in command["options"]:
            if option["group"] != group:
                group = option["group"]
                parts.append(
                    f"\n**{group}**\n\n| option | default | |\n|---|---|---|"
                )
            row = (
                f"`--{option['name']}`",
                "" if option["default"] is None else f"`{option['default']}`",
                f"{option['help']}: {KINDS[option['kind']]}, {allowed(option)}",
            )
            parts.append(f"| {' | '.join(map(cell, row))} |")
        parts.append("")
    return "\n".join(parts) + "\n"


def functions() -> str:
    others = ["phase_diagram", "status", "merge", "info", "open", "words"]
    names = [*_commands.report_functions(), *others]
    parts = [
        "# Python functions\n\nThe docstrings of the package `modecollapse`; arguments "
        "are checked by the option table of the program.\n"
    ]
    parts += [described("modecollapse", getattr(modecollapse, name)) for name in names]
    parts.append("# Figures\n\nFunctions of `modecollapse.figures`; each takes results and "
                 "returns a matplotlib Figure. `python3 -m modecollapse.figures` calls them.\n")
    for path in sorted(Path(figures.__file__).parent.glob("*.py")):
        module = importlib.import_module(f"modecollapse.figures.{path.stem}")
        parts += [
            described(module.__name__, function)
            for name, function in vars(module).items()
            if name.endswith(FIGURE_ENDS) and function.__module__ == module.__name__
        ]
    return "\n".join(parts)


def described(place: str, function: Callable) -> str:
    """A directive with the signature, so that the index has it, and the docstring."""
    name = function.__name__.removesuffix("_dataset")  # open
    text = inspect.cleandoc(function.__doc__ or "")
    signature = str(inspect.signature(function)).replace("typing.", "")
    return (f"## {name}\n\n````{{py:function}} {place}.{name}{signature}\n\n"
            f"```text\n{text}\n```\n````\n")


def benchmarks() -> str:
    parts = ["# Benchmarks\n\nAs recorded by `bench/run`, newest first.\n"]
    for path in sorted((ROOT / "bench" / "results").glob("*.md"), reverse=True):
        lines = path.read_text(encoding="utf-8").splitlines()
        parts.append(f"## {path.stem}\n")
        parts.append("\n".join(f"#{line}" if line.startswith("#") else line for line in lines))
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
