"""Code blocks of Markdown files: fenced ones with their language, indented ones."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(```+)\s*(\{?[\w-]*\}?)")


@dataclass(frozen=True)
class Block:
    path: Path
    line: int  # of its first line, from 1
    language: str  # "" for an indented block
    text: str

    @property
    def where(self) -> str:
        return f"{self.path.name}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    lines = path.read_text(encoding="utf-8").splitlines()
    blocks, i = [], 0
    while i < len(lines):
        fence = FENCE.match(lines[i])
        if fence:
            end = next(j for j in range(i + 1, len(lines)) if lines[j].startswith(fence[1]))
            blocks.append(Block(path, i + 2, fence[2], "\n".join(lines[i + 1 : end])))
            i = end + 1
        elif lines[i].startswith("    ") and (i == 0 or not lines[i - 1].strip()):
            end = i
            while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                end += 1
            text = textwrap.dedent("\n".join(lines[i:end])).rstrip()
            blocks.append(Block(path, i + 1, "", text))
            i = end
        else:
            i += 1
    return blocks


def commands_of(text: str) -> list[tuple[str, str]]:
    """Each command of a console block, and what is shown below it ("": nothing)."""
    commands: list[tuple[str, list[str]]] = []
    prompts = text.lstrip().startswith("$ ")
    for line in text.splitlines():
        if not prompts:
            commands.append((line, []))
        elif line.startswith("$ "):
            commands.append((line[2:], []))
        else:
            commands[-1][1].append(line.rstrip())
    return [
        (re.sub(r"\s+# .*$", "", command).strip(), "\n".join(shown).strip())
        for command, shown in commands
        if command.strip() and not command.lstrip().startswith("#")
    ]
