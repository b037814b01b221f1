"""One Python function for each command of the engine that computes a result.

Made from the engine's own tables when first used, so an option or a command that is
added there needs nothing here.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._arguments import HIDDEN, Option, given_options, in_names_of, in_python, in_python_words
from ._documentation import docstring, signature
from ._extension import engine
from ._starts import starts_among, trajectories_from

if TYPE_CHECKING:
    import xarray


@functools.lru_cache(maxsize=None)
def commands() -> dict[str, dict[str, Any]]:
    """Every command by name, as the engine describes it."""
    return {command["name"]: command for command in engine().commands()}


@functools.lru_cache(maxsize=None)
def options_of(command: str) -> dict[str, Option]:
    """Keyword argument -> option, for those that a command has in Python."""
    return {
        in_python(entry["name"]): Option(**entry)
        for entry in commands()[command]["options"]
        if entry["name"] not in HIDDEN
    }


@functools.lru_cache(maxsize=None)
def report_functions() -> dict[str, Callable[..., xarray.Dataset]]:
    """Python name -> function, for every command that computes one result."""
    return {
        in_python(name): report_function(name)
        for name, command in commands().items()
        if command["is_report"]
    }


def report_function(command: str) -> Callable[..., xarray.Dataset]:
    def function(
        *, raw: bool = False, progress: Any = None, **arguments: Any
    ) -> xarray.Dataset:
        from ._dataset import dataset_of
        from ._progress import progress_bar

        axes = axes_among(command, arguments)
        if axes:
            from ._folders import small_sweep

            return small_sweep(axes, arguments, raw=raw, progress=progress)
        starts = starts_among(command, arguments)
        if starts is not None:
            one = functools.partial(function, raw=raw, progress=False)
            return trajectories_from(one, starts, arguments)
        given = given_options(command, options_of(command), arguments)
        with progress_bar(command, progress) as update, in_words_of_python(arguments):
            result, warned = engine().run_report(command, given, update)
        tell(warned)
        return dataset_of(result, raw=raw)

    function.__name__ = function.__qualname__ = in_python(command)
    function.__module__ = "modecollapse"
    options = options_of(command)
    function.__doc__ = docstring(command, commands()[command]["help"], options)
    function.__signature__ = signature(options)  # type: ignore[attr-defined]
    return function


def axes_among(command: str, arguments: dict[str, Any]) -> list[str]:
    """Arguments of probability that are lists of values: a sweep is asked for.

    Of an option that takes a list, such as the weights of the modes, a list of lists is one.
    """
    if command != "probability":
        return []
    lists = []
    for name, value in arguments.items():
        option = options_of(command).get(name)
        if option is None or option.is_list or option.is_pair or not is_list(value):
            continue
        of_lists = any(map(is_list, value)) or any("," in v for v in value if isinstance(v, str))
        if of_lists if option.takes_list(arguments) else getattr(value, "ndim", 1) == 1:
            lists.append(name)
    return lists


def is_list(value: Any) -> bool:
    sized = not isinstance(value, (str, Mapping)) and hasattr(value, "__len__")
    return sized and getattr(value, "ndim", 1) > 0 and len(value) > 0


class FailedMembersWarning(UserWarning):
    """Some members of an ensemble failed: see `failed` and `exit_code` of the result."""


def tell(warned: list[str], stacklevel: int = 3) -> None:
    for text in warned:
        message = in_python_words(text)
        warnings.warn(message, FailedMembersWarning, stacklevel=stacklevel)


class in_words_of_python:
    """Rewrites `--radius-range` to `radius_range` in the engine's messages.

    names: the caller's arguments, which are rewritten without the dashes too.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = [name for name in names if "_" in name]

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, (ValueError, OSError, RuntimeError)) and error.args:
            message = in_names_of(in_python_words(str(error.args[0])), self.names)
            error.args = (message, *error.args[1:])
