"""VAEs on data of a file: the same numbers from .npy, IDX, their .gz and NetCDF;
scaling, binarizing, labels; and files that are no data, each refused with the option, the file and
the reason.
"""

import csv
import gzip
import io
import json
import os
import struct
import unittest

import numpy
import xarray
from program import ProgramTest

SMALL = ("--family", "vae", "--seed", 1, "--horizon", 20, "--held-out", 60, "--encoder-width", 5,
         "--decoder-width", 6, "--trajectories", 3)
COUNTED = ("counts", "active_directions", "mean_kl", "mean_elbo")
TYPES = {numpy.dtype("u1"): 8, numpy.dtype("i1"): 9, numpy.dtype("i2"): 11, numpy.dtype("i4"): 12,
         numpy.dtype("f4"): 13, numpy.dtype("f8"): 14}


def npy(array):
    held = io.BytesIO()
    numpy.save(held, array)
    return held.getvalue()


def idx(array):
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, TYPES[array.dtype], array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


class VaeData(ProgramTest):
    def setUp(self):
        super().setUp()
        numbers = numpy.random.default_rng(3)
        self.labels = numbers.integers(0, 3, 200)
        self.pixels = numbers.integers(0, 256, (200, 2, 3)).astype("u1")

    def write(self, name, content):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def refuses_data(self, path, reason):
        self.refused(["probability", *SMALL, "--data", path], 2, f"data = {path}", reason,
                     "allowed: toy, pinwheel, linear, or a file")

    def result(self, *options):
        return self.json("probability", *SMALL, *options)

    def test_the_same_numbers_from_every_kind_of_file(self):
        flat = self.pixels.reshape(200, 6)
        variables = {"data": (("n", "a", "b"), self.pixels.astype("f4")),
                     "label": ("n", self.labels), "other": (("a", "b"), self.pixels[0])}
        xarray.Dataset(variables).to_netcdf(self.path("a.nc"))
        xarray.Dataset({"anything": (("n", "t"), flat)}).to_netcdf(self.path("b.nc"))
        contents = {"a.npy": npy(self.pixels), "b.npy": npy(flat.astype(">f8")),
                    "c.npy": npy(flat.astype("i4")), "a.idx": idx(self.pixels),
                    "b.idx": idx(flat.astype("f4")), "c.idx": idx(flat.astype("i2")),
                    "a.idx.gz": gzip.compress(idx(self.pixels)),
                    "a.npy.gz": gzip.compress(npy(flat)),
                    "padded.npy.gz": gzip.compress(npy(flat)) + bytes(3000),
                    "parts.npy.gz": b"".join(map(gzip.compress, (npy(flat)[:99], b"",
                                                                 npy(flat)[99:])))}
        files = [self.write(name, content) for name, content in contents.items()]
        files += [self.path("a.nc"), self.path("b.nc")]
        results = [self.result("--data", path, "--data-scaling", "range") for path in files]
        self.assertEqual(results[0]["dimension"], 6)
        for path, result in zip(files, results):
            for key in COUNTED:
                self.assertEqual(result[key], results[0][key], (path, key))

    def test_what_netcdf_packs_is_unpacked_and_what_is_missing_refused(self):
        """Of the attributes by which variables stand for their numbers; the twins are without."""
        numbers = self.pixels[:, 0].astype("f8") / 8 - 4
        packed = {"i2": {"dtype": "i2", "scale_factor": 0.125, "add_offset": -4.0},
                  "u1": {"dtype": "u1", "scale_factor": 0.125, "add_offset": -4.0},
                  "fill": {"_FillValue": -999.0}, "f4": {"dtype": "f4"}}
        rows = xarray.Dataset({"data": (("n", "t"), numbers)})
        expected = self.result("--data", self.write("x.npy", npy(numbers)))
        for name, encoding in packed.items():
            path = self.path(f"{name}.nc")
            rows.to_netcdf(path, encoding={"data": encoding})
            result = self.result("--data", path)
            self.assertEqual([result[key] for key in COUNTED], [expected[key] for key in COUNTED])
        as_signed = xarray.Dataset({"data": rows["data"].copy(
            data=self.pixels[:, 0].astype("i1"))})
        as_signed["data"].attrs = {"_Unsigned": "true", "scale_factor": 0.125, "add_offset": -4.0}
        as_signed.to_netcdf(self.path("i1.nc"))
        result = self.result("--data", self.path("i1.nc"))
        self.assertEqual([result[key] for key in COUNTED], [expected[key] for key in COUNTED])
        twin = self.result("--data", self.write("stored.npy", npy(self.pixels[:, 0])))
        self.assertNotEqual(twin["mean_elbo"], expected["mean_elbo"])
        numbers[7, 2] = numpy.nan  # which xarray writes as the fill value
        for encoding in ({"_FillValue": -999.0}, {"missing_value": 99.0, "_FillValue": 99.0},
                         {"dtype": "i2", "_FillValue": -999}, {"dtype": "f4", "_FillValue": 99.3}):
            rows = xarray.Dataset({"data": (("n", "t"), numbers)})
            rows.to_netcdf(self.path("hole.nc"), encoding={"data": encoding})
            self.refuses_data(self.path("hole.nc"), "holds nan at [7, 2]")
        rows = xarray.Dataset({"data": (("n", "t"), self.pixels[:, 0], {"scale_factor": "two"})})
        rows.to_netcdf(self.path("word.nc"))
        self.refuses_data(self.path("word.nc"), "scale_factor that is no number")

    def test_numbers_of_any_size_are_scaled(self):
        numbers = self.pixels[:, 0].astype("f8") - 100
        for scaling in ("standard", "range"):
            results = [self.result("--data", self.write("x.npy", npy(numbers * 2.0 ** power)),
                                   "--data-scaling", scaling) for power in (0, 1015, -1000)]
            for result in results[1:]:
                self.assertEqual([result[key] for key in COUNTED],
                                 [results[0][key] for key in COUNTED])
        alike = self.write("alike.npy", npy(numpy.full((200, 2), 0.1)))
        self.refused(["probability", *SMALL, "--data", alike, "--data-scaling", "range"], 2,
                     "data-scaling = range", "all alike")
        zeros = self.write("zeros.npy", npy(numpy.zeros((200, 2))))
        flat = [self.result("--data", path, "--data-scaling", "standard")
                for path in (alike, zeros)]
        self.assertEqual(flat[0]["mean_elbo"], flat[1]["mean_elbo"])

    def test_threads_and_instruction_sets_do_not_matter(self):
        path = self.write("a.npy", npy(self.pixels))
        case = ("--data", path, "--data-scaling", "range", "--binarize", "sampled")
        self.assert_same_anyhow(("probability", *SMALL, *case), COUNTED)

    def test_what_is_done_to_the_numbers(self):
        path = self.write("a.npy", npy(self.pixels / 4.0))
        elbo = {}
        for name, options in (("none", ()), ("standard", ("--data-scaling", "standard")),
                              ("range", ("--data-scaling", "range")),
                              ("sampled", ("--data-scaling", "range", "--binarize", "sampled")),
                              ("threshold", ("--data-scaling", "range", "--binarize", "threshold")),
                              ("few", ("--data-scaling", "range", "--data-size", 7))):
            elbo[name] = self.result("--data", path, *options)["mean_elbo"]
        self.assertEqual(len(set(elbo.values())), len(elbo), elbo)
        # made here instead
        scaled = self.pixels / 255.0
        by_hand = {"range": scaled, "threshold": 1.0 * (scaled > 0.5),
                   "standard": (self.pixels - self.pixels.mean(0)) / self.pixels.std(0)}
        for name, numbers in by_hand.items():
            made = self.result("--data", self.write("made.npy", npy(numbers)))["mean_elbo"]
            self.assertAlmostEqual(made, elbo[name], delta=1e-6 * abs(made), msg=name)

    def test_a_file_of_toy_data_behaves_as_the_law(self):
        # one direction of variance 2 under a likelihood of variance 1, as in test_vae
        numbers = numpy.random.default_rng(5).normal(size=(4000, 2)) * (2 ** 0.5, 1)
        path = self.write("a.npy", npy(numbers))
        result = self.json("probability", "--family", "vae", "--seed", 1, "--decoder", "mlp",
                           "--encoder-depth", 0, "--decoder-depth", 0, "--latent-dimension", 1,
                           "--learning-rate", 0.01, "--horizon", 1500, "--trajectories", 4,
                           "--learning-rate-schedule", "cosine", "--data", path)
        self.assertAlmostEqual(result["mean_kl"], 0.3466, delta=0.04)

    def test_a_sweep_over_files_of_any_name(self):
        names = [self.write(name, npy(self.pixels.reshape(200, 6) + i))
                 for i, name in enumerate(('quoted"a.npy', "back\\slash.npy", "com,ma.npy"))]
        fixed = dict(zip((name[2:] for name in SMALL[::2]), SMALL[1::2]))
        lines = [f"{name} = {json.dumps(value)}\n" for name, value in fixed.items()]
        sweep = self.write("sweep.toml", f"[axes]\ndata = {json.dumps(names)}\n[fixed]\n"
                           .encode() + "".join(lines).encode())
        run = ("phase-diagram", sweep, "--run-dir", self.path("run"), "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(self.succeed(*run).stdout)))
        self.assertEqual([row["data"] for row in rows], names)
        # what the run writes about itself can be read back
        self.assertIn("finished", self.succeed("status", self.path("run")).stdout)
        again = list(csv.DictReader(io.StringIO(self.succeed(*run, "--resume").stdout)))
        self.assertEqual(again, rows)

    def test_files_that_are_no_data(self):
        good = npy(self.pixels)
        head = good.index(b"\n") + 1
        huge = struct.pack(">BBBB3I", 0, 0, 8, 3, 2 ** 31, 2 ** 31, 2 ** 31)
        claim = good[:head].replace(b"(200, 2, 3)", b"(900000, 2)")
        with_nan, with_infinity = self.pixels.astype("f8"), self.pixels.astype("f4")
        with_nan[7, 1, 2], with_infinity[8, 0, 1] = numpy.nan, -numpy.inf
        cases = (
            ("magic.npy", b"\x93NUMPX" + good[6:], "is neither"),
            ("empty.npy", b"", "cut off"),
            ("short.npy", good[:-1], "cut off"),
            ("long.npy", good + b"x", "longer than its header says"),
            ("claim.npy", claim + good[head:], "more than the file can hold"),
            ("version.npy", good[:6] + b"\x09" + good[7:], "version 9"),
            ("header.npy", good[:6] + b"\x02\x00" + struct.pack("<I", 2 ** 31) + good[10:],
             "header of 2147483648 bytes"),
            ("words.npy", good[:10] + good[10:head].replace(b"'shape'", b"'shapx'") + good[head:],
             "header that is none"),
            ("type.npy", npy(numpy.array([["a", "b"]] * 200)), "<U1"),
            ("complex.npy", npy(self.pixels[:, 0].astype("c16")), "c16"),
            ("object.npy", good.replace(b"|u1", b"|O8"), "|O8"),
            ("fortran.npy", npy(numpy.asfortranarray(self.pixels)), "Fortran order"),
            ("flat.npy", npy(self.labels), "of 1 dimensions, and not of 2 to 4"),
            ("none.npy", npy(self.pixels[:0]), "without a number"),
            ("few.npy", npy(self.pixels[:3]), "has 3 rows"),
            ("wide.npy", npy(numpy.zeros((5, 1025), "u1")), "of 1025 numbers"),
            ("nan.npy", npy(with_nan), "holds nan at [7, 1, 2]"),
            ("inf.npy", npy(with_infinity), "holds -inf at [8, 0, 1]"),
            ("huge.idx", huge, "more than the file can hold"),
            ("huge.idx.gz", gzip.compress(huge), "more than the file can hold"),
            ("type.idx", struct.pack(">BBBBII", 0, 0, 10, 2, 5, 5) + bytes(25), "type 0x0a"),
            ("rank.idx", struct.pack(">BBBB", 0, 0, 8, 255) + bytes(2000), "of 255 dimensions"),
            ("cut.idx.gz", gzip.compress(idx(self.pixels))[:-9], "cut off"),
            ("bad.idx.gz", gzip.compress(idx(self.pixels))[:-8] + bytes(8), "decompressed"),
            ("tail.idx.gz", gzip.compress(idx(self.pixels)) + b"\0\0x", "not compressed"),
            ("tail.npy.gz", gzip.compress(good) + b"tail", "not compressed"),
            ("more.idx.gz", gzip.compress(idx(self.pixels) + b"x"), "longer than its header"),
            ("cut.nc", b"\x89HDF\r\n\x1a\n" + bytes(500), "cannot be read"))
        for name, content, reason in cases:
            with self.subTest(name):
                path = self.write(name, content)
                self.refuses_data(path, reason)
        rows = (("n", "t"), self.pixels[:, 0])
        for name, variables in (("flat.nc", {"a": ("n", self.labels)}),
                                ("two.nc", {"a": rows, "b": rows}),
                                ("labels.nc", {"data": rows, "label": ("m", self.labels[:50])})):
            xarray.Dataset(variables).to_netcdf(self.path(name))
        os.mkfifo(self.path("pipe.npy"))
        for path, reason in ((self.path("flat.nc"), "has 0 variables"),
                             (self.path("two.nc"), "has 2 variables"),
                             (self.path("labels.nc"), "has 50 labels, and the data 200 rows"),
                             (self.path("pipe.npy"), "not a regular file"),
                             ("/dev/zero", "not a regular file"),
                             (self.path(""), "not a regular file"),
                             (self.path("no.npy"), "No such file"), ("tyo", "No such file"),
                             ("http://localhost/a.npy", "is an address")):
            with self.subTest(path):
                self.refuses_data(path, reason)

    def test_labels_and_options_that_do_not_fit(self):
        good, labels = npy(self.pixels), npy(self.labels)
        data = ("--data", self.write("data.npy", good))
        bad_labels = (("short.npy", npy(self.labels[:-1]), "199 labels, and the data 200"),
                      ("half.npy", npy(self.labels + 0.5), "no whole number"),
                      ("cut.npy", labels[:-8], "cut off"),
                      ("wide.npy", npy(self.pixels), "and not of 1"))
        for name, content, reason in bad_labels:
            with self.subTest(name):
                path = self.write(name, content)
                self.refused(["probability", *SMALL, *data, "--labels", path], 2,
                             f"labels = {path}", reason)
        for options, *words in (
                (("--data-size", 141), "data-size = 141", "0 to 140"),
                (("--dimension", 5), "dimension = 5", "allowed: 6"),
                (("--data-scale", 2), "--data-scale 2", "--data toy|pinwheel|linear"),
                (("--binarize", "sampled"), "binarize = sampled", "0 to 1"),
                (("--data-scaling", "some"), "--data-scaling some", "none|range|standard")):
            with self.subTest(options):
                self.refused(["probability", *SMALL, *data, *options], 2, *words)
        path = self.write("small.npy", npy(self.pixels[:61]))
        self.refused(["probability", *SMALL, "--data", path], 2, "held-out = 60", "2 to 59",
                     "61 rows")
        constant = self.write("constant.npy", npy(numpy.ones((200, 2))))
        self.refused(["probability", *SMALL, "--data", constant, "--data-scaling", "range"], 2,
                     "data-scaling = range", "all alike")
        self.refused(["probability", *SMALL, "--labels", data[1]], 2, "--labels", "--data FILE")


if __name__ == "__main__":
    unittest.main()
