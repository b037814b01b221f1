"""Progress of a run: a tqdm bar, a function of the caller's, or nothing."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Optional, Union

Update = Callable[[float, str], Any]  # fraction in [0, 1], what is being done


def is_notebook() -> bool:
    """Is this Jupyter's kernel?"""
    return "ipykernel" in sys.modules


@contextlib.contextmanager
def progress_bar(
    title: str, progress: Union[bool, Update, None]
) -> Iterator[Optional[Update]]:
    """What the engine should call.

    progress: True: a bar; None: a bar if standard error is a terminal, or in a notebook, and
    tqdm is installed; False: nothing; a function: that one.
    """
    if callable(progress):
        yield progress
        return
    shown = is_notebook() or sys.stderr is not None and sys.stderr.isatty()
    closed = sys.stderr is None  # Python's word for a standard error that was closed when it began
    if closed or progress is False or progress is None and not shown:
        yield None
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without widgets: a bar of text
            from tqdm.auto import tqdm
    except ModuleNotFoundError:
        if progress:
            warnings.warn("progress needs tqdm (pip install tqdm)", stacklevel=4)
        yield None
        return
    layout = "{desc} {percentage:3.0f} %|{bar}| {elapsed} < {remaining} {postfix}"
    with tqdm(desc=title, total=1.0, bar_format=layout, leave=False) as bar:

        def update(fraction: float, note: str) -> None:
            bar.set_postfix_str(note, refresh=False)
            bar.update(fraction - bar.n)

        yield update
