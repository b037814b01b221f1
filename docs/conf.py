"""Sphinx: sphinx-build -W docs OUT, with the built package on PYTHONPATH."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import reference  # noqa: E402

reference.write(HERE / "generated")

project = "modecollapse"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = []
html_theme = "alabaster"
html_theme_options = {"description": "mode collapse in variational inference"}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
# README and ARCHITECTURE are outside: they are named, not linked
