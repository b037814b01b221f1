"""Result files: what comes back, of older versions too, and that no damage goes unseen."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import figure_checks  # noqa: F401, first: skips where modules are missing
import modecollapse
import numpy as np
import xarray as xr
from modecollapse import _dataset, report
from modecollapse._content import content_hash
from modecollapse.figures.__main__ import main as draw
from modecollapse.figures.results import ResultError, open_result
from saved_members import saved_flows

SCHEMA_1 = Path(__file__).resolve().parent / "data" / "schema1"
SMALL = {"dimension": 10, "trajectories": 200, "seed": 7}
FLIPS = 250


class FolderTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)

    def file(self, **options):
        path = self.folder / "result.nc"
        modecollapse.probability(**{**SMALL, **options}, output=path)
        return path


class Schema1(FolderTest):
    """Files of version 0.1.0 before schema 2.0, as it wrote them."""

    def test_they_open_in_words(self):
        result = modecollapse.open(SCHEMA_1 / "probability.nc")
        self.assertEqual(result.attrs["schema_version"], "1.0")
        self.assertEqual(result.counts.values.tolist(), [[[618, 237, 0, 579, 566, 0, 0]]])
        sweep = modecollapse.open(SCHEMA_1 / "phase_diagram.nc")
        self.assertEqual(set(sweep.status.values.ravel()), {"complete"})
        raw = modecollapse.open(SCHEMA_1 / "phase_diagram.nc", raw=True)
        self.assertEqual(set(raw.status.values.ravel()), {0})

    def test_figures_and_report(self):
        for kind in ("probability", "threshold", "phase-diagram"):
            with self.subTest(kind):
                path = SCHEMA_1 / f"{kind.replace('-', '_')}.nc"
                picture = self.folder / f"{kind}.png"
                self.assertEqual(draw([kind, str(path), str(picture), "--dpi", "50"]), 0)
                self.assertTrue(picture.is_file())
                page = self.folder / f"{kind}.html"
                report.write_report(path, page)
                self.assertIn("<img", page.read_text(encoding="utf-8"))


class Parameters(FolderTest):
    """Fixed parameters are scalar coordinates: results concatenate over any of them."""

    def test_concatenation(self):
        annealed = {"initial_temperature": 4, "annealing_time": 5}
        sgd = {"dynamics": "sgd", "batch_size": 5, "horizon": 1, "trajectories": 10}
        for name, values, others in (
            ("radius", (1.2, 2.0), {}),
            ("dimension", (10, 20), {}),
            ("target_weight", (0.6, 0.7), {}),
            ("weights", ("fixed", "softmax"), {"horizon": 5}),
            ("dynamics", ("flow", "sgd"), {**sgd, "dynamics": None, "batch_size": None}),
            ("initial_temperature", (None, 4), {}),
            ("annealing_time", (2, 5), annealed),
            ("batch_size", (5, 10), sgd),
            ("seed", (7, 2**63 - 1), {}),
            ("sampling", ("monte-carlo", "sobol"), {"trajectories": 256}),
        ):
            with self.subTest(name):
                results = []
                for value in values:
                    options = {**SMALL, **others, name: value}
                    if name == "initial_temperature" and value:
                        options["annealing_time"] = 5
                    results.append(modecollapse.probability(**options))
                joined = xr.concat(results, name)
                self.assertEqual(joined.p_collapse.dims, (name,))
                wanted = ["nan" if v is None else str(v) for v in values]
                self.assertEqual([str(v) for v in joined[name].values.tolist()],
                                 [w + ".0" if name.endswith(("temperature", "time")) and w != "nan"
                                  else w for w in wanted])  # fmt: skip

    def test_every_command_names_its_parameters(self):
        results = {
            "theory": modecollapse.theory(dimension=[100], accuracy=0.01),
            "basin": modecollapse.basin(grid=5, s=0.25),
            "folds": modecollapse.folds(),
            "variance": modecollapse.variance(start=[0.1, 0.2, 0.0], seed=7, batch_size=10),
            "trajectory": modecollapse.trajectory(id=[0], times=[0, 1], seed=7),
            "threshold": modecollapse.threshold(dimension=10, level=0.5, radius_range=(1, 1.1),
                                                trajectories=10, seed=7),
            "sample": modecollapse.sample(flows=saved_flows(self.folder), samples=2),
        }  # fmt: skip
        for command, result in results.items():
            with self.subTest(command):
                for name, coordinate in result.coords.items():
                    self.assertIn("long_name", coordinate.attrs, name)
                    self.assertIn("units", coordinate.attrs, name)
                self.assertAlmostEqual(result.target_weight.item(), 2 / 3)
                self.assertEqual(result.target_weight.attrs["symbol"], "w*")
                self.assertIn("target_weight", result.coords)
        self.assertEqual(results["basin"].s.item(), 0.25)
        self.assertEqual(results["sample"].dimension.item(), 2)

    def test_a_sweep_has_what_all_its_cells_share(self):
        sweep = modecollapse.phase_diagram({
            "axes": {"target_weight": [0.6, 0.7], "annealing_time": [2, 5]},
            "fixed": {**SMALL, "initial_temperature": 4, "radius": 2, "dynamics": "flow"},
        })
        self.assertEqual(sweep.annealing_time.attrs["long_name"], "annealing time t0")
        self.assertEqual(sweep.radius.item(), 2.0)
        self.assertEqual(sweep.annealing.item(), "exponential-temperature")
        self.assertEqual(sweep.p_collapse.dims, ("target_weight", "annealing_time"))
        # the weight of the first component follows the target's: no value holds in all cells
        self.assertNotIn("weight", sweep.coords)


class Damage(FolderTest):
    def flipped(self, content, generator):
        """Copies of a file with one bit changed, within what it uses."""
        used = len(content.rstrip(b"\0"))
        for place in generator.integers(0, 8 * used, FLIPS):
            changed = bytearray(content)
            changed[place // 8] ^= 1 << (place % 8)
            path = self.folder / "flipped.nc"
            path.write_bytes(changed)
            yield path

    def unseen(self, path, read, same):
        """How many flips were not refused and changed what was read."""
        expected, count = read(path), 0
        for flipped in self.flipped(path.read_bytes(), np.random.default_rng(20261128)):
            try:
                count += not same(expected, read(flipped))
            except (OSError, ValueError):
                pass
        return count

    def test_no_flipped_bit_changes_a_result_unseen(self):
        self.assertEqual(self.unseen(self.file(), modecollapse.open, xr.Dataset.identical), 0)

    def test_a_copy_without_the_seal_is_checked_too(self):
        path = self.file()
        content = path.read_bytes()
        content = content[: content.rindex(b"\nmodecollapse sha256 ")]
        path.write_bytes(content)
        modecollapse.open(path)
        for text in (b"probability of mode", b"dynamics = ", b"arXiv", b"aligned_minus"):
            changed = bytearray(content)
            changed[content.index(text) + 3] ^= 1
            path.write_bytes(changed)
            with self.assertRaises(OSError):
                modecollapse.open(path)

    def test_no_flipped_bit_changes_samples_unseen(self):
        def read(path):
            return modecollapse.sample(flows=path, samples=2)[["x", "log_q", "log_p"]]

        self.assertEqual(self.unseen(saved_flows(self.folder), read, xr.Dataset.equals), 0)

    def test_the_hash_covers_everything(self):
        with xr.open_dataset(self.file(), decode_cf=False) as plain:
            plain = plain.load()
        known = content_hash(plain)
        self.assertEqual(plain.attrs["content_hash"], known)
        for change in (
            plain.assign_attrs(seed="8"),
            plain.assign_attrs(more="text"),
            plain.assign(counts=plain.counts + 1),
            plain.assign(counts=plain.counts.astype("int32")),
            plain.rename(counts="count"),
            plain.rename(outcome="outcomes"),
            plain.assign(dimension=plain.dimension.assign_attrs(units="m")),
        ):
            self.assertNotEqual(content_hash(change), known)

    def test_what_is_refused(self):
        path = self.file()
        with xr.open_dataset(path, decode_cf=False) as plain:
            plain = plain.load()
        os.mkfifo(self.folder / "pipe.nc")
        for name, changed in (
            ("without", {k: v for k, v in plain.attrs.items() if k != "content_hash"}),
            ("other", {**plain.attrs, "schema_version": "9.0"}),
            ("none", {k: v for k, v in plain.attrs.items() if k != "schema_version"}),
            ("moved", {**plain.attrs, "seed": "8"}),
        ):
            copy = plain.copy()
            copy.attrs = changed
            copy.to_netcdf(self.folder / f"{name}.nc")
        for name, words in (
            ("without.nc", "content_hash"), ("other.nc", "schema 9.0"), ("moved.nc", "damaged"),
            ("none.nc", "schema_version"), ("pipe.nc", "regular file"), ("absent.nc", "absent"),
        ):  # fmt: skip
            with self.assertRaisesRegex(OSError, words):
                modecollapse.open(self.folder / name)
            with self.assertRaises(ResultError):
                open_result(self.folder / name, "probability", ("counts",))
        with mock.patch.object(_dataset, "content_hash", lambda plain: plain.attrs["content_hash"]):
            modecollapse.open(self.folder / "moved.nc")  # twin: only the hash tells
        for name in ("/dev/zero", "http://localhost/result.nc", str(self.folder)):
            with self.assertRaisesRegex(OSError, "regular file|address"):
                modecollapse.open(name)


class Hostile(FolderTest):
    BAD = "\x1b[31m<script>alert(1)</script>$\\frac{"

    def hostile(self):
        result = modecollapse.probability(**SMALL, raw=True)
        for name in ("title", "version", "git_sha", "seed", "config_hash", "device"):
            result.attrs[name] = self.BAD
        result.attrs["config_toml"] = f"# modecollapse probability\n'{self.BAD}' = 1\n"
        for variable in result.variables.values():
            variable.attrs["long_name"] = self.BAD
        result["outcome"] = [self.BAD] * result.outcome.size
        return result

    def test_the_report_escapes_everything(self):
        for first in ("probability", "theory", f"{self.BAD} x"):
            result = self.hostile()
            result.attrs["config_toml"] = f"# modecollapse {first}\nx = '{self.BAD}'\n"
            page = report.report_html(result, self.BAD)
            self.assertNotIn("<script", page)
            self.assertIn("&lt;script&gt;", page)

    def test_nothing_reaches_the_terminal(self):
        result = self.hostile()
        path = self.folder / "\x1b[31m.nc"
        result.attrs["schema_version"] = "1.0"
        result.to_netcdf(path)
        for arguments in (["threshold", str(path), "figure.png"],
                          ["probability", str(path), str(self.folder / "figure.png")]):  # fmt: skip
            with mock.patch("sys.stderr") as errors:
                self.assertEqual(draw(arguments), 2)
            printed = "".join(str(call.args[0]) for call in errors.write.call_args_list)
            self.assertNotIn("\x1b", printed)
            self.assertIn("\\x1b", printed)
        with self.assertRaises(OSError) as caught:
            modecollapse.sample(flows=path)
        self.assertNotIn("\x1b", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
