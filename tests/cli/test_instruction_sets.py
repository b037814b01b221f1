"""Equal bits on every instruction set of the CPU: why config_hash leaves the set out.

Every family, dynamics, weight geometry, schedule and precision once, end states and sums of doubles
included, so that a difference in one bit of one trajectory shows. MODECOLLAPSE_ISA chooses the set.

And equal counts and steps from version to version: tests/data/reference_counts.json. Where a change
of them is meant, `MODECOLLAPSE_PROGRAM=... python3 test_instruction_sets.py record` writes it anew,
and CHANGELOG says why.
"""

import json
import os
import sys
import unittest
from pathlib import Path

from program import ProgramTest, run, unless_sanitized

PROBABILITY = "probability --seed 5"
GRADIENT_FLOW = f"{PROBABILITY} --dimension 20 --trajectories 400"
ANNEALED = f"{GRADIENT_FLOW} --initial-temperature 4 --annealing-time 2 --annealing"
SGD = "--dimension 4 --batch-size 8 --learning-rate 0.05"
REALNVP = (
    f"{PROBABILITY} --family realnvp --dimension 4 --trajectories 3 --layers 2 --width 8"
    " --depth 1 --batch-size 16 --horizon 20 --evaluation-samples 200"
)
FOLLOW = "trajectory --seed 5 --id 0:6:1 --times 0,0.5,2"
CASES = [
    *(
        f"{GRADIENT_FLOW} --precision {precision} --weights {weights}"
        for precision in ("double", "single")
        for weights in ("fixed", "softmax", "simplex", "fisher-rao")
    ),
    f"{ANNEALED} linear",
    f"{ANNEALED} exponential-beta",
    f"{ANNEALED} adaptive --target-ess 0.5",
    f"{GRADIENT_FLOW} --sampling sobol",
    *(
        f"{PROBABILITY} {SGD} --horizon 2 --trajectories 40 --weights softmax --dynamics {dynamics}"
        for dynamics in ("sgd", "sgd-full", "sde")
    ),
    *(
        f"{REALNVP} --precision {precision} --optimizer {optimizer}"
        for precision in ("double", "single")
        for optimizer in ("adam", "sgd")
    ),
    *(f"{FOLLOW} --weights {weights}" for weights in ("fixed", "softmax", "simplex")),
    *(f"{FOLLOW} {SGD} --dynamics {dynamics}" for dynamics in ("sgd", "sde")),
    *(
        f"{PROBABILITY} --family linear-vae --dimension 50 --trajectories 60 --horizon 2"
        f" --kl-weight 1.5 --dynamics {dynamics}"
        for dynamics in ("flow", "flow-noise", "sgd", "sgd-full")
    ),
    *(  # of the README, and of the tables of references
        f"{PROBABILITY} --radius {radius} --dimension {dimension} --trajectories 4000"
        for radius in (1.2, 1.5, 2.5)
        for dimension in (2, 100, 1000000)
    ),
]
REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference_counts.json"
OF_THE_RUN = ("isa", "device", "seconds", "started", "finished")


def counted(answer):
    """What the reference holds: counts and steps; of trajectories outcome, m1 and m2 at the end."""
    followed = answer["trajectories"]
    if isinstance(followed, list):
        return {str(one["id"]): [one["outcome"], one["m1"][-1], one["m2"][-1]] for one in followed}
    return {"counts": answer["counts"], "steps": answer["steps"]}


def run_on(arguments, isa):
    environment = {**os.environ, "MODECOLLAPSE_ISA": isa}
    return run(*arguments.split(), "--format", "json", "--threads", 1, env=environment)


class InstructionSets(ProgramTest):
    def result(self, arguments, isa):
        result = run_on(arguments, isa)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["isa"], isa)
        return {key: value for key, value in answer.items() if key not in OF_THE_RUN}

    @unless_sanitized("equal bits are a matter of numbers")
    def test_equal_bits(self):
        sets = self.json("info")["cpu"]["instruction_sets"]
        reference = json.loads(REFERENCE.read_text())
        self.assertEqual(set(reference), set(CASES))
        for arguments in CASES:
            with self.subTest(arguments):
                expected = self.result(arguments, sets[0])
                self.assertEqual(counted(expected), reference[arguments])
                for isa in sets[1:]:  # config_hash among the keys
                    self.assertEqual(self.result(arguments, isa), expected, isa)

    def test_the_twin_another_seed_shows(self):
        for arguments in (CASES[0], REALNVP, FOLLOW):
            other = arguments.replace("--seed 5", "--seed 6")
            self.assertNotEqual(self.result(arguments, "baseline"), self.result(other, "baseline"))
        reference = json.loads(REFERENCE.read_text())
        other = self.result(CASES[0].replace("--seed 5", "--seed 6"), "baseline")
        self.assertNotEqual(counted(other), reference[CASES[0]])

    def test_an_unknown_name_is_refused(self):
        for name in ("foo", "AVX2", "avx2 ", "sse"):
            for command in (("probability", "--trajectories", 10, "--seed", 1), ("info",)):
                result = run(*command, env={**os.environ, "MODECOLLAPSE_ISA": name})
                self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
                self.assertIn(f'MODECOLLAPSE_ISA = "{name}"', result.stderr)
                self.assertIn("avx512, avx2, baseline", result.stderr)
        empty = run("info", "--format", "json", env={**os.environ, "MODECOLLAPSE_ISA": ""})
        self.assertEqual(
            json.loads(empty.stdout)["cpu"]["isa"], self.json("info")["cpu"]["instruction_sets"][0]
        )
        asked = run("info", "--format", "json", env={**os.environ, "MODECOLLAPSE_ISA": "baseline"})
        self.assertEqual(json.loads(asked.stdout)["cpu"]["isa"], "baseline")


def record():
    """One case a line."""
    known = {case: counted(json.loads(run_on(case, "baseline").stdout)) for case in CASES}
    lines = (f"  {json.dumps(case)}: {json.dumps(known[case])}" for case in known)
    REFERENCE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["record"]:
        record()
    else:
        unittest.main()
