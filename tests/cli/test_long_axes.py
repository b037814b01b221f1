"""Long axes and lists: configurations beyond the 64 KB of an HDF5 attribute.

They reach every kind of result file, and read back whole.
"""

import os
import unittest

from program import ProgramTest, run

try:
    import netCDF4
except ImportError:
    netCDF4 = None


def sweep(radius):
    return f'[axes]\nradius = "{radius}"\n[fixed]\ndimension = 5\ntrajectories = 1\nseed = 1\n'


@unittest.skipIf(netCDF4 is None, "python3-netcdf4 is not installed: results cannot be read")
class LongAxes(ProgramTest):
    def attributes(self, path):
        with netCDF4.Dataset(path) as data:
            sizes = {name: dimension.size for name, dimension in data.dimensions.items()}
            return {name: data.getncattr(name) for name in data.ncattrs()}, sizes

    def stopped_sweep(self, text):
        """The result of a sweep stopped before its first cell: as large as it will ever be."""
        file = self.write("sweep.toml", text)
        result = run("phase-diagram", file, "--run-dir", self.path("run"), "--max-time", 0)
        self.assertEqual(result.returncode, 75, result.stderr)
        return self.attributes(self.path("run/result.nc"))

    def test_an_axis_of_10001_values(self):
        attributes, dimensions = self.stopped_sweep(sweep("1:2:0.0001"))
        self.assertEqual(dimensions["radius"], 10001)
        text = attributes["config_toml"]
        self.assertGreater(len(text), 65536)
        again = self.write("again.toml", text)  # it reads back as the same sweep
        self.assertIn("10001", self.succeed("phase-diagram", again, "--dry-run").stdout)
        shown = self.succeed("status", self.path("run"), "--format", "csv").stdout
        self.assertIn("10001", shown)
        merged = run("merge", self.path("run"), "--run-dir", self.path("merged"))
        self.assertEqual(merged.returncode, 75, merged.stderr)
        self.assertEqual(self.attributes(self.path("merged/result.nc"))[0]["config_toml"], text)

    def test_a_huge_axis(self):
        attributes, dimensions = self.stopped_sweep(sweep("1:2:0.00002"))
        self.assertEqual(dimensions["radius"], 50001)
        self.assertEqual(
            attributes["config_toml"].count("\n"),
            sum(1 for _ in attributes["config_toml"].splitlines()),
        )
        self.assertIn("1.99998, 2]", attributes["config_toml"])

    def test_9000_ids(self):
        path = self.path("result.nc")
        ids = ",".join(map(str, range(10**9, 10**9 + 9000)))
        self.succeed(
            "trajectory",
            "--id",
            ids,
            "--times",
            "0",
            "--seed",
            1,
            "--dimension",
            5,
            "--output",
            path,
        )
        attributes, dimensions = self.attributes(path)
        self.assertGreater(len(attributes["config_toml"]), 65536)
        self.assertIn(str(10**9 + 8999), attributes["config_toml"])
        self.assertIn(9000, dimensions.values())

    def test_xarray_reads_it_as_any_other_attribute(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        self.stopped_sweep(sweep("1:2:0.0001"))
        with xarray.open_dataset(self.path("run/result.nc")) as data:
            self.assertIsInstance(data.attrs["config_toml"], str)
            self.assertGreater(len(data.attrs["config_toml"]), 65536)
            self.assertTrue(os.path.exists(self.path("run/result.nc")))


if __name__ == "__main__":
    unittest.main()
