"""Builds docs/ to HTML; warnings are errors.

    python3 build_html.py SOURCE OUTPUT

Exit code 77 (skipped) if Sphinx or MyST is not installed for this Python.
"""

import importlib.util
import subprocess
import sys

missing = [name for name in ("sphinx", "myst_parser") if not importlib.util.find_spec(name)]
if missing:
    print(f"skipped: no Python module {', '.join(missing)} (scripts/packages: docs_packages)")
    sys.exit(77)
command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
sys.exit(subprocess.run([*command, *sys.argv[1:]]).returncode)
