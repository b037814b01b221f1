"""Where the programs are: a package that scripts/gpu-package made, or the project's own tree."""
import json
import os
import pathlib
import shutil
import subprocess
from dataclasses import dataclass

PROGRAMS = "programs.tar.xz"  # of a package, with their libraries, until it is used first
TREES = ("/usr/local", "/usr/lib", "/opt")  # where a CUDA toolkit, or Python's wheels of it, may be


@dataclass(frozen=True)
class Place:
    root: pathlib.Path  # the package, or the project's root
    packaged: bool
    build: pathlib.Path  # of the tree; a package has none to build in
    commit: str
    architectures: str
    cublas: str = ""  # the library's name that a package's programs ask for

    def program(self, name):
        if self.packaged:
            return self.root / name
        where = {"modecollapse": "", "parity_test": "tests/parity"}.get(name, "bench")
        return self.build / where / name

    @property
    def bench(self):
        """Folder of gpu_ratios.py, gpu_sweep.toml and what they need."""
        return self.root if self.packaged else self.root / "bench"

    def environment(self):
        """Of every program that is started: the package's libraries, and cuBLAS wherever it is."""
        environment = dict(os.environ)
        environment["PATH"] += ":/usr/local/cuda/bin:/usr/local/nvidia/bin"
        folders = [str(self.root / "lib")] if self.packaged else []
        if self.cublas and (folder := folder_of(self.cublas)):
            folders.append(folder)
        folders += filter(None, [environment.get("LD_LIBRARY_PATH")])
        if folders:
            environment["LD_LIBRARY_PATH"] = ":".join(folders)
        return environment


def folder_of(library):
    """The folder that holds `library`, or None: the linker's own folders are asked first."""
    known = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False,
                           env={"PATH": os.environ.get("PATH", "") + ":/sbin:/usr/sbin"}
                           ).stdout if shutil.which("ldconfig") else ""
    for line in known.splitlines():
        if line.strip().startswith(library + " "):
            return str(pathlib.Path(line.split("=>")[1].strip()).parent)
    for tree in TREES:
        for folder, _, files in os.walk(tree):
            if library in files:
                return folder
    return None


def commit_of(root):
    """The commit, with "+dirty" where tracked files differ; "unknown" in a copy without git."""
    def git(*arguments):
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True,
                              check=False)
    try:
        head = git("rev-parse", "HEAD")
        if head.returncode != 0:
            return "unknown"
        changed = git("status", "--porcelain", "--untracked-files=no").stdout.strip()
    except FileNotFoundError:
        return "unknown"
    return head.stdout.strip() + ("+dirty" if changed else "")


def find_place(script, build=None, commit=None, architectures="native"):
    """script: path of gpu-check itself, which lies in a package or in the tree's scripts/."""
    folder = pathlib.Path(script).resolve().parent
    description = folder / "package.json"
    if description.is_file():
        package = json.loads(description.read_text(encoding="utf-8"))
        if not (folder / "modecollapse").exists():
            shutil.unpack_archive(folder / PROGRAMS, folder)
        return Place(folder, True, folder, package["commit"], package["architectures"],
                     package["cublas"])
    root = folder.parent
    return Place(root, False, pathlib.Path(build or root / "build" / "gpu-check").resolve(),
                 commit or commit_of(root), architectures)
