"""Executes the code blocks of README.md, CONTRIBUTING.md and docs/, in an empty folder each page.

Commands of the program run. What is shown below one is compared, but for times and the
instruction set. Python blocks of a page share one namespace. To stay under a minute, big
runs get fewer trajectories; nothing shown is compared then. mpirun starts two ranks in a
folder of their own. What other tests execute (.ci/run: builds and scripts; the wheel's
test: pip) or what needs a cluster's queue is checked to exist: BUILDS.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

from blocks import Block, blocks_of, commands_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ["MODECOLLAPSE_PROGRAM"])
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "howto").glob("*.md")),
    *sorted((ROOT / "docs" / "explanation").glob("*.md")),
]
BUILDS = ("cmake", "ctest", "pip", "scripts/", "bench/", ".ci/", "sbatch")
RUN = ("modecollapse", "modecollapse-report", "python3", "mpirun")
NO_CODE = ("{toctree}", "text", "mermaid")
FEW = "60"  # trajectories of a run that is made small


def made_small(command: list[str]) -> tuple[list[str], bool]:
    """The command with few trajectories if it is a long one, and whether it was."""
    if "--trajectories" in command or "--config" in command:
        return command, False
    if command[:2] == ["modecollapse", "threshold"]:
        return [*command, "--trajectories", FEW], True
    return command, False


def comparable(text: str) -> str:
    text = re.sub(r"[\d.]+ s on .*", "SECONDS", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def is_code(text: str) -> bool:
    """Whether an indented block holds commands, by how it begins."""
    first = text.lstrip().removeprefix("$ ").split()[0]
    return text.startswith("$ ") or first in RUN or first.startswith(BUILDS)


class Sandbox:
    """An empty folder with copies of what a reader has: examples and the programs."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "results").mkdir()
        shutil.copytree(ROOT / "examples", folder / "examples")
        for file in (folder / "examples").glob("*.toml"):
            text = re.sub(r"(?m)^(max-)?trajectories = \S+", rf"\g<1>trajectories = {FEW}",
                          file.read_text())
            file.write_text(text)
        shutil.copy(folder / "examples" / "radius_dimension.toml", folder / "FILE.toml")
        programs = folder / "bin"
        programs.mkdir()
        (programs / "modecollapse").symlink_to(PROGRAM)
        (programs / "python3").symlink_to(sys.executable)
        report = programs / "modecollapse-report"
        report.write_text(f'#!/bin/sh\nexec {sys.executable} -m modecollapse.report "$@"\n')
        report.chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def run(self, command, **options):
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
            timeout=300, **options)  # fmt: skip


class CodeBlocks(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.sandbox = Sandbox(Path(holder.name))

    def check_page(self, path: Path) -> None:
        python = []
        for block in blocks_of(path):
            with self.subTest(block=block.where):
                if block.language == "python":
                    python.append(block.text)
                    self.run_python(block, python)
                elif block.language == "toml":
                    self.check_toml(block)
                elif block.language == "" and not is_code(block.text):
                    continue  # formulas
                elif block.language in ("", "console", "sh"):
                    for command, shown in commands_of(block.text):
                        self.run_command(block, command, shown)
                else:
                    self.assertIn(block.language, NO_CODE, "what is to be done with it?")

    def run_python(self, block: Block, blocks: list[str]) -> None:
        if "results/threshold.nc" in block.text:
            small = shlex.split(
                "threshold --dimension 10,100 --trajectories 100 --seed 7 --output "
                "results/threshold.nc")
            self.sandbox.run([PROGRAM, *small], check=True)
        for folder in re.findall(r'run_dir="([^"]+)"', "\n".join(blocks[:-1])):
            shutil.rmtree(self.sandbox.folder / folder)  # the blocks before run once more
        result = self.sandbox.run([sys.executable, "-c", "\n".join(blocks)])
        self.assertEqual(result.returncode, 0, result.stderr)

    def check_toml(self, block: Block) -> None:
        """A description of a phase diagram; what follows on the page finds it as plane.toml."""
        self.assertIn("axes", tomllib.loads(block.text))
        (self.sandbox.folder / "plane.toml").write_text(block.text)
        result = self.sandbox.run([PROGRAM, "phase-diagram", "plane.toml", "--dry-run"])
        self.assertEqual(result.returncode, 0, result.stderr)

    def run_command(self, block: Block, line: str, shown: str) -> None:
        words = shlex.split(line)
        if words[0].startswith(BUILDS):
            self.check_exists(words)
            return
        if words[:3] == ["python3", "-m", "modecollapse._stubs"]:
            line = line.split(">")[0]
            self.assertEqual(self.sandbox.run(shlex.split(line)).returncode, 0)
            return
        self.assertIn(words[0], RUN, block.where)
        if words[0] == "mpirun":
            self.run_ranks(words)
            return
        if "modecollapse.figures.interactive" in words:
            return  # python/tests/test_interactive.py
        if "plane.toml" in words and not (self.sandbox.folder / "plane.toml").exists():
            shutil.copy(self.sandbox.folder / "FILE.toml", self.sandbox.folder / "plane.toml")
        words, small = made_small(words)
        if "--shard" not in words and "DIR" in words and "--resume" not in words:
            words.append("--resume")
        result = self.sandbox.run(words)
        self.assertEqual(result.returncode, 0, f"{block.where}: {line}\n{result.stderr}")
        if shown and not small and "examples/" not in line:
            expected = comparable(shown).splitlines()  # may stop early
            printed = comparable(result.stdout).splitlines()[: len(expected)]
            self.assertEqual(printed, expected, block.where)

    def run_ranks(self, words: list[str]) -> None:
        info = self.sandbox.run(["modecollapse", "info", "--format", "json"]).stdout
        if shutil.which("mpirun") is None or not json.loads(info)["mpi"]:
            self.skipTest("built without MPI")
        words = ["ranks" if word == "DIR" else word for word in words]
        words[words.index("-n") + 1] = "2"
        result = self.sandbox.run([words[0], "--allow-run-as-root", "--oversubscribe", *words[1:]])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("0 failed, 0 pending", result.stdout)

    def check_exists(self, words: list[str]) -> None:
        if "/" in words[0]:
            self.assertTrue((ROOT / words[0]).is_file(), words[0])
        if words[0] == "cmake" and "--preset" in words:
            presets = (ROOT / "CMakePresets.json").read_text()
            self.assertIn(f'"{words[words.index("--preset") + 1]}"', presets)


def page_test(path: Path):
    return lambda self: self.check_page(path)


for page in PAGES:
    name = re.sub(r"\W+", "_", str(page.relative_to(ROOT)))
    setattr(CodeBlocks, f"test_{name}", page_test(page))


class Examples(unittest.TestCase):
    def test_from_install_to_a_threshold_curve_in_ten_lines(self):
        path = ROOT / "examples" / "threshold_curve.py"
        code = [line for line in path.read_text().splitlines()[1:] if line and line[0] != "#"]
        self.assertLessEqual(len(code), 10)
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run(
                [sys.executable, path], cwd=folder, capture_output=True, text=True,
                timeout=300)  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("1000", result.stdout)
            self.assertTrue(Path(folder, "threshold.png").is_file())


if __name__ == "__main__":
    unittest.main()
