"""A page of the result of every command and family: the cases of tests/cli/every_command.py."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

from modecollapse import report

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "cli"))
import every_command as cases
import program


class Everything(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def made(self, file, *arguments):
        """The page of the result that the program writes into a file, or why there is none."""
        done = program.run(*arguments, "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.redirect_stdout(said):
            code = report.main([str(file), "--output", str(self.folder / "page.html")])
        self.assertEqual(code, 0, said.getvalue())
        page = (self.folder / "page.html").read_text(encoding="utf-8")
        self.assertIn("</html>", page)
        self.assertNotIn("Traceback", page)

    def test_commands(self):
        file = self.folder / "result.nc"
        for name, arguments in cases.CASES.items():
            with self.subTest(name):
                self.made(file, *arguments, "--output", file)

    def test_sweeps(self):
        for number, (name, text) in enumerate(cases.SWEEPS.items()):
            with self.subTest(name):
                sweep, run = self.folder / "sweep.toml", self.folder / f"run{number}"
                sweep.write_text(cases.completed(text), encoding="utf-8")
                self.made(run / "result.nc", "phase-diagram", sweep, "--run-dir", run)


if __name__ == "__main__":
    unittest.main()
