"""The pages of the benchmarks: interpolation at equal error on curves known in closed form,
targets, and that the published tables are those of the recorded results.
"""

import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "bench"))

import report  # noqa: E402
import roofline  # noqa: E402
import tables  # noqa: E402
import targets  # noqa: E402
import work_precision  # noqa: E402


def power_law(solver, scale, errors=(1e-4, 1e-5, 3e-7, 1e-8), exponent=-0.2):
    points = [{"error_median": e, "seconds": [scale * e**exponent, 1.1 * scale * e**exponent]}
              for e in errors]
    return {"solver": solver, "method": "m", "field": "f", "points": points}


class EqualError(unittest.TestCase):
    def test_a_power_law_is_interpolated_exactly(self):
        times = work_precision.times_at(power_law("a", 3.0))
        exact = 3.0 * targets.EQUAL_ERROR**-0.2
        self.assertAlmostEqual(times["min"], exact, delta=1e-12 * exact)
        self.assertAlmostEqual(times["max"], 1.1 * exact, delta=1e-12 * exact)

    def test_a_curve_that_ends_before_the_error_has_no_time(self):
        self.assertIsNone(work_precision.times_at(power_law("a", 1.0, errors=(1e-3, 1e-4, 2e-6))))
        self.assertIsNone(work_precision.times_at(power_law("a", 1.0, errors=(1e-7, 1e-8))))

    def test_where_a_curve_turns_back_the_first_crossing_counts(self):
        turning = power_law("a", 1.0, errors=(1e-5, 1e-7, 2e-6, 1e-8), exponent=0.0)
        for point, seconds in zip(turning["points"], (1.0, 1.0, 5.0, 5.0)):
            point["seconds"] = [seconds]
        self.assertEqual(work_precision.times_at(turning)["median"], 1.0)

    def test_the_fastest_method_of_a_solver_counts_and_the_engine_is_one(self):
        rows = work_precision.at_equal_error(
            [power_law("engine", 1.0), power_law("peer", 8.0), power_law("peer", 5.0)])
        self.assertEqual([row["solver"] for row in rows], ["engine", "peer"])
        self.assertAlmostEqual(rows[1]["ratio"], 5.0, places=9)


class Targets(unittest.TestCase):
    def test_both_directions(self):
        self.assertEqual(tables.target_of(5.0, at_least=4), (">= 4", "yes"))
        self.assertEqual(tables.target_of(3.0, at_least=4), (">= 4", "no"))
        self.assertEqual(tables.target_of(3.0, at_most=4), ("<= 4", "yes"))
        self.assertEqual(tables.target_of(5.0, at_most=4), ("<= 4", "no"))
        self.assertEqual(tables.target_of(5.0), ("", ""))


class PublishedPages(unittest.TestCase):
    """Tables are generated, not typed: what stands in the pages is what the newest record says."""

    def setUp(self):
        self.path = sorted((SOURCE / "bench" / "results").glob("????-??-??-*.json"))[-1]
        self.record = json.loads(self.path.read_text())
        self.record["roofline"] = roofline.roofline(self.record["figures"])

    def test_the_pages_show_the_record(self):
        with tempfile.TemporaryDirectory() as folder:
            for page in ("bench/README.md", "docs/speed.md"):
                (Path(folder) / page).parent.mkdir(exist_ok=True)
                shutil.copy(SOURCE / page, Path(folder) / page)
            report.update_pages(Path(folder), self.record, self.path.stem)
            for page in ("bench/README.md", "docs/speed.md"):
                self.assertEqual((SOURCE / page).read_text(), (Path(folder) / page).read_text(),
                                 f"{page}: bench/run --render {self.path.name}")
        self.assertEqual(report.markdown(self.record), self.path.with_suffix(".md").read_text())

    def test_every_missed_target_says_what_bounds_it(self):
        self.assertNotIn("not looked into yet", tables.summary_table(self.record))


if __name__ == "__main__":
    unittest.main()
