"""Phase diagrams and the other commands that work on a run folder, and info."""

from __future__ import annotations

import json
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from ._arguments import given_options, in_names_of
from ._commands import commands, in_words_of_python, options_of, tell
from ._documentation import docstring, signature
from ._extension import engine
from ._progress import progress_bar
from ._toml import sweep_toml

if TYPE_CHECKING:
    import xarray

PathLike = Union[str, "os.PathLike[str]"]
EXIT_FAILED_CELLS, EXIT_STOPPED = 6, 75


def run(
    command: str,
    positionals: Sequence[PathLike],
    arguments: Mapping[str, Any],
    progress: Any = False,
    **fixed: str,
) -> tuple[int, str]:
    """Exit code, and what the program would print."""
    given = given_options(command, options_of(command), arguments)
    given.update({name: (text, name) for name, text in fixed.items()})
    with progress_bar(command, progress) as update, in_words_of_python():
        paths = [os.fspath(path) for path in positionals]
        code, printed, warned = engine().run_command(command, given, paths, update)
    if code == EXIT_FAILED_CELLS and not warned:
        warned = ["cells failed: see status, and log.txt in run_dir"]
    tell(warned, stacklevel=4)
    return code, printed


def read_result(printed: str, raw: bool) -> xarray.Dataset:
    """The file that a summary names, in memory."""
    from ._dataset import open_dataset

    return open_dataset(re.findall(r"^result: (.*)$", printed, re.MULTILINE)[-1], raw=raw)


def documented(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a function on run folders its docstring."""
    command = function.__name__.replace("_", "-")
    options = dict(options_of(command)) if command == "phase-diagram" else {}
    options.pop("run_dir", None)
    help_text = commands()[command]["help"]
    function.__doc__ = docstring(command, help_text[0].upper() + help_text[1:], options)
    function.__module__ = "modecollapse"
    return function


@documented
def phase_diagram(
    description: Union[PathLike, Mapping[str, Any]],
    *,
    run_dir: Union[PathLike, None] = None,
    raw: bool = False,
    progress: Any = None,
    **arguments: Any,
) -> xarray.Dataset:
    with tempfile.TemporaryDirectory(prefix="modecollapse-") as scratch:
        if isinstance(description, Mapping):
            path = Path(scratch, "description.toml")
            path.write_text(sweep_toml(description), encoding="utf-8")
        else:
            path = Path(description)
        arguments["run_dir"] = Path(scratch, "run") if run_dir is None else run_dir
        try:
            code, printed = run("phase-diagram", [path], arguments, progress)
        except ValueError as error:
            error.args = (str(error).replace(f"{scratch}{os.sep}", ""),)
            raise
        if code == EXIT_STOPPED and not printed:
            raise TimeoutError("max_time: over before the sweep had begun: nothing is written")
        result = read_result(printed, raw)
    if code == EXIT_STOPPED:
        warnings.warn("stopped early: go on with resume=True", stacklevel=2)
    return result


def small_sweep(
    axes: Sequence[str], arguments: Mapping[str, Any], *, raw: bool, progress: Any
) -> xarray.Dataset:
    """probability with lists: the grid of all their values, kept nowhere."""
    how = {name: arguments[name] for name in arguments if name in options_of("phase-diagram")}
    if arguments.get("output") is not None:
        raise ValueError("output: a list of values makes a sweep; write it by "
                         "phase_diagram(..., run_dir=...)")  # fmt: skip
    fixed = {n: v for n, v in arguments.items() if n not in how and n not in axes and v is not None}
    grid = {"axes": {name: arguments[name] for name in axes}, "fixed": fixed}
    try:
        return phase_diagram(grid, raw=raw, progress=progress, **how)
    except ValueError as error:
        error.args = (without_the_file(str(error), arguments),)
        raise


def without_the_file(message: str, names: Iterable[str]) -> str:
    """A message about a sweep file that the caller did not write, in the caller's names."""
    place = r"description\.toml(, line \d+, column \d+)?"
    return in_names_of(re.sub(rf" \({place}\)|{place}: ", "", message), names)


@documented
def status(run_dir: PathLike) -> list[dict[str, Any]]:
    folders = json.loads(run("status", [run_dir], {}, format="json")[1])
    for folder in folders:
        if folder["pending"] and not folder["running"]:
            warnings.warn(
                f"{folder['folder']}: {folder['pending']} of {folder['cells']} cells are pending: "
                "they hold no result until the run goes on with resume=True",
                stacklevel=2,
            )
    return folders


@documented
def merge(
    *folders: PathLike, run_dir: Union[PathLike, None] = None, raw: bool = False
) -> xarray.Dataset:
    return read_result(run("merge", folders, {"run_dir": run_dir})[1], raw)



@documented
def info() -> dict[str, Any]:
    return json.loads(run("info", [], {}, format="json")[1])


def complete_signature() -> None:
    """phase_diagram(description, *, ...) with every option it takes."""
    phase_diagram.__signature__ = signature(  # type: ignore[attr-defined]
        options_of("phase-diagram"), positional="description"
    )


complete_signature()
