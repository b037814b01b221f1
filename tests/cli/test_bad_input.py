"""Wrong use: a message that names the option, the value and the allowed range; exit code 2 (3:
device); nothing printed, nothing written.
"""

import os
import unittest

from program import ProgramTest, run

PHYSICS = ("probability", "threshold", "trajectory", "basin", "theory")
PATHS = ("probability", "threshold", "trajectory")
STEPPED = (*PATHS, "basin")
REPORTS = (*PHYSICS, "folds")

# option, bad value, what the message must contain besides both, commands
OUT_OF_RANGE = [
    ("radius", "0", "0.001 to 10", ("probability", "trajectory", "basin")),
    ("radius", "-1.5", "0.001 to 10", ("probability", "trajectory", "basin")),
    ("radius", "10.5", "0.001 to 10", ("probability",)),
    ("radius", "nan", "not a number", ("probability",)),
    ("radius", "inf", "not a number", ("probability",)),
    ("radius", "1.5x", "not a number", ("probability",)),
    ("radius", "", "the value is missing", ("probability",)),
    ("dimension", "1", "2 to 1000000000", ("probability", "threshold", "trajectory")),
    ("dimension", "2e9", "2 to 1000000000", ("probability", "threshold", "trajectory")),
    ("dimension", "2.5", "not a whole number", ("probability", "threshold", "trajectory")),
    ("dimension", "10,,20", "not a number", ("threshold", "theory")),
    ("dimension", "1,10", "2 to 1000000000", ("threshold", "theory")),
    ("dimension", "10:2:1", "start:stop:step", ("threshold",)),
    ("dimension", "log:0:10:3", "log:start:stop:count", ("threshold",)),
    ("target-weight", "0", "0.0001 to 0.9999", REPORTS),
    ("target-weight", "1", "0.0001 to 0.9999", REPORTS),
    ("weight", "0", "0.0001 to 0.9999", REPORTS),
    ("weight", "1", "0.0001 to 0.9999", REPORTS),
    ("horizon", "0", "0.000001 to 1e9", PHYSICS),
    ("annealing-time", "1e-320", "neither 0 nor as far from it as 2.2e-308", PHYSICS),
    ("annealing-time", "1e-300/1e10", "above 0, up to 1e9", PHYSICS),
    ("alignment-threshold", "0", "0.000001 to 0.999999", REPORTS),
    ("alignment-threshold", "1", "0.000001 to 0.999999", REPORTS),
    ("weight-floor", "0.5", "0 to 0.499999", REPORTS),
    ("tolerance", "0", "1e-12 to 0.01", STEPPED),
    ("tolerance", "1", "1e-12 to 0.01", STEPPED),
    ("maximum-steps", "0", "1 to 1e9", PHYSICS),
    ("trajectories", "0", "1 to 1e15", ("probability", "threshold")),
    ("trajectories", "1.5", "not a whole number", ("probability", "threshold")),
    ("sampling", "halton", "monte-carlo|sobol", ("probability", "threshold")),
    ("replicates", "1", "2 to 1024", ("probability", "threshold")),
    ("replicates", "1025", "2 to 1024", ("probability", "threshold")),
    ("relative-error", "0", "0.001 to 0.5", ("probability",)),
    ("relative-error", "1", "0.001 to 0.5", ("probability",)),
    ("seed", "-1", "0 to 18446744073709551615", ("probability", "threshold", "trajectory")),
    ("seed", "18446744073709551616", "0 to 18446744073709551615", ("probability",)),
    ("threads", "-1", "0 to 4096", PHYSICS),
    ("device", "-1", "0 to 1023", STEPPED),
    ("precision", "half", "double|single", PHYSICS),
    ("backend", "gpu", "auto|cpu|cuda", PHYSICS),
    ("format", "xml", "table|json|csv", PHYSICS),
    ("level", "0", "0.000001 to 0.999999", ("threshold",)),
    ("level", "0.5,1", "0.000001 to 0.999999", ("threshold",)),
    ("radius-range", "3:1", "A < B", ("threshold",)),
    ("radius-range", "0:1", "0.001", ("threshold",)),
    ("radius-range", "1", "A:B", ("threshold",)),
    ("s", "1.5", "-1 to 1", ("basin",)),
    ("grid", "1", "2 to 10001", ("basin",)),
    ("accuracy", "0", "1e-6 to 0.1", ("theory",)),
    ("accuracy", "0.2", "1e-6 to 0.1", ("theory",)),
    ("id", "-1", "0 to 9007199254740992", ("trajectory",)),
    ("id", "9007199254740993", "0 to 9007199254740992", ("trajectory",)),
    ("id", "1,9007199254740993", "0 to 9007199254740992", ("trajectory",)),
    ("times", "-1,2", "0 to 1e9", ("trajectory",)),
    ("start", "0.9,0.9,-0.9", "eigenvalue", ("trajectory",)),
    ("start", "0.1,0.2", "m1,m2,s[,w1]", ("trajectory",)),
    ("start", "0.1,0.2,0,1", "0.0001 to 0.9999", ("trajectory",)),
    ("learning-rate", "0", "above 0", PATHS),
    ("batch-size", "0", "1 or more", PATHS),
    ("estimator", "magic", "pathwise|reparameterized|score", PATHS),
    ("initial-temperature", "0.5", "1 to 1e12", PHYSICS),
    ("annealing-time", "0", "above 0", PHYSICS),
    ("quasi-share", "2", "0 to 1", ("probability",)),
    ("family", "spline", "mixture|realnvp", PHYSICS),
    ("layers", "0", "1 to 256", ("probability",)),
    ("width", "0", "1 to 4096", ("probability",)),
    ("depth", "9", "1 to 8", ("probability",)),
    ("mask", "thirds", "halves|random", ("probability",)),
    ("optimizer", "magic", "adam|sgd", ("probability",)),
    ("learning-rate-schedule", "linear", "constant|cosine", ("probability",)),
    ("first-decay", "1", "0.000001 to 0.999999", ("probability",)),
    ("gradient-clip", "-1", "0, or above 0, up to 1e9", ("probability",)),
    ("evaluation-samples", "1", "2 to 1e8", ("probability",)),
    ("mode-mass-floor", "0", "above 0", ("probability",)),
    ("member", "-1", "0 to 9007199254740992", ("sample", "encode", "reconstruct")),
    ("rows", "0", "1 to 1e9", ("reconstruct",)),
    ("rows", "2.5", "1 to 1e9", ("reconstruct",)),
    ("samples", "0", "1 to 1e8", ("sample",)),
    ("skip", "-1", "0 to 1e12", ("sample",)),
    ("points", "0,1e7", "-1e6 to 1e6", ("sample",)),
]

