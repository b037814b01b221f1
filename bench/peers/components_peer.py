#!/usr/bin/env python3
"""Work-precision curves of the flow of three components by diffrax and the program itself.

    components_peer.py PROGRAM [--trajectories N] [--repetitions N] [--seconds S]
    prints the curves as JSON; one core, processor time

components/flow/3 of bench/components_benchmark.cpp: K = K* = 3 on a simplex of R = 2, d = 100, to
t = 10, double precision. Starts are those of the program. Expectations are by the trapezoidal rule
of include/modecollapse/components/expectation.hpp in both; the peer, whose arrays have a fixed
size, takes the spacing of the largest range that the spheres allow, the program that of the state.
The error of a trajectory is that of its integration: the largest of its order parameters' against
the same program at a tolerance of 1e-11.

diffrax   diffeqsolve under vmap and jit, PIDController, only the final state kept
program   modecollapse probability, less what it takes for one trajectory
"""
import argparse
import csv
import io
import json
import math
import os
import resource
import sys

if hasattr(os, "sched_setaffinity"):  # before a library counts the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy  # noqa: E402
from linear_vae_peer import run_program, seconds_of  # noqa: E402

COUNT, RADIUS, DIMENSION, HORIZON, EXPECTATION_ERROR = 3, 2.0, 100, 10.0, 1e-3
NAMES = [f"q_{i}_{j}" for i in range(1, 4) for j in range(1, i + 1)]
NAMES += [f"m_{i}_{k}" for i in range(1, 4) for k in range(1, 4)]
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
OPTIONS = ("--family", "components", "--components", COUNT, "--modes", COUNT, "--layout", "simplex",
           "--radius", RADIUS, "--dimension", DIMENSION, "--horizon", HORIZON, "--seed", 7,
           "--expectation-error", EXPECTATION_ERROR, "--threads", 1, "--quiet")
FIELD = "3 components"
FLOOR = RADIUS**2 / math.sqrt(DIMENSION)  # of the products, in the program's error control too


def states(program, trajectories, tolerance):
    """Starts and ends of the program's trajectories: two (n, 15) arrays."""
    text = run_program(program, "trajectory", *OPTIONS, "--tolerance", tolerance, "--id",
                       f"0:{trajectories - 1}:1", "--times", f"0,{HORIZON}", "--format", "csv")
    values = numpy.array([[float(row[name]) for name in NAMES]
                          for row in csv.DictReader(io.StringIO(text))])
    return values[::2], values[1::2]


def nodes_and_weights():
    """Of the product rule in two dimensions: (n, 2), (n), for logits of a range of 2 R."""
    logs, c = -math.log(1e-3 * EXPECTATION_ERROR), 2.0 * RADIUS
    spacing = 2.0 * math.pi**2 / (c * logs + 0.5 * math.pi**2 / c)
    half = int(math.sqrt(2.0 * logs) / spacing)
    line = spacing * numpy.arange(-half, half + 1)
    x, y = (part.ravel() for part in numpy.meshgrid(line, line))
    weights = numpy.exp(-0.5 * (x * x + y * y))
    return numpy.stack([x, y], axis=1), weights / weights.sum()


