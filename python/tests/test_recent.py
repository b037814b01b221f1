"""Every command once, as numbers that do not depend on NumPy, and files by both engines."""

from __future__ import annotations

import importlib.util
import tempfile
import unittest
import warnings
from pathlib import Path

import modecollapse
import numpy as np
import xarray as xr
from modecollapse import _commands
from saved_members import saved_flows, saved_vaes

SMALL = {
    "probability": {"radius": 2.0, "dimension": 10, "trajectories": 500, "seed": 7},
    "threshold": {"dimension": [10, 100], "radius_range": (1.0, 1.5), "level": 0.5,
                  "trajectories": 100, "seed": 7},
    "trajectory": {"id": range(3), "times": np.linspace(0, 10, 5), "seed": 7},
    "theory": {"dimension": [100, 1000], "accuracy": 0.01},
    "variance": {"start": [0.1, 0.2, 0.0], "batch_size": 10, "seed": 7},
    "basin": {"grid": 7},
}  # fmt: skip
ENGINES = [e for e, module in (("netcdf4", "netCDF4"), ("h5netcdf", "h5py"))
           if importlib.util.find_spec(module)]  # fmt: skip


class Recent(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        print(f"\nNumPy {np.__version__}, xarray {xr.__version__}, engines {ENGINES}")

    def assert_files_agree(self, result, path):
        """The file holds, by every engine, the numbers that were handed over in memory."""
        for engine in ENGINES:
            with xr.open_dataset(path, engine=engine) as written:
                written = written.load()
            self.assertEqual(set(written.variables), set(result.variables))
            for name, variable in result.variables.items():
                np.testing.assert_array_equal(variable.values, written[name].values, f"{name}")

    def test_every_command_hands_over_what_it_writes(self):
        for name, function in _commands.report_functions().items():
            with self.subTest(command=name):
                arguments = SMALL.get(name, {})
                if name == "sample":
                    arguments = {"flows": saved_flows(self.folder), "samples": 5}
                elif name in ("encode", "reconstruct"):
                    arguments = saved_vaes(self.folder)
                path = self.folder / f"{name}.nc"
                result = function(**arguments, output=path, raw=True)
                self.assert_files_agree(result, path)
                xr.testing.assert_identical(modecollapse.open(path, raw=True), result)

    def test_a_sweep(self):
        description = {
            "axes": {"radius": np.array([1.5, 2.0]), "dimension": [10, 100]},
            "fixed": {"trajectories": 100, "seed": 7},
        }
        run = self.folder / "run"
        result = modecollapse.phase_diagram(description, run_dir=run, raw=True)
        self.assertEqual(result.counts.sum("outcome").values.tolist(), [[100, 100], [100, 100]])
        self.assert_files_agree(result, run / "result.nc")
        self.assertEqual(modecollapse.status(run)[0]["complete"], 4)

    def test_numbers_without_strides(self):
        result = modecollapse.probability(**SMALL["probability"])
        counts = dict(zip(result.outcome.values.tolist(), result.counts.values.ravel().tolist()))
        self.assertEqual(sum(counts.values()), 500)
        collapsed = counts["aligned_plus"] + counts["aligned_minus"] + counts["vanished"]
        self.assertEqual(result.p_collapse.item(), collapsed / 500)
        lists = [[str(x) for x in v.values.ravel().tolist()] for v in result.variables.values()]
        self.assertGreater(len({x for values in lists for x in values}), 5)

    def test_nothing_of_the_engine_is_deprecated(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            modecollapse.probability(**SMALL["probability"], raw=True)


if __name__ == "__main__":
    unittest.main()
