"""Small parts of the figures: gaps, number formats, texts."""

from __future__ import annotations

import unittest

from figure_checks import ATTRIBUTES
from sweep_data import SWEEP_CONFIG
from threshold_data import CONFIG

import numpy as np

from modecollapse.figures import layout, run_text, style


class SmallParts(unittest.TestCase):
    def test_spread_keeps_order_gap_and_limits(self):
        placed = style.spread([0.5, 0.1, 0.11, 0.99, 1.0], 0.05, 0.0, 1.0)
        self.assertEqual(list(np.argsort(placed)), [1, 2, 0, 3, 4])
        self.assertGreaterEqual(np.diff(sorted(placed)).min(), 0.05 - 1e-12)
        self.assertGreaterEqual(min(placed), 0.0)
        self.assertLessEqual(max(placed), 1.0)
        self.assertEqual(style.spread([0.2, 0.8], 0.05, 0.0, 1.0), [0.2, 0.8])
        self.assertEqual(style.spread([], 0.05, 0.0, 1.0), [])

    def test_number_math(self):
        for value, text in (
            (2, "2"),
            (0.25, "0.25"),
            (1000, "1000"),
            (100000, "10^{5}"),
            (20000, r"2\times 10^{4}"),
            (12345, "12{,}345"),
            (10**15, "10^{15}"),
        ):
            self.assertEqual(style.number_math(value), text)

    def test_plain_reading_of_toml_agrees_with_a_parser(self):
        plain = run_text.plain_assignments(CONFIG + "quiet = true\nfast = false\n")
        self.assertEqual(plain["target-weight"], 0.6666666666666666)
        self.assertEqual(plain["level"], [0.1, 0.5])
        self.assertEqual(plain["radius-range"], "0.5:3")
        self.assertEqual((plain["quiet"], plain["fast"]), (True, False))
        if run_text.tomllib is None:
            self.skipTest("no TOML parser to compare with")
        self.assertEqual(
            run_text.plain_assignments(CONFIG),
            run_text.configuration({"config_toml": CONFIG}),
        )

    def test_plain_reading_of_a_sweep_agrees_with_a_parser(self):
        plain = run_text.plain_assignments(SWEEP_CONFIG)
        self.assertEqual(plain["seed"], 7)
        for name in ("radius", "zip", "max-trajectories"):  # of other sections
            self.assertNotIn(name, plain)
        if run_text.tomllib is None:
            self.skipTest("no TOML parser to compare with")
        parsed = run_text.configuration({"config_toml": SWEEP_CONFIG})
        self.assertEqual(plain, parsed)

    def test_swept_weights(self):
        for options, swept, text in (
            ({}, ["target-weight"], r"$w_1 = w^{\ast}$ (fixed weights)"),
            ({}, ["target-weight", "weight"], "(fixed weights)"),
            ({"weight": 0.5}, ["target-weight"], "$w_1 = 0.5$ (fixed weights)"),
            (
                {"target-weight": 0.6},
                ["weight"],
                r"$w^{\ast} = 0.6$ (fixed weights)",
            ),
            ({}, [], ""),
        ):
            self.assertEqual(run_text.weights_text(options, swept), text)

    def test_what_is_swept_is_not_in_the_provenance(self):
        text = run_text.provenance_text(
            {**ATTRIBUTES, "seed": "an axis", "precision": "an axis"}
        )
        self.assertEqual(text, "modecollapse 0.1.0 (01234567+dirty), cpu avx2")

    def test_trajectories(self):
        for numbers, text in (
            ([], ""),
            ([2000, 2000], "$2000$ trajectories per cell"),
            ([128000, 2000], "$2000$ to $128{,}000$ trajectories per cell"),
        ):
            self.assertEqual(run_text.trajectories_text(numbers, "cell"), text)

    def test_wrapped_lines_are_no_wider_than_asked(self):
        parts = ["one part", "", "$x^{2} = 10^{5}$ another", "a third"]
        whole = "; ".join(filter(None, parts))
        width = layout.text_width(whole, 9.0)
        self.assertEqual(layout.wrapped(parts, 9.0, width + 0.01), [whole])
        lines = layout.wrapped(parts, 9.0, width - 0.1)
        self.assertEqual(len(lines), 2)
        self.assertEqual("; ".join(lines), whole)
        self.assertEqual(layout.wrapped([], 9.0, 1.0), [])

    def test_a_part_is_broken_behind_commas_where_it_must(self):
        part = "toy data, $d = 10, 100$, $s_x = 12$, activity floor $f = 0.01$"
        self.assertEqual(layout.wrapped([part], 9.0, 9.0), [part])
        lines = layout.wrapped(["VAE", part, "seed 7"], 9.0, 1.6)
        self.assertEqual(lines[0], "VAE")
        self.assertEqual(" ".join(lines[1:]), f"{part} seed 7")
        self.assertTrue(all(line.endswith(",") for line in lines[1:-2]))
        for line in lines:  # formulas stay whole
            self.assertEqual(line.count("$") % 2, 0)
            self.assertLessEqual(layout.text_width(line, 9.0), 1.7)

    def test_first_weight_follows_the_weights(self):
        fixed = run_text.physics_text({"config_toml": "target-weight = 0.7"}, "radius")
        self.assertIn("w_1 = 0.7$", fixed)
        text = "target-weight = 0.7\nweights = 'softmax'"
        self.assertIn(
            "w_1 = 0.5$", run_text.physics_text({"config_toml": text}, "radius")
        )


if __name__ == "__main__":
    unittest.main()
