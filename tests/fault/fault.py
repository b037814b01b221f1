"""What the fault tests share: runs of one sweep, journals taken apart, results compared, faults put
in by shim.c.

MODECOLLAPSE_PROGRAM names the executable, MODECOLLAPSE_FAULT_SHIM the library made of shim.c,
MODECOLLAPSE_SANITIZE the sanitizers of the build, MODECOLLAPSE_FAULT_SCALE how much more than in CI
to do (default 1).
"""

import csv
import functools
import io
import math
import os
import resource
import subprocess
import sys
import tempfile
import unittest
import zlib
from collections import namedtuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "cli"))
from program import PROGRAM, ProgramTest, run  # noqa: E402

try:
    import netCDF4
    import numpy
except ImportError:
    netCDF4 = None

SCALE = max(1, int(os.environ.get("MODECOLLAPSE_FAULT_SCALE", "1")))
SHIM = os.environ.get("MODECOLLAPSE_FAULT_SHIM", "")
TallySize = namedtuple("TallySize", "counts sums")
SIZE = TallySize(11, 4)  # of the mixture
HEADER, RECORD = 64, 32 + 8 * sum(SIZE)  # bytes (host/sweep/journal.hpp)
# of one machine: the rest of the attributes must agree
PROVENANCE = {"started", "finished", "seconds", "content_hash"}
COUNTS = ("aligned_plus", "aligned_minus", "vanished", "matched", "swapped", "undecided", "failed")

# A small sweep: 4 cells, adaptive, so that cells have several pieces. Some 20 ms of work.
SMALL = """[axes]
radius = [1.25, 2.0]
dimension = [5, 20]
[fixed]
trajectories = 40
seed = 7
[adaptive]
interval-width = 0.2
level = [0.3]
near-width = 0.12
max-trajectories = 400
"""

# A longer one, over the same code: 57 cells of some pieces each, as many trajectories as it takes
# to keep two threads busy for a while.
LONG = """[axes]
radius = "1.1:2:0.05"
dimension = [5, 10, 100]
[fixed]
trajectories = {}
seed = 11
[adaptive]
interval-width = {}
level = [0.3]
max-trajectories = {}
"""
LONG_CELLS = 57
LONG_OPTIONS = ("--threads", "2")  # so that more cores do not make it short

Call = namedtuple("Call", "call number file what bytes")
Run = namedtuple("Run", "code stdout stderr calls")
Reference = namedtuple("Reference", "csv contents journal")


def records_of(journal):
    """[(cell, piece, status)] of the valid records of a journal's bytes, up to the first that is
    not valid.
    """
    records = []
    for at in range(HEADER, len(journal) - RECORD + 1, RECORD):
        block = journal[at:at + RECORD]
        if zlib.crc32(block[:-4]) != int.from_bytes(block[-4:], "little"):
            break
        records.append(tuple(int.from_bytes(block[i:i + 8], "little") for i in (0, 8, 16)))
    return records


def write_bytes(path, data):
    with open(path, "wb") as file:
        file.write(data)


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def contents_of(path, without=frozenset(PROVENANCE)):
    """Everything a result file says, byte for byte, but for the global attributes `without`."""
    with netCDF4.Dataset(path) as data:
        data.set_auto_maskandscale(False)
        contents = {"dimensions": {name: dimension.size for name,
                                   dimension in data.dimensions.items()},
                    "attributes": {name: str(data.getncattr(name)) for name in data.ncattrs()
                                   if name not in without}}
        for name, variable in data.variables.items():
            values = numpy.asarray(variable[...])
            contents[name] = (variable.dimensions, str(variable.dtype),
                              values.tolist() if values.dtype.kind in "OU" else values.tobytes(),
                              {key: str(variable.getncattr(key)) for key in variable.ncattrs()})
        return contents


