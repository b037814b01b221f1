"""A result is described once: every key of its JSON is in its file and, where it is a scalar a row,
in its CSV, with the same value. All commands, both families; the twins plant drifts.
"""

import copy
import csv
import io
import json
import math
import unittest

from every_command import CASES, FLOWS, SWEEPS, K, completed
from program import ProgramTest

try:
    import xarray
except ImportError:
    xarray = None

# Keys of JSON whose names in the file differ, by the list that they stand in; "": the result.
# Several: the one that the file has.
NAMES = {
    "": {"active_directions": "active_directions_counts",
         "posterior_active_directions": "posterior_active_directions_counts",
         "captured_directions": "captured_directions_counts", "samples": "x",
         "covered_modes": "covered_modes_counts", "strays": "strays_counts",
         "complete": "cells_complete", "pending": "cells_pending", "failed": "cells_failed",
         "trajectories": "trajectories_total"},
    "rows": {key: (f"r_c_{key}", f"critical_value_{key}")
             for key in ("ci_low", "ci_high", "resolution")},
    "curves": {name: f"evaluation_{name}" for name in
               "dimension radius p_collapse ci_low ci_high ci_method trajectories counts".split()},
    "trajectories": {"id": "trajectory", "t": "time"},
    "estimators": {},
}


def is_list_of_objects(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def words(variable):
    """A variable's values as JSON has them: flags as words, NaN as none."""
    values = variable.values.ravel().tolist()
    if "flag_meanings" in variable.attrs:
        known = dict(zip(variable.attrs["flag_values"].tolist(),
                         variable.attrs["flag_meanings"].split()))
        values = [{"yes": True, "no": False}.get(known[v], known[v]) for v in values]
    missing = variable.attrs.get("missing_value")
    return [None if v == missing or isinstance(v, float) and math.isnan(v) else v for v in values]


def leaves(value):
    """The values of nested lists and objects, in their order."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for one in value for leaf in leaves(one)] if isinstance(value, list) else [value]


NONE = (None, "none", -1, "outside")  # what stands for no value


def same(mine, others):
    mine = leaves(mine)
    return len(mine) == len(others) and all(
        a == b or a is None and b in NONE or str(a) == str(b) for a, b in zip(mine, others))


def named(key, inside, file):
    names = NAMES.get(inside, {}).get(key, key)
    for name in (names,) if isinstance(names, str) else names:
        if name in file.variables or name in file.attrs:
            return name
    return key


def drifts_of_file(result, file):
    """What the JSON of a result has and its file has not, or has otherwise."""
    found = []
    classes = {word for v in file.variables.values() if v.dtype.kind == "O" and v.ndim == 1
               for word in v.values}
    for key, value in result.items():
        if is_list_of_objects(value):
            for inner in value[0]:
                name = named(inner, key, file)
                if name not in file.variables and inner not in classes:
                    found.append(f"{key}.{inner}")
                elif name in file.variables and name not in ("seconds",):
                    mine = [row[inner] for row in value]
                    values = words(file[name])
                    if len(leaves(mine)) == len(values) and not same(mine, values):
                        found.append(f"{key}.{inner} differs")
        elif key == "radii_status" and isinstance(value, dict):
            found += [f"{key}.{n}" for n in value if not same(value[n], words(file[f"{n}_status"]))]
        else:
            name = named(key, "", file)
            if name == "seconds":
                found += [] if name in file.attrs else [name]
            elif name in file.attrs and key != "partial" and name not in file.variables:
                if str(file.attrs[name]) != str(value):
                    found.append(f"{key} differs")
            elif name not in file.variables:
                found.append(key)
            elif len(leaves(value)) == file[name].size and not same(value, words(file[name])):
                found.append(f"{key} differs")
    return found


def drifts_of_csv(result, rows):
    """What is a scalar a row in JSON, and no column of the CSV or another value there.

    Times are in no CSV: tables of equal results are equal.
    """
    lists = [value for key, value in result.items()
             if key != "curves" and is_list_of_objects(value)]
    row = lists[0][0] if lists else {k: v for k, v in result.items() if not isinstance(v, list)}
    scalars = {}
    for key, value in row.items():
        if key == "radii_status" and value:
            scalars.update({f"{name}_status": status for name, status in value.items()})
        elif isinstance(value, dict):
            scalars.update(value)
        elif isinstance(value, list):  # of a histogram a column a bin
            scalars[key if key in rows[0] else f"{NAMES[''].get(key, key)}0"] = value[0]
        else:
            scalars[key] = value
    if "outcome" in result and isinstance(result["outcome"], list):
        scalars = {name: None for name in ("m1", "m2", "outcome")}  # of a plane the points are rows
    if "samples" in result:
        scalars = {"log_q": result["log_q"][0], "log_p": result["log_p"][0]}
    found = []
    for key, value in scalars.items():
        if key == "seconds":
            found += [key] if key in rows[0] else []
        elif key not in rows[0]:
            found.append(key)
        elif value is not None and key != "failed" and not isinstance(value, bool):
            text = rows[0][key]
            if text != str(value) and float(text) != value:
                found.append(f"{key} differs")
    return found


@unittest.skipIf(xarray is None, "xarray is not installed")
class OneResult(ProgramTest):
    def forms(self, arguments):
        """JSON, file and rows of the CSV of a command."""
        printed = self.json(*arguments, "--output", self.path("result.nc"))
        text = self.succeed(*arguments, "--format", "csv").stdout
        return printed, self.open("result.nc"), list(csv.DictReader(io.StringIO(text)))

    def forms_of_sweep(self, text):
        file = self.write("sweep.toml", completed(text))
        run = ("phase-diagram", file, "--run-dir", self.path("run"))
        printed = self.json(*run)
        text = self.succeed(*run, "--resume", "--format", "csv").stdout
        return printed, self.open("run/result.nc"), list(csv.DictReader(io.StringIO(text)))

    def open(self, name):
        with xarray.open_dataset(self.path(name), decode_cf=False) as data:
            return data.load()

    def assert_one(self, printed, file, rows, what):
        self.assertEqual(drifts_of_file(printed, file), [], what)
        self.assertEqual(drifts_of_csv(printed, rows), [], what)

    def test_every_key_of_json_is_in_the_file_and_in_the_csv(self):
        for name, arguments in CASES.items():
            with self.subTest(name):
                self.assert_one(*self.forms(arguments), name)

    def test_sweeps_too(self):
        for name, text in SWEEPS.items():
            with self.subTest(name):
                self.setUp()
                self.assert_one(*self.forms_of_sweep(text), name)

    def test_points_of_a_trained_flow_too(self):
        self.succeed("probability", *FLOWS, "--trajectories", 1, "--save-flows", self.path("f.nc"))
        self.assert_one(*self.forms(("sample", "--flows", self.path("f.nc"), "--samples", 3)),
                        "sample")

    def test_lists_and_texts_of_the_physics_are_told(self):
        told = self.forms(CASES["components with lists of weights"])[0]
        self.assertEqual((told["target_weight"], told["weight"], told["means"]),
                         ("0.2,0.3,0.5", "0.5,0.25,0.25", None))
        told = self.forms(CASES["flows on a ring with weights"])[0]
        self.assertEqual(told["target_weight"], "0.2,0.3,0.5")
        means = self.write("modes.csv", "0,3\n3,0\n")
        modes = ("probability", *K, "--trajectories", 20, "--seed", 1, "--layout", "file",
                 "--means", means)
        told, file, rows = self.forms(modes)
        self.assert_one(told, file, rows, "modes of a file")
        self.assertEqual((told["means"], told["weight"]), (means, None))

    def test_a_planted_drift_is_found(self):
        printed, file, rows = self.forms(CASES["trainable"])
        more = {**printed, "planted": 1.0}
        self.assertEqual(drifts_of_file(more, file), ["planted"])
        self.assertEqual(drifts_of_csv(more, rows), ["planted"])
        self.assertEqual(drifts_of_file(printed, file.drop_vars("quasi_collapse")),
                         ["quasi_collapse"])
        other = {**printed, "ci_low": 0.123}
        self.assertEqual(drifts_of_file(other, file), ["ci_low differs"])
        self.assertEqual(drifts_of_csv(other, rows), ["ci_low differs"])
        less = [{key: value for key, value in rows[0].items() if key != "status"}]
        self.assertEqual(drifts_of_csv(printed, less), ["status"])

    def test_a_drift_planted_in_rows_is_found(self):
        printed, file, rows = self.forms_of_sweep(SWEEPS["sweep"])
        more = copy.deepcopy(printed)
        for row in more["rows"]:
            row["planted"] = 1.0
        self.assertEqual(drifts_of_file(more, file), ["rows.planted"])
        self.assertEqual(drifts_of_csv(more, rows), ["planted"])
        more = json.loads(json.dumps(printed))
        more["rows"][1]["p_collapse"] = 0.123
        self.assertEqual(drifts_of_file(more, file), ["rows.p_collapse differs"])


@unittest.skipIf(xarray is None, "xarray is not installed")
class Concatenation(ProgramTest):
    def test_results_concatenate_over_a_parameter(self):
        """The scalar coordinates of two files of one command line up, with their own words."""
        files = []
        for temperature in (2, 4):
            path = self.path(f"{temperature}.nc")
            self.succeed(*CASES["annealed"][:-1], temperature, "--output", path)
            with xarray.open_dataset(path) as data:
                files.append(data.load())
        both = xarray.concat(files, "initial_temperature")
        self.assertEqual(both["initial_temperature"].values.tolist(), [2.0, 4.0])
        self.assertEqual(both["p_collapse"].dims, ("initial_temperature",))
        self.assertEqual(both["annealing_time"].attrs["long_name"], "annealing time t0")
        self.assertEqual(both["radius"].attrs["symbol"], "R")

    def test_a_default_that_is_used_is_told_by_a_point_and_by_a_sweep(self):
        for name, value, options in (
            ("replicates", 16, {"sampling": "sobol"}),
            ("quasi_share", 0.2, {"weights": "softmax", "horizon": 2}),
            ("target_ess", 0.5, {"annealing": "adaptive", "annealing-time": 1,
                                 "initial-temperature": 4, "horizon": 20}),
            ("first_decay", 0.9, {"family": "realnvp", "dimension": 4, "horizon": 2}),
            ("first_decay", None, {"family": "realnvp", "dimension": 4, "horizon": 2,
                                   "optimizer": "sgd"}),  # twin: it is not used
            ("start_scale", 0.01, {"family": "realnvp", "dimension": 4, "horizon": 2}),
        ):
            with self.subTest(name, **options):
                self.setUp()
                options = {**options, "trajectories": 32 if "sampling" in options else 2}
                given = [text for key, one in options.items() for text in (f"--{key}", str(one))]
                point, path = self.path("point.nc"), self.path("run")
                self.succeed("probability", *given, "--seed", 7, "--output", point)
                fixed = "".join(f"{key} = \"{one}\"\n" for key, one in options.items())
                file = self.write("sweep.toml", f"[axes]\nseed = [7]\n[fixed]\n{fixed}")
                self.succeed("phase-diagram", file, "--run-dir", path)
                for result in (point, f"{path}/result.nc"):
                    with xarray.open_dataset(result) as data:
                        told = data[name].item()
                        self.assertEqual(None if told != told else told, value, result)


if __name__ == "__main__":
    unittest.main()
