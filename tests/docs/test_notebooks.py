"""Executes the notebooks of examples/notebooks/, each in an empty folder."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import unittest
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[2] / "examples" / "notebooks"
NEEDED = ("nbclient", "nbformat", "ipykernel")
MISSING = [name for name in NEEDED if not importlib.util.find_spec(name)]


class Notebooks(unittest.TestCase):
    def test_there_are_some_and_none_holds_output(self):
        paths = sorted(NOTEBOOKS.glob("*.ipynb"))
        self.assertGreaterEqual(len(paths), 2)
        for path in paths:
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                self.assertFalse(cell.get("outputs"), path.name)

    @unittest.skipIf(MISSING, f"no Python module {', '.join(MISSING)}")
    def test_first_steps(self):
        outputs = self.execute("first_steps.ipynb")
        self.assertRegex(outputs, r"P\(collapse\) = 0\.5\d{3}")
        self.assertEqual(outputs.count("PNG"), 2)

    @unittest.skipIf(MISSING, f"no Python module {', '.join(MISSING)}")
    def test_phase_diagram(self):
        outputs = self.execute("phase_diagram.ipynb")
        self.assertIn("journal", outputs)
        self.assertEqual(outputs.count("PNG"), 2)

    def execute(self, name: str) -> str:
        """The texts of all outputs; PNG for a picture. Fails where a cell does."""
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
        with tempfile.TemporaryDirectory() as folder:
            client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}})
            client.execute()
        found = []
        for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
            data = output.get("data", {})
            found.append(output.get("text", data.get("text/plain", "")))
            found += ["PNG"] if "image/png" in data else []
        return "\n".join(found)


if __name__ == "__main__":
    unittest.main()
