"""Options from files and flags: what wins, what is dumped reads back, and what tells runs apart."""

import unittest

from program import ProgramTest, run


class Configuration(ProgramTest):
    def test_a_flag_beats_the_file_and_the_dump_can_be_read_back(self):
        file = self.write("run.toml",
                          "radius = 2.5\nseed = 3\ntrajectories = 1e4\nthreads = 1\nquiet = true\n")
        dump = self.succeed("probability", "--config", file, "--radius", 1.5,
                            "--dump-config").stdout
        self.assertIn("radius = 1.5", dump)
        again = self.write("again.toml", dump)
        self.assertEqual(self.succeed("probability", "--config", again, "--dump-config").stdout,
                         dump)
        direct = self.json("probability", "--radius", 1.5, "--seed", 3, "--trajectories", 10000)
        through = self.json("probability", "--config", again)
        self.assertEqual(direct["counts"], through["counts"])
        self.assertEqual(direct["config_hash"], through["config_hash"])

    def test_a_dumped_name_is_one_whatever_is_in_it(self):
        for name in (r"\n\na.nc", r"'''a\n.nc", r"a\r\nb.nc", r"a\\b \"é\".nc"):
            file = self.write("run.toml", f'output = "{name}"\nseed = 1\n')
            dump = self.succeed("probability", "--config", file, "--dump-config").stdout
            again = self.write("again.toml", dump)
            self.assertEqual(self.succeed("probability", "--config", again, "--dump-config").stdout,
                             dump)

    def test_the_hash_tells_configurations_apart(self):
        arguments = ("probability", "--trajectories", 1000, "--seed", 1)
        same = {self.json(*arguments, "--threads", threads)["config_hash"] for threads in (1, 2)}
        other = {self.json(*arguments, *more)["config_hash"]
                 for more in (("--radius", 2), ("--precision", "single"), ("--tolerance", "1e-5"))}
        self.assertEqual(len(same), 1)
        self.assertEqual(len(other | same), 4)

    def test_a_seed_is_a_number_however_it_is_written(self):
        arguments = ("probability", "--trajectories", 100, "--seed")
        seven = self.json(*arguments, 7)
        for given in ("007", "7"):
            self.assertIn("seed = 7\n", self.succeed(*arguments, given, "--dump-config").stdout)
            result = self.json(*arguments, given)
            self.assertEqual([result[key] for key in ("seed", "config_hash", "counts")],
                             [seven[key] for key in ("seed", "config_hash", "counts")])
        self.refused([*arguments, "+7"], 2, "--seed +7")

    def test_the_seed_of_a_given_start_is_told_where_it_matters(self):
        start = ("trajectory", "--start", "0.1,0.2,0.3", "--times", "0,1")
        self.assertIn("seed drawn", run(*start, "--dynamics", "sgd").stderr)
        self.assertNotIn("seed drawn", run(*start).stderr)

    def test_lists_in_a_file(self):
        file = self.write("run.toml",
                          'dimension = [2, 10]\nlevel = [0.1]\nradius-range = "1:1.3"\n'
                          'trajectories = 500\nseed = 18446744073709551615\n'
                          .replace("18446744073709551615", '"18446744073709551615"'))
        result = self.json("threshold", "--config", file)
        self.assertEqual([row["dimension"] for row in result["rows"]], [2, 10])
        self.assertEqual(result["seed"], 18446744073709551615)


if __name__ == "__main__":
    unittest.main()