# options that belong to other options, which are not given
BELONGS_ELSEWHERE = [("learning-rate", "0.05"), ("batch-size", "1000"), ("estimator", "pathwise"),
                     ("initial-temperature", "4"),
                     ("annealing", "linear"), ("annealing-time", "10"), ("quasi-share", "0.2")]


class BadInput(ProgramTest):
    def test_values_out_of_range(self):
        for option, value, allowed, commands in OUT_OF_RANGE:
            for command in commands:
                with self.subTest(command=command, option=option, value=value):
                    output = self.path("result.nc")
                    self.refused([command, f"--{option}={value}", "--output", output], 2,
                                 f"--{option}", value, allowed)

    def test_what_the_engine_refuses_is_told_as_an_option(self):
        told = self.refused(["probability", "--family", "vae", "--exact-data", 1], 2, "0, or 2")
        self.assertIn("modecollapse: --exact-data = 1", told.stderr)

    def test_options_that_would_have_no_effect_are_refused_not_ignored(self):
        for option, value in BELONGS_ELSEWHERE:
            for command in PHYSICS:
                with self.subTest(command=command, option=option):
                    self.refused([command, f"--{option}", value], 2, f"--{option} {value}",
                                 "allowed")

    def test_unknown_names_come_with_the_nearest_one(self):
        self.refused(["probability", "--radis", "1"], 2, "--radis", "--radius")
        self.refused(["threshold", "--radius", "1"], 2, "--radius", "what the search runs over",
                     "--radius-range")
        self.refused(["probabilty"], 2, "probabilty", "nearest: probability")
        far = self.refused(["probability", "--colour", "1"], 2, "--colour", "--help")
        self.assertNotIn("nearest", far.stderr)
        far = self.refused(["frob"], 2, "frob", "allowed: probability, threshold")
        self.assertNotIn("nearest", far.stderr)
        self.refused(["--radius", "1"], 2, "after the command")
        self.refused(["probability", "stray"], 2, "stray")
        self.refused([], 2, "no command", "threshold")

    def test_an_option_without_its_value_or_given_twice(self):
        self.refused(["probability", "--radius"], 2, "--radius")
        self.refused(["probability", "--radius", "1", "--radius", "2"], 2, "--radius 2",
                     "after --radius 1", "allowed: once")

    def test_configuration_files(self):
        self.refused(["probability", "--config", self.path("absent.toml")], 2, "absent.toml")
        malformed = self.write("malformed.toml", "radius = 1\nseed = = 2\n")
        self.refused(["probability", "--config", malformed], 2, "malformed.toml", "line 2",
                     "column")
        unknown = self.write("unknown.toml", "seed = 1\nradious = 2\n")
        self.refused(["probability", "--config", unknown], 2, "line 2, column 1", "radious",
                     "radius")
        value = self.write("value.toml", "\nradius = 12\n")
        self.refused(["probability", "--config", value], 2, "radius = 12",
                     "value.toml, line 2, column 1", "0.001 to 10")
        kind = self.write("kind.toml", "[radius]\nx = 1\n")
        self.refused(["probability", "--config", kind], 2, "radius", "line 1")
        text = self.write("text.toml", 'radius = "wide"\n')
        self.refused(["probability", "--config", text], 2, "wide", "not a number")

    def test_conflicts(self):
        self.refused(["trajectory", "--id", "1", "--start", "0,0,0"], 2, "--start", "--id")
        self.refused(["trajectory", "--start", "0,0,0,0.5", "--weight", "0.4"], 2, "--start",
                     "--weight")
        self.refused(["probability", "--precision", "single", "--tolerance", "1e-7"], 2,
                     "--tolerance 1e-7", "1e-5")
        many = ["--maximum-steps", "16777216"]
        self.refused(["probability", "--precision", "single", "--tolerance", "1e-5", *many], 2,
                     "--maximum-steps 16777216", "16777215")

    def test_ways_of_sampling_that_do_not_go_together(self):
        self.refused(["probability", "--replicates", "4"], 2, "--replicates 4", "--sampling sobol")
        self.refused(["threshold", "--replicates", "4", "--sampling", "monte-carlo"], 2,
                     "--replicates 4", "--sampling sobol")
        self.refused(["probability", "--relative-error", "0.1"], 2, "--relative-error 0.1",
                     "--rare")
        self.refused(["probability", "--rare", "--sampling", "sobol"], 2, "--sampling sobol",
                     "--rare")
        self.refused(["probability", "--rare", "--trajectories", "1000"], 2, "--trajectories 1000",
                     "16384")
        self.refused(["threshold", "--rare"], 2, "--rare")
        self.refused(["basin", "--sampling", "sobol"], 2, "--sampling")
        for option in ("rare = true", "replicates = 4", "relative-error = 0.1"):
            grid = self.write("grid.toml", f"[axes]\nradius = [1, 2]\n[fixed]\n{option}\n")
            self.refused(["phase-diagram", grid, "--run-dir", self.path("run")], 2,
                         option.split(" ")[0], "grid.toml", "allowed")

    def test_output_paths(self):
        self.refused(["probability", "--output", self.path("no/such/folder.nc")], 2, "--output",
                     "No such file")
        self.refused(["probability", "--output", self.path("result.txt")], 2, "--output", ".nc")
        self.refused(["probability", "--output", self.folder + "/."], 2, "--output")

    def test_names_that_results_carry_are_text(self):
        for name in (b"x\xff.npy", b"two\nlines.npy"):
            path = os.path.join(os.fsencode(self.folder), name)
            with open(path, "wb") as file:
                file.write(b"")
            shown = name.decode("utf-8", "replace").split("\n")[0].rstrip("\ufffd.npy")
            self.refused(["probability", "--family", "vae", "--data", os.fsdecode(path)], 2,
                         f"--data {self.folder}/{shown}", "no printable UTF-8")

    def test_what_fails_is_told(self):
        for arguments, words in (
                (["basin", "--maximum-steps", 5, "--grid", 5], "10 of 13 starts failed"),
                (["trajectory", "--family", "linear-vae", "--dynamics", "sgd", "--learning-rate", 5,
                  "--dimension", 30, "--horizon", 50, "--id", "0,1", "--seed", 1],
                 "2 of 2 trajectories failed; to change that, lower --learning-rate")):
            result = run(*arguments)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(words, result.stderr)

    def test_a_file_has_one_use(self):
        """Whatever its path: what is written first would be lost, or what is read."""
        vae = ["probability", "--family", "vae", "--horizon", 2, "--trajectories", 1, "--held-out",
               20, "--exact-data", 0, "--seed", 1]
        models, link = self.path("models.nc"), self.path("link.nc")
        self.succeed(*vae, "--save-models", models)
        os.symlink(models, link)
        with open(models, "rb") as file:
            before = file.read()
        other = os.path.join(self.folder, "..", os.path.basename(self.folder), "new.nc")
        for arguments, words in (
                (["--save-models", self.path("new.nc"), "--output", self.path("new.nc")],
                 "--save-models"),
                (["--save-models", self.path("new.nc"), "--output", other], "--save-models"),
                (["--save-models", "new.nc", "--output", "./new.nc"], "--save-models"),
                (["--save-models", "new.nc", "--output", os.path.abspath("new.nc")],
                 "--save-models"),
                (["--continue-models", models, "--output", models], "--continue-models"),
                (["--continue-models", models, "--output", link], "--continue-models"),
                (["--data", models, "--save-models", link], "--data")):
            self.refused([*vae, *arguments], 2, words, "is the file of", "allowed: another file")
        self.refused(["sample", "--models", models, "--samples", 2, "--output", link], 2,
                     f"--output {link}", f"--models {models}")
        with open(models, "rb") as file:
            self.assertEqual(file.read(), before)
        self.succeed(*vae, "--continue-models", models, "--save-models", models)

    def test_no_device(self):
        info = run("info", "--format", "json").stdout
        if '"devices": []' not in info:
            self.skipTest("a CUDA device answers on this machine")
        self.refused(["probability", "--backend", "cuda", "--seed", "1"], 3, "--backend cuda")


if __name__ == "__main__":
    unittest.main()
