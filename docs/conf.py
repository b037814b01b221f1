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
exclude_patterns: list[str] = []
html_theme = "alabaster"
html_theme_options = {"description": "mode collapse in variational inference",
                      "page_width": "70rem", "font_size": "15px"}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3


def named_only(app, env, node, contnode):
    """A link to a file of the project outside docs/: its words, if the file is there."""
    target = (HERE / node.get("refdoc", "")).parent / node.get("reftarget", "").split("#")[0]
    return contnode if node.get("reftarget") and target.exists() else None


def setup(app):
    app.connect("missing-reference", named_only)
