"""`pip install .` in a fresh virtual environment, then the package's tests in it.

    python3 run_wheel_test.py SOURCE WORK [NAME=VALUE...]

NAME=VALUE: CMake options of the build, for instance MODECOLLAPSE_LIBRARIES for libraries that
are built already.

With PyPI in reach, everything that pip needs comes from there. Without, the build
requirements and the packages used must be installed for this Python; if they are not,
the test is skipped (exit code 77).
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
BUILD_NEEDS = ("scikit_build_core", "pybind11")
USE_NEEDS = ("numpy", "xarray", "netCDF4")
TESTS = ("test_package_results", "test_package_behaviour", "test_package_errors",
         "test_interactive")


def run(*command, **options):
    print("+", *command, flush=True)
    return subprocess.run([str(part) for part in command], **options)


def index_in_reach(pip, work):
    fetch = [*pip, "download", "--quiet", "--no-deps", "--dest", work / "reach"]
    patience = ["--retries", "1", "--timeout", "15"]
    return run(*fetch, *patience, "scikit-build-core").returncode == 0


def main():
    source, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    environment = work / "venv"
    shutil.rmtree(environment, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    run(sys.executable, "-m", "venv", environment, check=True)
    python = environment / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    install = ["install", "--quiet", f"--config-settings=build-dir={work / 'build'}"]
    install += [f"--config-settings=cmake.define.{option}" for option in sys.argv[3:]]
    if index_in_reach(pip, work):
        run(*pip, *install, f"{source}[figures,interactive,progress]", check=True)
    else:
        missing = [n for n in (*BUILD_NEEDS, *USE_NEEDS) if not importlib.util.find_spec(n)]
        if missing:
            print(f"skipped: no package index in reach, and {', '.join(missing)} missing")
            return SKIPPED
        run(sys.executable, "-m", "venv", "--system-site-packages", environment, check=True)
        run(*pip, *install, "--no-build-isolation", "--no-deps", source, check=True)

    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    clean["MODECOLLAPSE_PROGRAM"] = str(environment / "bin" / "modecollapse")
    tests = source / "python" / "tests"
    command = [python, "-B", "-m", "unittest", "-v", *TESTS]
    return run(*command, cwd=tests, env=clean).returncode


if __name__ == "__main__":
    sys.exit(main())