def diffrax(name):
    import diffrax as library
    import jax
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    nodes, weights = (jnp.asarray(part) for part in nodes_and_weights())
    gram = RADIUS**2 * (1.5 * numpy.eye(COUNT) - 0.5)
    # the differences nu_k - nu_1 in a basis of their own
    length, across = RADIUS * math.sqrt(3.0), RADIUS * 1.5
    target_root = jnp.array([[0.0, 0.0], [length, 0.0], [length / 2, across]])
    rows, columns = numpy.tril_indices(COUNT)
    lower = numpy.zeros((COUNT, COUNT), int)
    lower[rows, columns] = lower[columns, rows] = numpy.arange(len(rows))
    others = numpy.array([[1, 2], [0, 2], [0, 1]])

    def shares(base, root):
        logits = base[:, None] + root @ nodes.T
        return jax.nn.softmax(logits, axis=0) @ weights

    def own(q, i):
        j, k = others[i]
        a = q[j, j] - 2 * q[i, j] + q[i, i]
        b = q[j, k] - q[i, j] - q[i, k] + q[i, i]
        c = q[k, k] - 2 * q[i, k] + q[i, i]
        first = jnp.sqrt(a)
        second = b / first
        last = jnp.sqrt(jnp.maximum(c - second**2, 1e-13 * c))
        root = jnp.array([[0.0, 0.0], [first, 0.0], [second, last]])
        share = shares(jnp.array([0.0, -0.5 * a, -0.5 * c]), root)
        return jnp.zeros(COUNT).at[jnp.array([i, j, k])].set(share)

    def field(t, y, args):
        q, m = y[:6][lower], y[6:].reshape(COUNT, COUNT)
        r = jnp.stack([own(q, i) for i in range(COUNT)])
        rho = jax.vmap(lambda row: shares(row, target_root))(m)
        a_q, a_m = r @ q - rho @ m.T, r @ m - rho @ gram
        radial = jnp.diag(a_q) / jnp.diag(q)
        a_q, a_m = a_q - radial[:, None] * q, a_m - radial[:, None] * m
        rate = -(a_q + a_q.T) / COUNT
        return jnp.concatenate([rate[rows, columns], (-a_m / COUNT).ravel()])

    term = library.ODETerm(field)

    @jax.jit
    def solve(starts, tolerance):
        controller = library.PIDController(rtol=tolerance, atol=tolerance * FLOOR)
        return jax.vmap(lambda start: library.diffeqsolve(
            term, getattr(library, name)(), t0=0.0, t1=HORIZON, dt0=None, y0=start,
            stepsize_controller=controller, saveat=library.SaveAt(t1=True),
            adjoint=library.ForwardMode(), max_steps=None, throw=False).ys[0])(starts)
    return lambda starts, tolerance: numpy.asarray(solve(jnp.asarray(starts), tolerance))


def seconds_of_program(program, tolerance, trajectories):
    def once(count):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run_program(program, "probability", *OPTIONS, "--tolerance", tolerance, "--trajectories",
                    count)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (once(trajectories) - once(1)) / trajectories


def curve(solver, method, measured):
    """measured: (tolerance, errors of trajectories, seconds a trajectory)."""
    points = []
    for tolerance, errors, seconds in measured:
        ordered = numpy.sort(errors)
        points.append({"tolerance": tolerance, "error_median": ordered[len(ordered) // 2],
                       "error_90": ordered[len(ordered) * 9 // 10], "trajectories": len(ordered),
                       "seconds": seconds})
        print(solver, method, points[-1], file=sys.stderr, flush=True)
    return {"solver": solver, "method": method, "field": FIELD, "points": points}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="PROGRAM", help="modecollapse")
    parser.add_argument("--trajectories", type=int, default=256, help="at once (default 256)")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.05, help="a measurement takes at least")
    arguments = parser.parse_args()
    few, turns = 16, range(arguments.repetitions)
    starts, exact = states(arguments.program, few, 1e-11)
    many = numpy.resize(starts, (arguments.trajectories, len(NAMES)))

    def error(ends, truth):
        return numpy.abs(ends[:few] - truth).max(axis=1)

    def of_library(ends, given):
        truth = ends(starts, 1e-11)
        for tolerance in TOLERANCES:
            first = error(ends(given, tolerance), truth)  # compiled by this call
            yield tolerance, first, [seconds_of(lambda t=tolerance: ends(given, t),
                                                arguments.seconds) / len(given) for _ in turns]

    def of_program():
        count = 100 if arguments.seconds == 0 else 400
        for tolerance in TOLERANCES:
            yield (tolerance, error(states(arguments.program, few, tolerance)[1], exact),
                   [seconds_of_program(arguments.program, tolerance, count) for _ in turns])

    curves = [curve("modecollapse", "Dormand-Prince 5(4)", of_program())]
    for name in ("Tsit5", "Dopri5", "Dopri8"):
        curves.append(curve("JAX + diffrax", name, of_library(diffrax(name), many)))
    print(json.dumps(curves, indent=1))


if __name__ == "__main__":
    sys.exit(main())
