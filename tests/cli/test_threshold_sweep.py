"""phase-diagram with quantity = "threshold": every cell is the critical value that `threshold`
finds at the point, and stops, shards and threads change nothing.
"""

import unittest

from sweeps import MERGED, Sweep

SWEEP = ('quantity = "threshold"\n[axes]\ndimension = [10, 100]\ntarget-weight = [0.6, 0.7]\n'
         '[fixed]\nlevel = 0.1\nradius-range = "1:1.3"\ntrajectories = 500\nseed = 7\n')
POINT = ("--level", 0.1, "--radius-range", "1:1.3", "--trajectories", 500, "--seed", 7)
COOLED = ('quantity = "threshold"\n[axes]\nradius = [1.8, 2.2]\nlevel = [0.05, 0.2]\n[fixed]\n'
          'over = "annealing-time"\nover-range = "0.5:100"\ninitial-temperature = 10\n'
          "dimension = 10\ntrajectories = 300\nseed = 7\n")


class CriticalPlane(Sweep):
    def test_cells_are_what_threshold_says(self):
        rows = self.sweep(SWEEP)
        self.assertEqual(len(rows), 4)
        for row in rows:
            point = self.json("threshold", "--dimension", row["dimension"], "--target-weight",
                              row["target_weight"], *POINT)["rows"][0]
            self.assertEqual(row["r_c_status"], point["status"])
            for name in ("r_c", "ci_low", "ci_high", "resolution"):
                self.assertEqual(float(row[name] or "nan"), point[name] or "nan")
            for name in ("evaluations", "trajectories_run", "failed"):
                self.assertEqual(int(row[name]), point[name])
            self.assertEqual((row["status"], row["ci_method"]), ("complete", point["ci_method"]))
        self.assertEqual({row["r_c_status"] for row in rows}, {"found"})
        self.assertGreater(len({row["r_c"] for row in rows}), 1)  # twin: cells differ
        data = self.open("run")
        self.assertEqual(data["r_c"].dims, ("dimension", "target_weight"))
        self.assertEqual(data["r_c"].values.ravel().tolist(), [float(row["r_c"]) for row in rows])
        self.assertEqual(data["level"].item(), 0.1)
        self.assertEqual(data["radius_range"].values.tolist(), [1.0, 1.3])
        self.assertIn('quantity = "threshold"', data.attrs["config_toml"])
        for name in data.variables:
            self.assertTrue(data[name].attrs["units"] and data[name].attrs["long_name"], name)

    def test_another_option_over_a_plane_of_levels(self):
        rows = self.sweep(COOLED)
        point = self.json("threshold", "--over", "annealing-time", "--over-range", "0.5:100",
                          "--initial-temperature", 10, "--dimension", 10, "--radius", 1.8,
                          "--level", 0.2, "--trajectories", 300, "--seed", 7)
        row = point["rows"][0]
        self.assertEqual(float(rows[1]["critical_value"]), row["critical_value"])
        self.assertEqual((rows[1]["critical_value_status"], rows[1]["direction"]),
                         (row["status"], "falling"))
        data = self.open("run")
        self.assertEqual(data["critical_value"].dims, ("radius", "level"))
        self.assertEqual(data["searched"].item(), "annealing_time")

    def test_stops_and_shards_change_nothing(self):
        rows = self.sweep(SWEEP, "--threads", 1, folder="whole")
        self.sweep(SWEEP, "--max-time", 0, code=75)
        self.assertEqual(self.sweep(SWEEP, "--resume", "--threads", 2), rows)
        for i in (1, 0):
            self.sweep(SWEEP, "--shard", f"{i}/2", folder="parts")
        self.succeed("merge", self.path("parts"))
        self.same_files("whole", "parts", MERGED)

    def test_what_does_not_go_together_is_refused_by_name(self):
        for old, new, words in (
            ("target-weight = [0.6, 0.7]", "radius = [1, 2]", ("radius", "search runs over")),
            ("level = 0.1", "level = 0.1\nradius = 2", ("radius", "search runs over")),
            ("level = 0.1", "level = [0.1, 0.5]", ("level", "an axis")),
            ("level = 0.1\n", "", ("level", "an axis")),
            ("level = 0.1", "level = 2", ("level", "0.000001 to 0.999999")),
            ("level = 0.1", "level = 0.1\nover = 3", ("over",)),
            ("level = 0.1", 'level = 0.1\nover = "dynamics"', ("over", "no number")),
            ('"1:1.3"', '"2:1"', ("radius-range", "A:B")),
            ("dimension = [10, 100]\n", "", ("dimension", "an axis")),
            ("seed = 7", "seed = 7\naccuracy = 0.1", ("accuracy", 'quantity = "theory"')),
            ("seed = 7", "seed = 7\n[adaptive]\ninterval-width = 0.1\nmax-trajectories = 1000",
             ("[adaptive]", 'quantity = "threshold"')),
        ):
            with self.subTest(new):
                file = self.write("sweep.toml", SWEEP.replace(old, new))
                self.refused(["phase-diagram", file, "--run-dir", self.path("no")], 2, *words)
        other = self.write("sweep.toml", SWEEP.replace('quantity = "threshold"\n', ""))
        self.refused(["phase-diagram", other, "--run-dir", self.path("no")], 2, "level",
                     'quantity = "threshold"')


if __name__ == "__main__":
    unittest.main()
