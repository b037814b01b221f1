"""Options whose one value is a list, by the family: the weights of modes and components."""

from __future__ import annotations

import unittest
from typing import Any

import modecollapse
import numpy as np

COMPONENTS: dict[str, Any] = {"family": "components", "horizon": 1, "trajectories": 20, "seed": 1}
FLOWS: dict[str, Any] = {
    "family": "realnvp", "layout": "ring", "dimension": 2, "horizon": 2, "batch_size": 8,
    "width": 4, "layers": 2, "evaluation_samples": 100, "trajectories": 2, "seed": 1,
}  # fmt: skip
THREE = (0.2, 0.3, 0.5)


class ListValues(unittest.TestCase):
    def same(self, function, arguments, name, values):
        text = ",".join(map(str, values))
        expected = function(**arguments, **{name: text})
        for value in (list(values), tuple(values), np.array(values)):
            result = function(**arguments, **{name: value})
            self.assertEqual(result.attrs["config_hash"], expected.attrs["config_hash"])
            self.assertEqual(result[name].item(), text)

    def test_a_list_is_the_text_of_the_command_line(self):
        two = {**COMPONENTS, "components": 2, "modes": 2, "layout": "antipodal"}
        self.same(modecollapse.probability, two, "target_weight", (0.2, 0.8))
        self.same(modecollapse.probability, COMPONENTS, "target_weight", THREE)
        self.same(modecollapse.probability, COMPONENTS, "weight", THREE)
        self.same(modecollapse.probability, FLOWS, "target_weight", THREE)
        path = {"family": "components", "times": [0, 1], "seed": 1}
        self.same(modecollapse.trajectory, path, "target_weight", THREE)
        search = {"family": "components", "trajectories": 10, "seed": 1, "dimension": 10,
                  "radius_range": (1, 1.5), "horizon": 1}  # fmt: skip
        self.same(modecollapse.threshold, search, "target_weight", THREE)

    def test_of_the_mixture_it_is_a_sweep(self):
        result = modecollapse.probability(target_weight=[0.5, 0.6], trajectories=20, dimension=10)
        self.assertEqual(result.sizes["target_weight"], 2)

    def test_lists_of_lists_are_a_sweep(self):
        for values in ([THREE, (0.1, 0.2, 0.7)], [".2,.3,.5", ".1,.2,.7"],
                       np.array([THREE, (0.1, 0.2, 0.7)])):  # fmt: skip
            result = modecollapse.probability(**COMPONENTS, target_weight=values)
            self.assertEqual(result.target_weight.values.tolist(), ["0.2,0.3,0.5", "0.1,0.2,0.7"])
            one = modecollapse.probability(**COMPONENTS, target_weight=THREE)
            np.testing.assert_array_equal(result.counts[0], one.counts)

    def test_a_sweep_of_another_option_keeps_the_list(self):
        result = modecollapse.probability(**COMPONENTS, target_weight=THREE, radius=[1, 2])
        self.assertEqual(dict(result.p_collapse.sizes), {"radius": 2})
        self.assertEqual(result.target_weight.item(), "0.2,0.3,0.5")

    def test_refused_by_the_name_of_the_caller(self):
        for values in ([0.2, 0.3], [THREE, (0.5, 0.5)], [THREE, THREE]):
            with self.subTest(values), self.assertRaises(ValueError) as caught:
                modecollapse.probability(**COMPONENTS, target_weight=values)
            self.assertIn("target_weight", str(caught.exception))
            self.assertNotIn("description", str(caught.exception))
            self.assertNotIn("target-weight", str(caught.exception))
        with self.assertRaisesRegex(ValueError, "target_weight.*takes one value"):
            modecollapse.threshold(target_weight=[0.5, 0.6])


if __name__ == "__main__":
    unittest.main()
