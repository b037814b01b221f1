"""Normalizing flows on the command line: counts, saved flows, training that goes on, samples, and
what is refused.
"""

import json
import os
import sys
import unittest

from program import ProgramTest, run

SMALL = ("probability", "--family", "realnvp", "--dimension", 4, "--layers", 2, "--width", 8,
         "--batch-size", 32, "--learning-rate", 0.01,
         "--radius", 2, "--target-weight", 0.8, "--evaluation-samples", 500, "--seed", 7,
         "--trajectories", 5)
CLASSES = ["collapsed_plus", "collapsed_minus", "covered", "failed"]


class Flows(ProgramTest):
    def test_probability_says_what_was_run(self):
        result = self.json(*SMALL, "--horizon", 30)
        self.assertEqual(list(result["counts"]), CLASSES)
        self.assertEqual(sum(result["counts"].values()), 5)
        expected = {"family": "realnvp", "horizon": 30, "layers": 2, "width": 8, "depth": 2,
                    "mask": "halves", "optimizer": "adam", "batch_size": 32,
                    "estimator": "pathwise", "learning_rate_schedule": "constant",
                    "mode_mass_floor": 0.05, "steps": 150, "weights": None,
                    "weight": None, "dynamics": None, "quasi_collapse": None, "trajectories": 5}
        self.assertEqual({key: result[key] for key in expected}, expected)
        self.assertAlmostEqual(result["target_projected_variance"], 1 + 4 * 4 * 0.8 * 0.2)
        self.assertEqual(self.json("probability", "--trajectories", 100, "--seed", 1)["family"],
                         "mixture")

    def test_results_do_not_depend_on_threads_or_instruction_set(self):
        arguments = (*SMALL, "--horizon", 30, "--mask", "random", "--initial-temperature", 3,
                     "--annealing-time", 10)
        keys = ("counts", "mean_reverse_kl", "mean_projected_variance")
        expected = self.json(*arguments, "--threads", 1)
        for threads in (2, 7):
            result = self.json(*arguments, "--threads", threads)
            self.assertEqual([result[key] for key in keys], [expected[key] for key in keys])
        for isa in json.loads(run("info", "--format", "json").stdout)["cpu"]["instruction_sets"]:
            output = self.succeed(*arguments, "--format", "json",
                                  env={**os.environ, "MODECOLLAPSE_ISA": isa}).stdout
            self.assertEqual([json.loads(output)[key] for key in keys],
                             [expected[key] for key in keys], isa)

    def test_the_dumped_configuration_is_the_same_run(self):
        tempered = (*SMALL, "--initial-temperature", 3, "--annealing-time", 10)
        for arguments in (SMALL, tempered, ("trajectory", *SMALL[1:SMALL.index("--trajectories")])):
            text = self.succeed(*arguments, "--horizon", 20, "--dump-config").stdout
            for line in ("family = 'realnvp'", "depth = 2", "gradient-clip = 0",
                         "estimator = 'pathwise'"):
                self.assertIn(line, text)
            file = self.write("run.toml", text)
            again = self.json(arguments[0], "--config", file)
            direct = self.json(*arguments, "--horizon", 20)
            for result in (again, direct):
                result.pop("seconds", None)
            self.assertEqual(again, direct)

    def test_the_decay_of_adams_mean_gradient(self):
        def variance(*more):
            return self.json(*SMALL, "--horizon", 20, *more)["mean_projected_variance"]
        self.assertEqual(variance("--first-decay", 0.9), variance())
        self.assertNotEqual(variance("--first-decay", 0.5), variance())
        self.refused([*SMALL, "--first-decay", 0.5, "--optimizer", "sgd"], 2, "--first-decay 0.5",
                     "--optimizer adam")

    def test_a_training_over_its_steps(self):
        arguments = [*SMALL[1:SMALL.index("--trajectories")], "--horizon", 40, "--id", "0,3"]
        result = self.json("trajectory", *arguments, "--times", "0,10,40")
        self.assertEqual([one["id"] for one in result["trajectories"]], [0, 3])
        for one in result["trajectories"]:
            self.assertEqual(one["t"], [0, 10, 40])
            self.assertLess(one["reverse_kl"][2], one["reverse_kl"][0])
            self.assertIn(one["outcome"], CLASSES)
            self.assertTrue(all(0 <= mass <= 1 for mass in one["mass_plus"]))
        again = self.json("trajectory", *arguments, "--times", "40")
        self.assertEqual([one["forward_kl"][-1] for one in again["trajectories"]],
                         [one["forward_kl"][-1] for one in result["trajectories"]])
        self.assertEqual(len(self.json("trajectory", *arguments)["trajectories"][0]["t"]), 21)

    def test_threshold_searches_as_for_the_mixture(self):
        arguments = ["threshold", *SMALL[1:3], *SMALL[5:], "--horizon", 60, "--dimension", "2,4",
                     "--radius-range", "2:3", "--level", 0.5]
        arguments[arguments.index("--radius"):arguments.index("--radius") + 2] = []
        result = self.json(*arguments)
        self.assertEqual([row["dimension"] for row in result["rows"]], [2, 4])
        self.assertEqual([result[key] for key in ("r_inf", "radii_status", "weights")], [None] * 3)
        for row in result["rows"]:
            self.assertEqual(row["r_c"] is None, row["status"] != "found")
        self.assertEqual({point["radius"] for point in result["curves"]} & {2, 2.25, 2.5, 2.75, 3},
                         {2, 2.25, 2.5, 2.75, 3})
        for point in result["curves"]:
            self.assertEqual(sum(point["counts"].values()), 5)

    def test_a_training_goes_on_bit_for_bit(self):
        half, whole, once = (self.path(name) for name in ("half.nc", "whole.nc", "once.nc"))
        self.succeed(*SMALL, "--horizon", 13, "--save-flows", half)
        resumed = self.json(*SMALL, "--horizon", 30, "--continue-flows", half, "--save-flows",
                            whole)
        straight = self.json(*SMALL, "--horizon", 30, "--save-flows", once)
        self.assertEqual(resumed["steps"], 5 * 17)
        self.assertEqual(resumed["mean_reverse_kl"], straight["mean_reverse_kl"])
        drawn = [self.json("sample", "--flows", path, "--member", 3, "--samples", 20)
                 for path in (whole, once, half)]
        self.assertEqual(drawn[0]["samples"], drawn[1]["samples"])
        # twin: a shorter training is another flow
        self.assertNotEqual(drawn[0]["samples"], drawn[2]["samples"])
        tail = self.json("sample", "--flows", once, "--member", 3, "--samples", 5, "--skip", 15)
        self.assertEqual(tail["samples"], drawn[1]["samples"][15:])
        self.assertEqual(len(drawn[0]["samples"][0]), 4)
        self.assertEqual(len(drawn[0]["log_q"]), 20)

    def test_densities_at_given_points(self):
        saved = self.path("flows.nc")
        self.succeed(*SMALL, "--horizon", 20, "--save-flows", saved)
        drawn = self.json("sample", "--flows", saved, "--member", 2, "--samples", 6)
        where = ",".join(repr(x) for sample in drawn["samples"] for x in sample)
        seen = self.json("sample", "--flows", saved, "--member", 2, "--points", where)
        self.assertEqual(seen["samples"], drawn["samples"])
        for name in ("log_q", "log_p"):
            for a, b in zip(seen[name], drawn[name]):
                self.assertAlmostEqual(a, b, delta=1e-10)
        other = self.json("sample", "--flows", saved, "--member", 3, "--points", where)
        # twin: another flow has another density
        self.assertNotAlmostEqual(other["log_q"][0], seen["log_q"][0], delta=1e-6)
        self.refused(["sample", "--flows", saved, "--points", "1,2,3"], 2, "--points 1,2,3",
                     "4 numbers a point")
        self.refused(["sample", "--flows", saved, "--points", "1,2,3,4", "--samples", 3], 2,
                     "--samples 3", "--points")

    def test_other_trainings_and_files_are_refused(self):
        saved = self.path("flows.nc")
        self.succeed(*SMALL, "--horizon", 5, "--save-flows", saved)
        other = list(SMALL)
        other[other.index("--layers") + 1] = 3
        self.refused([*other, "--horizon", 9, "--continue-flows", saved], 2, "layers = 3",
                     "trained with 2")
        self.refused([*SMALL, "--horizon", 3, "--continue-flows", saved], 2, "horizon = 3",
                     "5 steps")
        self.refused([*SMALL, "--horizon", 9, "--learning-rate-schedule", "cosine",
                      "--continue-flows", saved], 2, "cosine")
        self.refused(["sample", "--flows", saved, "--member", 5], 2, "--member 5", "0 to 4")
        self.refused(["sample"], 2, "--flows")
        self.refused(["sample", "--flows", self.path("absent.nc")], 4, "absent.nc")
        with open(saved, "rb") as file:
            content = file.read()
        with open(self.path("cut.nc"), "wb") as file:
            file.write(content[:len(content) // 2])
        self.refused(["sample", "--flows", self.path("cut.nc")], 4, "cut.nc")
        result = self.path("result.nc")
        self.succeed("probability", "--trajectories", 100, "--seed", 1, "--output", result)
        self.refused(["sample", "--flows", result], 4, "result.nc", "no trained flows")

    def test_files_that_no_training_wrote_are_refused(self):
        """Each change with a content hash of its own, as somebody who means harm would do it."""
        try:
            import netCDF4
            import numpy
            import xarray
        except ImportError:
            self.skipTest("no netCDF4 or xarray in this Python")
        sys.path.append(os.path.join(os.path.dirname(__file__), "..", "..", "python"))
        from modecollapse._content import content_hash
        saved, other = self.path("flows.nc"), self.path("other.nc")
        self.succeed(*SMALL, "--horizon", 2, "--save-flows", saved)

        def copy(arrays=None, hashed=True, **changes):
            with netCDF4.Dataset(saved) as old, netCDF4.Dataset(other, "w") as new:
                for name, dimension in old.dimensions.items():
                    new.createDimension(name, len(dimension))
                for name, variable in old.variables.items():
                    values = (arrays or {}).get(name, lambda x: x)(variable[:].data.copy())
                    new.createVariable(name, values.dtype, variable.dimensions)[:] = values
                attributes = {**{name: old.getncattr(name) for name in old.ncattrs()}, **changes}
                new.setncatts({name: value for name,
                               value in attributes.items() if value is not None})
            if hashed:
                with xarray.open_dataset(other, decode_cf=False) as plain:
                    known = content_hash(plain.load())
                with netCDF4.Dataset(other, "a") as new:
                    new.setncattr("content_hash", known)

        def changed(value, place=0):
            def change(array):
                array.flat[place] = value
                return array
            return change

        copy()
        self.succeed("sample", "--flows", other)  # twin: a plain copy is accepted
        copy(hashed=False, title="another")
        self.refused(["sample", "--flows", other], 4, "damaged", "content_hash")
        copy(members_format=4)
        self.refused(["sample", "--flows", other], 2, "format 4", "reads formats 2 and 3")
        copy(members_format=3)
        self.refused(["sample", "--flows", other], 4, "other.nc", "mode")
        copy(members_format=None)
        self.refused(["sample", "--flows", other], 4, "no trained flows")
        first = os.path.join(os.path.dirname(__file__), "..", "data", "flows_format1.nc")
        self.refused(["sample", "--flows", first], 2, "format 1", "0.1.0", "with that version")
        text, whole = "is no text", "is no integer"
        for changes, words in (({"width": numpy.int64(9)}, ("parameters a member",)),
                               ({"layers": numpy.int64(0)}, ("layers = 0",)),
                               ({"layers": 2.0}, ("layers", whole)),
                               ({"dimension": numpy.int64(2**32 + 2)}, ("dimension", "range")),
                               ({"batch_size": numpy.int64(-1)}, ("batch_size = -1",)),
                               ({"optimizer": "magic"}, ("magic", "adam|sgd")),
                               ({"optimizer": 1.0}, ("optimizer", text)),
                               ({"family": "vae"}, ("family", "vae")),
                               ({"family": "mixture"}, ("family",)),
                               ({"training_precision": "half"}, ("training_precision", "half")),
                               ({"radius": None}, ("radius",)),
                               ({"radius": "wide"}, ("radius", "is no number")),
                               ({"radius": numpy.int64(2)}, ("radius", "is no number")),
                               ({"radius": numpy.nan}, ("radius", "finite")),
                               ({"beta": numpy.inf}, ("beta", "finite")),
                               ({"training_seed": "12abc"}, ("training_seed", "12abc")),
                               ({"training_seed": "-1"}, ("training_seed", "-1")),
                               ({"training_seed": "18446744073709551616"}, ("training_seed",)),
                               ({"mask": "\x1b[31m"}, ("mask", "\\x1b[31m"))):
            copy(**changes)
            result = self.refused(["sample", "--flows", other], 4, "other.nc", *words)
            self.assertNotIn("\x1b", result.stderr)
        for name, change, words in (("parameters", changed(numpy.nan), "finite"),
                                    ("second_moment", changed(numpy.inf, -1), "finite"),
                                    ("parameters", lambda x: x.astype("f4"), "type"),
                                    ("steps", changed(-1), "steps"),
                                    ("steps", changed(2**40), "steps"),
                                    ("steps", lambda x: x.astype("f8"), "type"),
                                    ("failed", changed(2), "failed"),
                                    ("member", changed(7), "member")):
            copy({name: change})
            self.refused(["sample", "--flows", other], 4, "other.nc", words)

    def test_claims_are_compared_with_the_size_of_the_file(self):
        try:
            import netCDF4
        except ImportError:
            self.skipTest("no netCDF4 in this Python")
        path = self.path("claims.nc")
        for kind, chunks in (("f8", (1, 16)), ("i1", (1, 16)), (str, (1, 16))):
            with netCDF4.Dataset(path, "w") as file:
                file.createDimension("member", 2**61)
                file.createDimension("parameter", 16)
                file.createVariable("parameters", kind, ("member", "parameter"), chunksizes=chunks)
            self.assertLess(os.path.getsize(path), 20000)
            self.refused(["sample", "--flows", path], 4, "claims.nc", "claims", "can hold")

    def test_what_is_no_file_is_never_opened(self):
        os.mkfifo(self.path("pipe.nc"))
        for path, words in ((self.path("pipe.nc"), "regular file"), ("/dev/zero", "regular file"),
                            (self.folder, "regular file"), ("http://localhost/x.nc", "address"),
                            ("[mode=bytes]https://localhost/x.nc", "address")):
            self.refused(["sample", "--flows", path], 4, words)
        self.refused(["sample", "--flows", self.write("text.nc", "CDF\x01")], 4, "NetCDF-4")

    def test_what_does_not_go_together(self):
        flow = ["probability", "--family", "realnvp", "--seed", "1"]
        self.refused([*flow, "--dimension", "5"], 2, "dimension = 5", "even, 2 to 1024")
        self.refused([*flow, "--dimension", "2000"], 2, "--dimension 2000", "1024")
        self.refused([*flow, "--horizon", "10.5"], 2, "--horizon 10.5", "whole number")
        self.refused([*flow, "--estimator", "score"], 2, "--estimator score", "pathwise")
        self.refused([*flow, "--weights", "softmax"], 2, "--weights softmax", "mixture")
        self.refused([*flow, "--dynamics", "sgd"], 2, "--dynamics sgd", "mixture")
        self.refused([*flow, "--rare"], 2, "--rare", "mixture")
        self.refused([*flow, "--save-flows", self.path("no/such.nc")], 2, "--save-flows")
        self.refused([*flow, "--annealing", "adaptive", "--initial-temperature", "4",
                      "--annealing-time", "5"], 2, "--annealing adaptive")
        for option in ("layers", "width", "depth"):
            self.refused(["probability", f"--{option}", "3"], 2, f"--{option} 3",
                         "--family realnvp")
        for command in ("basin", "theory"):
            self.refused([command, "--family", "realnvp"], 2, "--family realnvp", "probability")
        self.refused(["trajectory", "--family", "realnvp", "--backend", "cuda"], 2,
                     "--backend cuda", "cpu")
        self.refused(["trajectory", "--family", "realnvp", "--times", "0.5"], 2, "--times 0.5",
                     "steps")
        self.refused(["trajectory", "--family", "realnvp", "--start", "0,0,0"], 2,
                     "--start 0,0,0", "--family mixture")
        self.refused(["threshold", "--family", "realnvp", "--dimension", "2,3"], 2, "dimension = 3")


if __name__ == "__main__":
    unittest.main()
