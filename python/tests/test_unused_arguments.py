"""The functions refuse every argument that they do not use: all options under every command,
family, dynamics and geometry of the weights, against the table that the program's tests have.
"""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "cli"))
try:
    import modecollapse
    from modecollapse._extension import engine
    from option_cases import CONTEXTS, crossed

    engine()
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error


def given(words):
    """Words of the command line as the engine takes them from Python."""
    options, waiting = {}, list(words)
    while waiting:
        name = waiting.pop(0)[2:]
        has_value = waiting and not str(waiting[0]).startswith("--")
        value = str(waiting.pop(0)) if has_value else "true"
        options[name] = (value, f"{name.replace('-', '_')}={value}")
    return options


class UnusedArguments(unittest.TestCase):
    def test_every_option_under_every_command_family_dynamics_and_weights(self):
        answers = {True: 0, False: 0}
        for (command, *words), _, used in crossed(CONTEXTS):
            with self.subTest(command=command, words=words):
                try:
                    engine().resolved_options(command, given(words))
                    accepted, said = True, ""
                except ValueError as refusal:
                    accepted, said = False, str(refusal)
                self.assertEqual(accepted, used, said)
                if not used:
                    self.assertTrue(any(option in said for option in given(words)), said)
            answers[used] += 1
        self.assertGreater(answers[True], 300)
        self.assertGreater(answers[False], 500)

    def test_what_a_caller_sees(self):
        with self.assertRaisesRegex(ValueError, "learning_rate=1.*dynamics flow.*family realnvp"):
            modecollapse.probability(learning_rate=1, trajectories=10)
        with self.assertRaisesRegex(TypeError, "theory.*estimator.*used by probability"):
            modecollapse.theory(estimator="score")
        with self.assertRaisesRegex(ValueError, "dynamics=sgd.*theory"):
            modecollapse.theory(dynamics="sgd")


if __name__ == "__main__":
    unittest.main()
