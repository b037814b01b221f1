"""Members that fail are told by a warning of its own kind and by the result, not by an error."""

import unittest
import warnings

import numpy as np

try:
    import modecollapse

    modecollapse.info()
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

POINT = {"radius": 2, "dimension": 10, "seed": 1}


class FailedMembers(unittest.TestCase):
    def told(self, words, function, *description, **arguments):
        """The result of a function that warns once, with these words."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = function(*description, **arguments)
        caught = [one for one in caught if one.category is modecollapse.FailedMembersWarning]
        self.assertEqual([one.filename for one in caught], [__file__])
        for word in words:
            self.assertIn(word, str(caught[0].message))
        return result

    def test_a_probability(self):
        words = ("150 of 200 trajectories", "failed_limit", "maximum_steps")
        result = self.told(words, modecollapse.probability, trajectories=200, maximum_steps=5,
                           **POINT)
        self.assertEqual((result.attrs["exit_code"], int(result.failed)), (6, 150))
        self.assertTrue(np.isnan(result.p_collapse))
        self.assertTrue(0 < result.ci_low < result.ci_high < 1)

    def test_the_twin_warns_of_nothing(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = modecollapse.probability(trajectories=200, **POINT)
        self.assertEqual((result.attrs["exit_code"], int(result.failed)), (0, 0))

    def test_a_sweep(self):
        description = {"axes": {"maximum-steps": [5, 25, 100000]},
                       "fixed": {**POINT, "trajectories": 500}}
        result = self.told(["in the cell"], modecollapse.phase_diagram, description)
        self.assertEqual(result.attrs["exit_code"], 6)
        self.assertEqual(list(result.status.values), ["failed", "complete", "complete"])
        np.testing.assert_array_equal(np.isnan(result.p_collapse.values), [True, False, False])


if __name__ == "__main__":
    unittest.main()
