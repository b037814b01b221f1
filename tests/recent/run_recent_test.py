"""The package that CMake built, in a fresh virtual environment with recent NumPy and xarray.

    python3 run_recent_test.py SOURCE BUILD [--newest]

The versions are those of python/tests/requirements-recent.txt: they decide. With --newest the same
packages without their versions, whatever came out today: a failure there only warns (exit code 0).
Skipped (exit code 77) without a package index in reach.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
TESTS = ("test_recent", "test_extension")


def run(*command: object, **options) -> int:
    print("+", *command, flush=True)
    return subprocess.run([str(part) for part in command], **options).returncode


def environment_of(requirements: list[str], folder: Path) -> Path | None:
    """The interpreter of an environment with these packages; None without an index in reach.

    One that was made before for the same packages is taken again.
    """
    python, made = folder / "bin" / "python", folder / "made"
    wanted = "\n".join([sys.version, *requirements])
    if made.exists() and made.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"]
    if run(*pip, "install", "--quiet", *requirements) != 0:
        return None
    made.write_text(wanted)
    return python


def main() -> int:
    source, build = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    newest = "--newest" in sys.argv[3:]
    lines = (source / "python/tests/requirements-recent.txt").read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    if newest:
        requirements = [re.split("==", line)[0] for line in requirements]
        shutil.rmtree(build / "recent-test/newest", ignore_errors=True)
    folder = build / "recent-test" / ("newest" if newest else "pinned")
    python = environment_of(requirements, folder)
    if python is None:
        print("skipped: no package index in reach for", *requirements)
        return SKIPPED
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    clean["PYTHONPATH"] = str(build / "python")
    code = run(python, "-B", "-W", "error::DeprecationWarning:modecollapse", "-m", "unittest", "-v",
               *TESTS, cwd=source / "python/tests", env=clean)
    if code != 0 and newest:
        run(python, "-m", "pip", "--disable-pip-version-check", "freeze")
        print("warning: the package fails with the newest NumPy and xarray (above)")
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
