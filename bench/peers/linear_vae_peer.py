#!/usr/bin/env python3
"""Work-precision curves of the flow of a linear VAE by SciPy, diffrax and the program itself.

    linear_vae_peer.py PROGRAM [--trajectories N] [--repetitions N] [--seconds S]
    prints the curves as JSON; one core, processor time

vae/flow/1 of bench/linear_vae_benchmark.cpp: M = M* = 1, rho = eta = 1, N = 300, KL weight 1.7, to
theta = 30, double precision. Starts are those of the program. The error of a trajectory is the
largest of its six order parameters' against DOP853 at 1e-12.

scipy     solve_ivp, a trajectory a call (it has no ensembles): 16 of them
diffrax   diffeqsolve under vmap and jit, PIDController, only the final state kept
program   modecollapse probability, less what it takes for one trajectory
"""
import argparse
import csv
import io
import json
import os
import resource
import subprocess
import sys
import time

if hasattr(os, "sched_setaffinity"):  # before a library counts the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy  # noqa: E402

RHO, ETA, BETA, DIMENSION, SCALE, HORIZON = 1.0, 1.0, 1.7, 300, 0.1, 30.0
NAMES = ("m", "d", "q", "e", "r", "variance")
TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
OPTIONS = ("--family", "linear-vae", "--kl-weight", BETA, "--dimension", DIMENSION, "--horizon",
           HORIZON, "--start-scale", SCALE, "--seed", 7, "--threads", 1, "--quiet")
FIELD = "linear VAE"
FLOOR = SCALE / numpy.sqrt(DIMENSION)  # of m and d, in the program's error control too


def field(m, d, q, e, r, variance):
    """Rates for one latent: linear_vae/field.hpp."""
    a, b, c = RHO * m * m + ETA * q, RHO * d * d + ETA * e, RHO * m * d + ETA * r
    p = q + BETA
    return ((RHO + ETA) * d - b * m - variance * m, (RHO + ETA) * (m - p * d),
            2 * (c - b * q - variance * q), -2 * (p * b - c),
            b - b * r - variance * r - c * p + a, -0.5 * (q + BETA - BETA / variance))


def run_program(program, *arguments):
    command = [program, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def states(program, trajectories, tolerance):
    """Starts and ends of the program's trajectories: two (n, 6) arrays."""
    text = run_program(program, "trajectory", *OPTIONS, "--tolerance", tolerance, "--id",
                       f"0:{trajectories - 1}:1", "--times", f"0,{HORIZON}", "--format", "csv")
    values = numpy.array([[float(row[name]) for name in NAMES]
                          for row in csv.DictReader(io.StringIO(text))])
    return values[::2], values[1::2]


def solve_ivp(method):
    from scipy.integrate import solve_ivp as solve

    def ends(starts, tolerance):
        return numpy.stack([solve(lambda _, y: field(*y), (0.0, HORIZON), start, method=method,
                                  rtol=tolerance, atol=tolerance * FLOOR).y[:, -1]
                            for start in starts])
    return ends


def diffrax(name):
    import diffrax as library
    import jax
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    term = library.ODETerm(lambda t, y, args: jnp.stack(field(*y)))

    @jax.jit
    def solve(starts, tolerance):
        controller = library.PIDController(rtol=tolerance, atol=tolerance * FLOOR)
        return jax.vmap(lambda start: library.diffeqsolve(
            term, getattr(library, name)(), t0=0.0, t1=HORIZON, dt0=None, y0=start,
            stepsize_controller=controller, saveat=library.SaveAt(t1=True),
            adjoint=library.ForwardMode(), max_steps=None, throw=False).ys[0])(starts)
    return lambda starts, tolerance: numpy.asarray(solve(jnp.asarray(starts), tolerance))


def seconds_of(run, least):
    begun, made = time.process_time(), 0
    while made == 0 or time.process_time() - begun < least:
        run()
        made += 1
    return (time.process_time() - begun) / made


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
    return {"solver": solver, "method": method, "field": FIELD, "points": points}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", metavar="PROGRAM", help="modecollapse")
    parser.add_argument("--trajectories", type=int, default=4096, help="at once (default 4096)")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.05, help="a measurement takes at least")
    arguments = parser.parse_args()
    few, turns = 16, range(arguments.repetitions)
    starts, _ = states(arguments.program, few, TOLERANCES[0])
    exact = solve_ivp("DOP853")(starts, 1e-12)
    many = numpy.resize(starts, (arguments.trajectories, len(NAMES)))

    def error(ends):
        return numpy.abs(ends[:few] - exact).max(axis=1)

    def of_library(ends, given):
        for tolerance in TOLERANCES:
            first = error(ends(given, tolerance))  # compiled by this call
            yield tolerance, first, [seconds_of(lambda t=tolerance: ends(given, t),
                                                arguments.seconds) / len(given) for _ in turns]

    def of_program():
        count = 20000 if arguments.seconds == 0 else 200000
        for tolerance in TOLERANCES:
            yield (tolerance, error(states(arguments.program, few, tolerance)[1]),
                   [seconds_of_program(arguments.program, tolerance, count) for _ in turns])

    curves = [curve("modecollapse", "Dormand-Prince 5(4)", of_program())]
    for method in ("RK45", "DOP853", "LSODA"):
        curves.append(curve("SciPy", method, of_library(solve_ivp(method), starts)))
    for name in ("Tsit5", "Dopri5", "Dopri8"):
        curves.append(curve("JAX + diffrax", name, of_library(diffrax(name), many)))
    print(json.dumps(curves, indent=1))


if __name__ == "__main__":
    sys.exit(main())
