"""A machine that starts no more threads: every command goes on with those it got, says so once, and
gives the same counts.
"""

import json
import unittest

from fault import FaultTest, run

# Everything that shares its work out to threads, with what of its result must not depend on them.
COMMANDS = {
    "gradient flow": ("--trajectories 4000", ("counts", "steps")),
    "rare": ("--rare --radius 1.1 --dimension 200 --trajectories 32768", ("p_collapse",)),
    "sobol": ("--sampling sobol --trajectories 4096", ("counts", "standard_error")),
    "sgd": ("--dynamics sgd --batch-size 2 --horizon 5 --trajectories 400", ("counts",)),
    "realnvp": (
        "--family realnvp --dimension 2 --layers 2 --width 8 --horizon 20"
        " --evaluation-samples 200 --trajectories 12",
        ("counts",),
    ),
}


class FewThreads(FaultTest):
    options = ("--threads", "4")

    def json_of(self, arguments, **options):
        command = ("probability", "--seed", 7, "--threads", 4, "--format", "json")
        result = run(*command, *arguments.split(), **options)
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return json.loads(result.stdout), result.stderr

    def test_commands(self):
        for name, (arguments, keys) in COMMANDS.items():
            whole, quiet = self.json_of(arguments)
            self.assertNotIn("the system starts no more", quiet)  # twin
            for most in (0, 2):
                with self.subTest(name, most=most):
                    result, said = self.json_of(arguments, env=self.few_threads(most))
                    for key in keys:
                        self.assertEqual(result[key], whole[key], key)
                    self.assertEqual(said.count("the system starts no more"), 1, said)

    def test_theory(self):
        arguments = "theory --dimension 50,60 --accuracy 1e-3 --threads 4 --format csv".split()
        whole = run(*arguments)
        few = run(*arguments, env=self.few_threads(0))
        self.assertEqual((few.returncode, few.stdout), (0, whole.stdout), few.stderr)
        self.assertIn("1 threads instead of", few.stderr)

    def test_a_sweep(self):
        for most in (0, 2):
            folder = self.path(f"run-{most}")
            result = run(*self.command(folder)[1:], env=self.few_threads(most))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assert_same_result(folder, result.stdout)


if __name__ == "__main__":
    unittest.main()
