"""Text from outside, made fit for a terminal."""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Control characters but newline and tab as \xNN or \uNNNN, as the program prints them.

    They could move the cursor or change what a terminal shows.
    """
    return CONTROL.sub(lambda match: escaped(ord(match[0])), text)


def escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
