"""threshold --over: the critical value of any numeric option. P on either side of it is what
`probability` says there, a falling P is searched from its other end, whole numbers stay whole, and
a logarithmic search finds the crossing of a linear one.
"""
import unittest

from program import ProgramTest

COOLED = ("--initial-temperature", 10, "--radius", 2, "--dimension", 10, "--seed", 7)


class OverAnyOption(ProgramTest):
    def row(self, *arguments):
        result = self.json("threshold", "--quiet", *arguments)
        self.assertEqual(len(result["rows"]), 1)
        return result["rows"][0], result

    def test_the_annealing_time_at_which_collapse_becomes_rare(self):
        searched = ("--over", "annealing-time", "--over-range", "0.5:100", "--level", 0.05,
                    "--trajectories", 2000)
        row, result = self.row(*searched, *COOLED)
        self.assertEqual(result["searched"], "annealing_time")
        self.assertEqual((row["status"], row["direction"]), ("found", "falling"))
        self.assertEqual(result["over_scale"], "log")
        self.assertLess(row["ci_low"], row["critical_value"])
        self.assertGreater(row["ci_high"], row["critical_value"])
        self.assertNotIn("annealing_time", result)
        self.assertEqual(result["radius"], 2)

        def p(time):
            return self.json("probability", "--annealing-time", time, "--trajectories", 2000,
                             "--quiet", *COOLED)
        # the ends are what they say: surely at the level before, surely below after it
        self.assertGreaterEqual(p(row["ci_low"])["ci_low"], 0.05)
        self.assertLess(p(row["ci_high"])["ci_high"], 0.05)
        # and members of another seed are in between at the critical value; twin: not at three
        # times of it
        fresh = [self.json("probability", "--annealing-time", factor * row["critical_value"],
                           "--trajectories", 20000, "--quiet", *COOLED[:-1], 8)
                 for factor in (1, 3)]
        self.assertLess(abs(fresh[0]["p_collapse"] - 0.05), 0.025)
        self.assertGreater(abs(fresh[1]["p_collapse"] - 0.05), 0.025)

        linear, _ = self.row(*searched, "--over-scale", "linear", *COOLED)
        self.assertLess(linear["ci_low"], row["ci_high"])
        self.assertGreater(linear["ci_high"], row["ci_low"])

    def test_a_temperature(self):
        row, result = self.row("--over", "initial-temperature", "--over-range", "1:100",
                               "--radius", 2, "--dimension", 10, "--annealing-time", 20,
                               "--level", 0.3, "--trajectories", 500, "--seed", 7)
        self.assertEqual((row["status"], row["direction"]), ("found", "falling"))
        self.assertGreater(row["critical_value"], 1)
        self.assertEqual(result["annealing"], "exponential-temperature")

    def test_a_batch_size_is_whole(self):
        noisy = ("--dynamics", "sgd", "--estimator", "score", "--learning-rate", 0.5,
                 "--horizon", 30, "--radius", 1.5, "--dimension", 10, "--trajectories", 1000,
                 "--seed", 7)
        row, result = self.row("--over", "batch-size", "--over-range", "1:16", "--level", 0.22,
                               *noisy)
        values = [curve["batch_size"] for curve in result["curves"]]
        self.assertTrue(all(value == int(value) for value in values), values)
        self.assertEqual((row["status"], row["direction"]), ("found", "rising"))
        size = row["critical_value"]  # the first at which P reaches the level
        self.assertEqual((size, row["resolution"]), (int(size), 1))
        before, there = (self.json("probability", "--batch-size", b, *noisy)["p_collapse"]
                         for b in (int(size) - 1, int(size)))
        self.assertLess(before, 0.22)
        self.assertGreaterEqual(there, 0.22)

    def test_radius_by_either_name(self):
        few = ("--dimension", 10, "--trajectories", 200, "--seed", 7, "--level", 0.5)
        named, _ = self.row("--over", "radius", "--over-range", "1:1.5", *few)
        plain, _ = self.row("--radius-range", "1:1.5", *few)
        self.assertEqual(named, plain)

    def test_a_flow(self):
        row, result = self.row("--family", "realnvp", "--over", "learning-rate", "--over-range",
                               "0.001:0.2", "--dimension", 2, "--layers", 2, "--width", 4,
                               "--depth", 1, "--evaluation-samples", 50, "--horizon", 5,
                               "--trajectories", 10, "--seed", 7, "--level", 0.5,
                               "--failed-limit", 1)
        self.assertEqual(result["learning_rate_range"], [0.001, 0.2])
        self.assertEqual(result["over_scale"], "log")
        self.assertIn("critical_value", row)

    def test_dimensions_are_called_what_the_family_calls_them(self):
        try:
            import xarray
        except ImportError:
            self.skipTest("xarray is not installed")
        of_family = {"mixture": ("--radius-range", "1:1.2"), "linear-vae": ("--over", "kl-weight")}
        for family, more in of_family.items():
            file = self.path(f"{family}.nc")
            self.succeed("threshold", "--family", family, *more, "--dimension", 100, "--seed", 7,
                         "--trajectories", 64, "--output", file)
            with xarray.open_dataset(file) as data:
                about = data["dimension"].attrs
            letter, words = {"mixture": ("d", "dimension d of the space"),
                             "linear-vae": ("N", "dimension N of the data")}[family]
            self.assertEqual((about["symbol"], about["long_name"]), (letter, words))

    def test_refusals(self):
        for arguments, words in (
                (("--over", "batch-size"), ("--over batch-size", "not used with --dynamics flow")),
                (("--over", "annealing", "--over-range", "1:2"), ("--over annealing", "allowed")),
                (("--over", "seed"), ("--over seed", "allowed")),
                (("--over", "dimension"), ("--over dimension", "allowed")),
                (("--over", "radiu"), ("--over radiu", "nearest: radius")),
                (("--over", "horizon", "--over-range", "0:5"), ("--over-range 0:5", "0.000001")),
                (("--over", "horizon", "--over-range", "5:1"), ("--over-range 5:1", "A < B")),
                (("--over", "horizon", "--over-range", "5"), ("--over-range 5", "A:B")),
                (("--over", "maximum-steps", "--over-range", "10.5:20"), ("10.5", "whole number")),
                (("--over", "target-weight"), ("target-weight", "--over-range")),
                (("--over", "tolerance", "--over-range", "1e-9:1e-3", "--precision", "single"),
                 ("1e-09", "1e-5 to 0.01")),
                (("--over", "horizon", "--horizon", "5"), ("--horizon 5", "search runs over")),
                (("--over", "horizon", "--radius-range", "1:2"), ("--radius-range 1:2",)),
                (("--over-range", "1:2", "--radius-range", "1:2"), ("--radius-range 1:2",)),
                (("--over", "annealing-time", "--initial-temperature", 10, "--horizon", 20),
                 ("annealing-time = 1000", "horizon")),
                (("--family", "realnvp", "--over", "weight", "--over-range", "0.1:0.2"),
                 ("--over weight", "learning-rate"))):
            with self.subTest(arguments):
                self.refused(["threshold", *arguments], 2, *words)

    def test_a_zero_that_is_no_number(self):
        for family, name, others in (
            ("vae", "data-size", "1 to 1e9"),
            ("sequence-vae", "data-size", "1 to 1e7"),
            ("vae", "clusters", "2 to 16"),
            ("realnvp", "gradient-clip", "above 0, up to 1e9"),
        ):
            with self.subTest(family, name=name):
                searched = ("threshold", "--family", family, "--over", name, "--over-range")
                said = f"A < B, both within {others})"
                self.refused([*searched, "0:8"], 2, "--over-range 0:8", f"no number of {name}",
                             said)
                self.refused([*searched, "0:0.5"], 2, said)
                self.succeed(*searched, "2:8", "--dump-config")  # the twin

    def test_what_is_dumped_reads_back(self):
        asked = ("threshold", "--over", "annealing-time", "--over-range", "1:50", *COOLED)
        dumped = self.succeed(*asked, "--dump-config").stdout
        self.assertIn("over = 'annealing-time'", dumped)
        self.assertNotIn("radius-range", dumped)
        path = self.write("over.toml", dumped)
        again = self.succeed("threshold", "--config", path, "--dump-config").stdout
        self.assertEqual(again, dumped)
        as_python = ["annealing_time" if word == "annealing-time" else word for word in asked]
        self.assertEqual(self.succeed(*as_python, "--dump-config").stdout, dumped)


if __name__ == "__main__":
    unittest.main()
