"""Phase diagrams and the other commands that work on a run folder, and info."""

from __future__ import annotations

import json
import os
import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from ._arguments import given_options
from ._commands import engine, in_words_of_python, options_of
from ._documentation import documented, signature
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
        return engine().run_command(command, given, paths, update)


def read_result(printed: str) -> xarray.Dataset:
    """The file that a summary names, in memory."""
    import xarray

    path = re.findall(r"^result: (.*)$", printed, re.MULTILINE)[-1]
    with xarray.open_dataset(path) as dataset:
        return dataset.load()


@documented
def phase_diagram(
    description: Union[PathLike, Mapping[str, Any]],
    *,
    run_dir: Union[PathLike, None] = None,
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
        result = read_result(printed)
    if code == EXIT_FAILED_CELLS:
        warnings.warn("some cells failed: see status, and log.txt in run_dir")
    if code == EXIT_STOPPED:
        warnings.warn("stopped early: go on with resume=True")
    return result


@documented
def status(run_dir: PathLike) -> list[dict[str, Any]]:
    return json.loads(run("status", [run_dir], {}, format="json")[1])


@documented
def merge(*folders: PathLike, run_dir: Union[PathLike, None] = None) -> xarray.Dataset:
    return read_result(run("merge", folders, {"run_dir": run_dir})[1])


@documented
def info() -> dict[str, Any]:
    return json.loads(run("info", [], {}, format="json")[1])


def complete_signature() -> None:
    """phase_diagram(description, *, ...) with every option it takes."""
    phase_diagram.__signature__ = signature(  # type: ignore[attr-defined]
        options_of("phase-diagram"), positional="description"
    )


complete_signature()
