#!/usr/bin/env python3
"""The same SGD update by NumPy or JAX: pathwise estimator, fixed weights, beta = 1, means in R^d,
several trajectories at once.

    sgd_peer.py numpy|jax [--dimension 10] [--batch 1000] [--trajectories 8] [--steps 20]
    [--repetitions 5]

Prints one JSON object: seconds of one step of one trajectory (median). NumPy and JAX are installed
by whoever asks for this benchmark (pip install numpy jax); JAX is compiled once before the clock
starts, vmapped over trajectories, in double precision.
"""
import argparse
import json
import statistics
import time

RADIUS, TARGET_WEIGHT, WEIGHT, LEARNING_RATE = 1.5, 2.0 / 3.0, 2.0 / 3.0, 0.05


def update(xp, mean1, mean2, mode, z1, z2):
    """One step. mean1, mean2, mode: (d,); z1, z2: (batch, d) standard normals."""
    half_log_odds = 0.5 * xp.log(TARGET_WEIGHT / (1.0 - TARGET_WEIGHT))
    log_odds = xp.log(WEIGHT / (1.0 - WEIGHT))

    def descend(mean, weight, z):
        x = mean + z
        r1 = (1.0 / (1.0 + xp.exp(-(log_odds + x @ (mean1 - mean2))))).mean()
        pull = xp.tanh(x @ mode + half_log_odds).mean()
        gradient = weight * (r1 * mean1 + (1.0 - r1) * mean2 - pull * mode)
        gradient = gradient - (gradient @ mean) * mean / RADIUS**2
        moved = mean - LEARNING_RATE * gradient
        return moved * (RADIUS / xp.sqrt(moved @ moved))

    return descend(mean1, WEIGHT, z1), descend(mean2, 1.0 - WEIGHT, z2)


def starts(numpy, trajectories, dimension):
    generator = numpy.random.default_rng(7)
    means = generator.standard_normal((trajectories, 2, dimension))
    means *= RADIUS / numpy.linalg.norm(means, axis=2, keepdims=True)
    mode = numpy.zeros(dimension)
    mode[0] = RADIUS
    return means, mode


def numpy_runner(arguments):
    import numpy
    means, mode = starts(numpy, arguments.trajectories, arguments.dimension)
    generator = numpy.random.Generator(numpy.random.Philox(7))

    def run():
        for _ in range(arguments.steps):
            z = generator.standard_normal((arguments.trajectories, 2, arguments.batch,
                                           arguments.dimension))
            for i in range(arguments.trajectories):
                means[i, 0], means[i, 1] = update(numpy, means[i, 0], means[i, 1], mode, z[i, 0],
                                                  z[i, 1])

    return run


def jax_runner(arguments):
    import jax
    jax.config.update("jax_enable_x64", True)
    import jax.numpy
    import numpy
    means, mode = starts(numpy, arguments.trajectories, arguments.dimension)

    def one(pair, key):
        def step(pair, key):
            z = jax.random.normal(key, (2, arguments.batch, arguments.dimension))
            return jax.numpy.stack(update(jax.numpy, pair[0], pair[1], mode, z[0], z[1])), None
        return jax.lax.scan(step, pair, jax.random.split(key, arguments.steps))[0]

    compiled = jax.jit(jax.vmap(one))
    keys = jax.random.split(jax.random.PRNGKey(7), arguments.trajectories)
    compiled(means, keys).block_until_ready()
    return lambda: compiled(means, keys).block_until_ready()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=["numpy", "jax"])
    for name, value in (("dimension", 10), ("batch", 1000), ("trajectories", 8), ("steps", 20),
                        ("repetitions", 5)):
        parser.add_argument("--" + name, type=int, default=value)
    arguments = parser.parse_args()
    run = (numpy_runner if arguments.library == "numpy" else jax_runner)(arguments)
    run()
    seconds, processor = [], []
    for _ in range(arguments.repetitions):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        seconds.append((time.perf_counter() - wall) / arguments.steps / arguments.trajectories)
        processor.append((time.process_time() - cpu) / arguments.steps / arguments.trajectories)
    print(json.dumps({**vars(arguments), "seconds_a_step": statistics.median(seconds),
                      "cpu_seconds_a_step": statistics.median(processor)}))


if __name__ == "__main__":
    main()
