"""threshold spends trajectories where they matter: over seeds its intervals cover R_c at a level
that P crosses and at a jump, and a run takes a fraction of all trajectories at all radii. On
curves known in closed form, with the twin that does not share its error:
unit/critical_value_looks_test.cpp.

MODECOLLAPSE_COVERAGE_SEEDS: how many seeds (8; 100 in validation).
"""

import os
import unittest

from test_adaptive import fewest_covering
from sweeps import Sweep

SEEDS = int(os.environ.get("MODECOLLAPSE_COVERAGE_SEEDS", "8"))
MOST = 20000
# R_c(100; 0.5) by `theory --accuracy 1e-5` (3e-5 at most beside the truth); R_c(10; 0.1) is
# R_fold_plus
CASES = {"crossed": (100, 0.5, 1.31741), "jump": (10, 0.1, 1.108778)}


def covering(rows, radius):
    return sum(float(row["ci_low"]) <= radius <= float(row["ci_high"]) for row in rows)


class Coverage(Sweep):
    def rows(self, case):
        dimension, level, _ = CASES[case]
        text = (f'quantity = "threshold"\n[axes]\nseed = "1:{SEEDS}:1"\n[fixed]\nlevel = {level}\n'
                f"trajectories = {MOST}\ntarget-weight = 0.6666667\ndimension = {dimension}\n"
                'radius-range = "0.8:1.8"\n')
        return self.sweep(text, folder=case)

    def test_intervals_cover_at_a_crossing_and_at_a_jump(self):
        for case, (_, _, truth) in CASES.items():
            with self.subTest(case):
                rows = self.rows(case)
                self.assertEqual({row["r_c_status"] for row in rows}, {"found"})
                self.assertEqual({row["ci_method"] for row in rows}, {"clopper-pearson-spent"})
                self.assertGreaterEqual(covering(rows, truth), fewest_covering(SEEDS))
                widest = max(float(row["ci_high"]) - float(row["ci_low"]) for row in rows)
                self.assertLess(covering(rows, truth + widest), fewest_covering(SEEDS))  # twin
                for row in rows:
                    self.assertLess(int(row["trajectories_run"]),
                                    int(row["evaluations"]) * MOST / 2)


if __name__ == "__main__":
    unittest.main()