@functools.lru_cache(maxsize=None)
def long_sweep(seconds):
    """LONG, sized so that two cores that do nothing else need about this long. By processor time:
    other work on the machine does not count.
    """
    def text(factor):
        return LONG.format(5000 * factor, 0.01 / factor ** 0.5, 40000 * factor)

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "sweep.toml")
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(text(1))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        run("phase-diagram", file, "--run-dir", os.path.join(folder, "run"), *LONG_OPTIONS)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return text(max(1, math.ceil(2 * seconds / used)))


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@unittest.skipIf(netCDF4 is None, "python3-netcdf4 is not installed: results cannot be compared")
class FaultTest(ProgramTest):
    """Each test has an empty folder and a sweep file; `sweep` is its text."""

    sweep = SMALL
    options: tuple = ()
    _references: dict = {}

    def setUp(self):
        super().setUp()
        self.file = self.write("sweep.toml", self.sweep)

    def command(self, folder, *more):
        return [PROGRAM, "phase-diagram", self.file, "--run-dir", folder, "--format", "csv",
                *self.options, *map(str, more)]

    def start(self, folder, *more, **options):
        return subprocess.Popen(self.command(folder, *more), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **options)

    def resume(self, folder, *more):
        return run(*self.command(folder, "--resume", *more)[1:])

    def reference(self):
        """What the sweep gives when nothing goes wrong: csv, contents of result.nc, bytes of the
        journal.
        """
        key = self.sweep, self.options
        if key not in self._references:
            folder = self.path("reference")
            result = run(*self.command(folder)[1:])
            self.assertEqual(result.returncode, 0, result.stderr)
            self._references[key] = Reference(result.stdout, contents_of(f"{folder}/result.nc"),
                                              read_bytes(f"{folder}/journal.bin"))
        return self._references[key]

    def records(self, folder):
        return records_of(read_bytes(f"{folder}/journal.bin"))

    def assert_same_result(self, folder, stdout, note=""):
        expected = self.reference()
        self.assertEqual(stdout, expected.csv, note)
        self.assertEqual(contents_of(f"{folder}/result.nc"), expected.contents, note)
        pieces = sorted(records_of(expected.journal))
        self.assertEqual(sorted(self.records(folder)), pieces,
                         f"{note}: each piece once, nothing twice, nothing lost")

    def assert_resumes_to_the_same(self, folder, note=""):
        result = self.resume(folder)
        self.assertEqual(result.returncode, 0, f"{note}: {result.stderr}")
        self.assert_same_result(folder, result.stdout, note)
        # nothing half written stays
        self.assertFalse([name for name in os.listdir(folder) if ".part" in name], note)
        return result

    def snapshot(self, folder):
        """Bytes of the files that make up a run: what a refusal must not touch."""
        return {name: read_bytes(f"{folder}/{name}") for name in os.listdir(folder)
                if name not in ("lock", "log.txt")}

    def lock_holder(self, folder):
        """host:pid, as the process in the folder has written it."""
        try:
            return read_bytes(f"{folder}/lock").decode().strip()
        except FileNotFoundError:
            return ""

    # Faults

    def need_shim(self):
        if os.environ.get("MODECOLLAPSE_SANITIZE"):
            self.skipTest(
                "LD_PRELOAD does not go with sanitizers, whose library must come first: run this "
                "in a build without them")
        if not SHIM:
            self.skipTest("MODECOLLAPSE_FAULT_SHIM does not name the library made of shim.c")

    def shim(self, folder, call="all", number=0, action="EIO", file="", count=1, seconds=0.5):
        """Environment for a process in which this goes wrong (shim.c). Its trace starts empty."""
        self.need_shim()
        if os.path.exists(self.path("trace")):
            os.remove(self.path("trace"))
        return {**os.environ, "LD_PRELOAD": SHIM, "FAULT_FOLDER": folder,
                "FAULT_TRACE": self.path("trace"), "FAULT_CALL": call, "FAULT_FILE": file,
                "FAULT_NUMBER": str(number), "FAULT_COUNT": str(count), "FAULT_ACTION": action,
                "FAULT_SECONDS": str(seconds)}

    def few_threads(self, most):
        """Environment for a process that is refused all threads after the first few."""
        self.need_shim()
        return {**os.environ, "LD_PRELOAD": SHIM, "FAULT_THREADS": str(most)}

    def calls(self):
        """What the shim has seen so far."""
        try:
            lines = read_bytes(self.path("trace")).decode().splitlines()
        except FileNotFoundError:
            return []
        return [Call(f[0], int(f[1]), f[2], f[3], int(f[4]))
                for f in (line.split("\t") for line in lines)]

    def run_with_fault(self, folder, *more, **fault):
        result = run(*self.command(folder, *more)[1:], env=self.shim(folder, **fault))
        return Run(result.returncode, result.stdout, result.stderr, self.calls())


class LongTest(FaultTest):
    """The same with a run of about `lasts` seconds, so that something can happen in the middle of
    it.
    """

    lasts = 1.5
    options = LONG_OPTIONS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sweep = long_sweep(cls.lasts)
