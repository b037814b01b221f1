"""The command line of scripts/gpu-check, and the loop over its items."""
import argparse
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from . import card, record
from .account import NO_TIME, Account, OtherCard
from .items import ITEMS
from .place import find_place
from .run import Ended, run
from .sanitizers import TOOLS

QUICK = 1e-5  # of every number of trajectories
FAILED, WRONG_USE, NO_GPU = 1, 2, 3


class Context:
    """What an item may ask for."""

    def __init__(self, arguments, place, began):
        self.arguments, self.place, self.began = arguments, place, began
        self.folder = pathlib.Path(arguments.folder).resolve()
        self.environment = place.environment()
        self.python, self.peer_python = sys.executable, arguments.peer_python
        self.cores = os.cpu_count() or 1
        self.scratch = pathlib.Path()

    def program(self, name):
        return self.place.program(name)

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def has_tool(self, name):
        return shutil.which(name, path=self.environment["PATH"]) is not None

    def size(self, trajectories, least):
        """Of a run: as it is, or small where --quick was asked for; at least `least`."""
        return int(max(trajectories * (QUICK if self.arguments.quick else 1.0), least))

    def left(self):
        seconds = self.arguments.seconds
        return float("inf") if seconds is None else self.began + seconds - time.monotonic()

    def run(self, item, command, **variables):
        cut = self.left() < item.limit
        return run(command, max(1.0, min(item.limit, self.left())),
                   self.scratch / f"{item.name}.log", {**self.environment, **variables}, cut,
                   cwd=self.scratch)

    def sweep_file(self):
        text = (self.place.bench / "gpu_sweep.toml").read_text(encoding="utf-8")
        if self.arguments.quick:
            text = re.sub(r"(?m)^trajectories = .*", "trajectories = 100", text)
            text = re.sub(r"(?m)^radius = .*", 'radius = "1:2:0.5"', text)
            text = re.sub(r"(?m)^dimension = .*", "dimension = [10, 100]", text)
        path = self.scratch / "gpu_sweep.toml"
        path.write_text(text, encoding="utf-8")
        return path

    @property
    def sweep_text(self):
        return "3 x 2 cells of 100" if self.arguments.quick else "100 x 100 cells of 10^5"

    def forget_build(self):
        """Until the build has succeeded an old program is not what is to be checked."""
        (self.program("modecollapse")).unlink(missing_ok=True)


def items_of(words, packaged):
    """The items that `words` (parts, sanitizer tools, items) name; all of them without words."""
    there = [item for item in ITEMS if not (packaged and item.trees_only)]
    if not words:
        return there
    known = {item.name for item in there} | {item.part for item in there} | set(TOOLS)
    if unknown := [word for word in words if word not in known]:
        raise ValueError(f"no such part: {', '.join(unknown)}; parts: "
                         f"{' '.join(dict.fromkeys(item.part for item in there))} "
                         f"{' '.join(TOOLS)}; items: {' '.join(item.name for item in there)}")
    return [item for item in there if item.name in words or item.part in words
            or item.name.split("-")[0] in words]


def run_item(context, item):
    if context.left() < 1:
        return Ended("skipped", NO_TIME)
    for name in item.needs:
        if not (context.folder / name).is_file():
            return Ended("failed", f"it needs {name}")
    if item.part != "build" and not item.name.startswith("peer-realnvp") \
            and not context.program("modecollapse").is_file():
        return Ended("failed", "it needs a build that succeeded")
    with tempfile.TemporaryDirectory(prefix="gpu-check-") as scratch:
        context.scratch = pathlib.Path(scratch)
        try:
            return item.run(context, item)
        except (OSError, ValueError, KeyError) as error:  # an output that cannot be read
            return Ended("failed", f"{type(error).__name__}: {error}")


def parse(arguments, help_text):
    parser = argparse.ArgumentParser(
        prog="gpu-check", description=help_text,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", help="account, logs and results go there")
    parser.add_argument("parts", metavar="PART", nargs="*", help="parts or single items")
    parser.add_argument("--seconds", type=float, metavar="S",
                        help="the whole call's time: what runs then is cut off and has failed, "
                             "what would start later is skipped")
    parser.add_argument("--quick", action="store_true",
                        help="100000 times smaller: shows that every item works")
    parser.add_argument("--build", metavar="FOLDER", help="build folder (default build/gpu-check)")
    parser.add_argument("--architectures", default="native", metavar="LIST",
                        help="CMAKE_CUDA_ARCHITECTURES (default native: the card's)")
    parser.add_argument("--commit", help="of a copy without git")
    parser.add_argument("--peer-python", default=sys.executable, metavar="PYTHON",
                        help="the Python that has the peers' libraries")
    parser.add_argument("--record", action="store_true",
                        help="runs nothing: writes bench/results/ and bench/README.md from FOLDER")
    parsed = parser.parse_intermixed_args(arguments)
    if parsed.seconds is not None and not parsed.seconds >= 1:
        parser.error(f"--seconds {parsed.seconds:g}: allowed is 1 or more")
    return parser, parsed


def main(script, help_text, arguments):
    began = time.monotonic()
    parser, parsed = parse(arguments, help_text)
    place = find_place(script, parsed.build, parsed.commit, parsed.architectures)
    if parsed.record:
        if place.packaged:
            parser.error("--record needs the project's tree, this is a package")
        return record.write(pathlib.Path(parsed.folder), place.root)
    try:
        chosen = items_of(parsed.parts, place.packaged)
    except ValueError as error:
        parser.error(str(error))
    context = Context(parsed, place, began)
    try:
        account = Account(parsed.folder, card.describe(context.environment), place.commit,
                          parsed.quick)
    except card.NoCard as error:
        print(f"gpu-check: no GPU on this machine ({error}); nothing was checked", file=sys.stderr)
        return NO_GPU
    except (OtherCard, OSError) as error:
        print(f"gpu-check: {error}", file=sys.stderr)
        return WRONG_USE
    account.save()
    failed = False
    for item in chosen:
        ended = run_item(context, item)
        failed |= ended.result == "failed" or ended.remark == NO_TIME
        account.enter(item.name, ended)
        print(f"{item.name:24} {ended.result:8} {ended.seconds:8.2f} s  {ended.remark}", flush=True)
    data = account.data
    print(f"\n{data['gpu']}, driver {data['driver']}, compute capability "
          f"{data['compute_capability']}; commit {data['commit']}\nparity: {data['parity']}; "
          f"written: {account.folder / 'gpu-check.json'}")
    return FAILED if failed else 0
