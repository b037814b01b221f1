"""Runs of phase-diagram, for the tests of it: a small plane, and a class that runs and opens it."""

import csv
import io

from program import ProgramTest, run

OUTCOMES = ["aligned_plus", "aligned_minus", "vanished", "matched", "swapped", "undecided",
            "failed"]
ESTIMATE = ["p_collapse", "ci_low", "ci_high"]
AXES = "[axes]\nradius = [1.25, 2.0]\ndimension = [5, 20, 7]\n"
FIXED = "[fixed]\ntrajectories = 60\nseed = 3\n"
ADAPTIVE = ("[adaptive]\ninterval-width = 0.1\nlevel = [0.28]\nnear-width = 0.02\n"
            "max-trajectories = 4000\n")
MERGED = ("started", "finished")  # provenance of a merged file


class Sweep(ProgramTest):
    def sweep(self, text, *more, folder="run", code=0, **options):
        """Rows of the csv of a finished run."""
        file = self.write("sweep.toml", text)
        result = run("phase-diagram", file, "--run-dir", self.path(folder), "--format", "csv",
                     *more, **options)
        self.assertEqual(result.returncode, code, result.stderr)
        self.stderr, self.stdout = result.stderr, result.stdout
        return list(csv.DictReader(io.StringIO(result.stdout)))

    def open(self, folder):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        with xarray.open_dataset(f"{self.path(folder)}/result.nc") as data:
            return data.load()

    def same_files(self, a, b, provenance):
        a, b = self.open(a), self.open(b)
        for name in (*provenance, "content_hash"):
            del a.attrs[name], b.attrs[name]
        self.assertTrue(a.identical(b), f"{a}\n{b}")
        self.assertEqual({name: a[name].dtype for name in a.variables},
                         {name: b[name].dtype for name in b.variables})
