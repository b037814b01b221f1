#!/usr/bin/env python3
"""How many of forty modes does a mixture of forty components keep?

    examples/forty_modes.py [--program build/cpu/modecollapse] [--trajectories 100] [--seed 7]

The target of the sampler benchmarks: forty modes of equal weight, their means uniform in a cube of
side 80 in d = 50 dimensions. Forty components start as normal vectors of scale 40 and follow SGD
with free radii, ten samples a component. A component of weight 1/40 moves at a rate of 1/40: the
learning rate 4 is a step of a tenth for it, and at t = 400 ten of its own times have passed. Prints
the number of modes covered and how it stands at t = 800, and by an independent run of the sampler
in d dimensions with the distance of the two laws (Kolmogorov and Smirnov). Two minutes of a core.
"""
import argparse
import json
import math
import random
import subprocess
import tempfile
from pathlib import Path

MODES, DIMENSION, SIDE = 40, 50, 80.0


def means(seed):
    draw = random.Random(seed)
    rows = [[draw.uniform(-SIDE / 2, SIDE / 2) for _ in range(DIMENSION)] for _ in range(MODES)]
    return "\n".join(",".join(f"{x:.6f}" for x in row) for row in rows) + "\n"


def probability(arguments, file, **options):
    given = {
        "family": "components", "components": MODES, "layout": "file", "means": file,
        "radii": "free", "start-scale": SIDE / 2, "dimension": DIMENSION, "dynamics": "sgd",
        "learning-rate": 4, "batch-size": 10, "horizon": 400, "sits-within": 0.25,
        "expectation-error": 0.01, "trajectories": arguments.trajectories,
        "seed": arguments.seed, **options,
    }
    command = [arguments.program, "probability", "--format", "json", "--quiet"]
    for name, value in given.items():
        command += [f"--{name}", str(value)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def mean_and_error(counts):
    total = sum(counts)
    mean = sum(number * count for number, count in enumerate(counts)) / total
    variance = sum((number - mean) ** 2 * count for number, count in enumerate(counts)) / total
    return mean, math.sqrt(variance / total)


def kolmogorov_smirnov(a, b):
    """Largest distance of two laws, and the distance that equal ones exceed once in a hundred."""
    distance = below_a = below_b = 0.0
    for count_a, count_b in zip(a, b):
        below_a += count_a / sum(a)
        below_b += count_b / sum(b)
        distance = max(distance, abs(below_a - below_b))
    bound = math.sqrt(0.5 * math.log(2 / 0.01) * (1 / sum(a) + 1 / sum(b)))
    return distance, bound


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/cpu/modecollapse")
    parser.add_argument("--trajectories", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "modes.csv"
        file.write_text(means(MODES))
        runs = {
            "t = 400": probability(arguments, file),
            "t = 800": probability(arguments, file, horizon=800),
            "t = 400, sgd-full, another seed":
                probability(arguments, file, dynamics="sgd-full", seed=arguments.seed + 1),
        }
    for name, result in runs.items():
        mean, error = mean_and_error(result["covered_modes"])
        print(f"{name}: {mean:.2f} +- {error:.2f} of {MODES} modes covered, entropic coverage "
              f"{result['mean_entropic_mode_coverage']:.3f}, sampler {result['sampler']}")
    first, _, other = (result["covered_modes"] for result in runs.values())
    print("distance of the two samplers' laws: {:.3f} (bound {:.3f})".format(
        *kolmogorov_smirnov(first, other)))


if __name__ == "__main__":
    main()
