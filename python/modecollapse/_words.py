"""What the words of an output mean: the tables of docs/glossary.md, installed beside this file."""

from __future__ import annotations

import functools
import re
from pathlib import Path

_HERE = Path(__file__).resolve().parent
# installed; in the sources
_PLACES = (_HERE / "glossary.md", _HERE.parents[1] / "docs" / "glossary.md")


@functools.lru_cache(maxsize=None)
def words() -> dict[str, str]:
    """What the words of an output mean, by word: outcomes, statuses, quantities, symbols.

    Returns
    -------
    dict of str

    Examples
    --------
    >>> modecollapse.words()["matched"]
    'the first mean on +mu*, the second on -mu*: both modes are covered'
    """
    text = next(place for place in _PLACES if place.exists()).read_text(encoding="utf-8")
    meanings: dict[str, list[str]] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for name in re.findall(r"`([^`]+)`", cells[0]) if len(cells) > 1 else ():
            meanings.setdefault(name, []).append(plain(cells[1]))
    return {name: "; ".join(texts) for name, texts in meanings.items()}


def plain(markdown: str) -> str:
    """Text without links, ticks and escapes."""
    return re.sub(r"\s*\(\[[^]]*\]\([^)]*\)\)|`", "", markdown).replace("\\|", "|")
