"""Monte Carlo engine for mode collapse in variational inference, in Python.

The functions mirror the commands of the program `modecollapse`: keyword arguments are
the long options with `_` for `-`, results are xarray.Datasets equal to the result
files. `help(modecollapse.probability)` lists every argument with range and default.

    >>> import modecollapse
    >>> result = modecollapse.probability(radius=1.5, dimension=100, seed=7)

Where members of an ensemble failed, a FailedMembersWarning says how many and what to
change; the result is there all the same, its `failed` counts them, and its attribute
`exit_code` is 6 where they are too many for `failed_limit` or leave a probability NaN.

`modecollapse.words()` says what the words of a result mean: outcomes, statuses, symbols.
`modecollapse.open` reads a result file, `modecollapse.figures` draws results,
`modecollapse.report` makes a page of one.
"""

from __future__ import annotations

from typing import Any

_SWEEPS = ("phase_diagram", "status", "merge", "info")
_WARNING = "FailedMembersWarning"


def __getattr__(name: str) -> Any:
    # Loaded when first used: the figures need no engine, and importing is quick.
    if name.startswith("__") and name != "__version__":
        raise AttributeError(name)
    if name == "__version__":
        from ._extension import engine

        value: Any = engine().version()
    elif name == "open":
        from ._dataset import open_dataset

        return open_dataset  # not kept here, where it would hide Python's own
    elif name == _WARNING:
        from ._commands import FailedMembersWarning

        value = FailedMembersWarning
    elif name in ("figures", "report"):
        import importlib

        value = importlib.import_module(f"modecollapse.{name}")
    elif name == "words":
        from ._words import words as value
    elif name in _SWEEPS:
        from . import _folders

        value = getattr(_folders, name)
    else:
        from ._commands import report_functions

        functions = report_functions()
        if name not in functions:
            raise AttributeError(f"module 'modecollapse' has no attribute {name!r}")
        value = functions[name]
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    from ._commands import report_functions

    others = ("figures", "open", "report", "words", "__version__")
    return sorted([*report_functions(), *_SWEEPS, _WARNING, *others])
