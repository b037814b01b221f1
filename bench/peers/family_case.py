"""Work-precision curves of the flow of a family: what its peers (linear_vae_peer.py,
components_peer.py) have in common. One core, processor time; starts are those of the program.
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
from dataclasses import dataclass

if hasattr(os, "sched_setaffinity"):  # before a library counts the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy  # noqa: E402

TOLERANCES = (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
FEW = 16  # trajectories whose error is measured


def run_program(program, *arguments):
    command = [program, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def seconds_of(run, least):
    begun, made = time.process_time(), 0
    while made == 0 or time.process_time() - begun < least:
        run()
        made += 1
    return (time.process_time() - begun) / made


@dataclass(frozen=True)
class FamilyCase:
    field: str  # its name in the curves
    names: tuple  # order parameters, as the program prints them
    options: tuple  # of the program
    horizon: float
    floor: float  # beside the relative one in the error control, as the program's is

    def states(self, program, tolerance):
        """Starts and ends of the program's first trajectories: two (n, order parameters) arrays."""
        text = run_program(program, "trajectory", *self.options, "--horizon", self.horizon,
                           "--tolerance", tolerance, "--id", f"0:{FEW - 1}:1",
                           "--times", f"0,{self.horizon}", "--format", "csv")
        values = numpy.array([[float(row[name]) for name in self.names]
                              for row in csv.DictReader(io.StringIO(text))])
        return values[::2], values[1::2]

    def diffrax(self, field_of, name):
        """diffeqsolve under vmap and jit, PIDController, only the final state kept. field_of(jax):
        (t, state, arguments) -> rates.
        """
        import diffrax as library
        import jax
        jax.config.update("jax_enable_x64", True)
        term = library.ODETerm(field_of(jax))

        @jax.jit
        def solve(starts, tolerance):
            controller = library.PIDController(rtol=tolerance, atol=tolerance * self.floor)
            return jax.vmap(lambda start: library.diffeqsolve(
                term, getattr(library, name)(), t0=0.0, t1=self.horizon, dt0=None, y0=start,
                stepsize_controller=controller, saveat=library.SaveAt(t1=True),
                adjoint=library.ForwardMode(), max_steps=None, throw=False).ys[0])(starts)
        return lambda starts, tolerance: numpy.asarray(solve(jax.numpy.asarray(starts), tolerance))

    def seconds_of_program(self, program, tolerance, trajectories):
        """A trajectory, less what the program takes for one."""
        def once(count):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            run_program(program, "probability", *self.options, "--horizon", self.horizon,
                        "--tolerance", tolerance, "--trajectories", count)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return (once(trajectories) - once(1)) / trajectories

    def curve(self, solver, method, measured):
        """measured: (tolerance, errors of trajectories, seconds a trajectory)."""
        points = []
        for tolerance, errors, seconds in measured:
            ordered = numpy.sort(errors)
            points.append({"tolerance": tolerance, "error_median": ordered[len(ordered) // 2],
                           "error_90": ordered[len(ordered) * 9 // 10],
                           "trajectories": len(ordered), "seconds": seconds})
            print(solver, method, points[-1], file=sys.stderr, flush=True)
        return {"solver": solver, "method": method, "field": self.field, "points": points}

    def main(self, description, trajectories, of_program, libraries, truth=None):
        """trajectories: of an ensemble at once, unless told. of_program: how many it takes to time
        the program, in a quick run and else. libraries: (solver, method, ends(starts, tolerance),
        whether all at once, truth); truth(starts): ends that errors are measured against, those of
        the program against its own at a tolerance of 1e-11 unless told.
        """
        parser = argparse.ArgumentParser(description=description,
                                         formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("program", metavar="PROGRAM", help="modecollapse")
        parser.add_argument("--trajectories", type=int, default=trajectories,
                            help=f"at once (default {trajectories})")
        parser.add_argument("--repetitions", type=int, default=3)
        parser.add_argument("--seconds", type=float, default=0.05,
                            help="a measurement takes at least")
        arguments = parser.parse_args()
        turns = range(arguments.repetitions)
        starts, exact = self.states(arguments.program, 1e-11)
        exact = truth(starts) if truth else exact

        def error(ends, truth):
            return numpy.abs(ends[:FEW] - truth).max(axis=1)

        def of_library(ends, given, truth):
            for tolerance in TOLERANCES:
                first = error(ends(given, tolerance), truth)  # compiled by this call
                yield tolerance, first, [seconds_of(lambda t=tolerance: ends(given, t),
                                                    arguments.seconds) / len(given) for _ in turns]

        def of_the_program():
            count = of_program[0 if arguments.seconds == 0 else 1]
            for tolerance in TOLERANCES:
                yield (tolerance, error(self.states(arguments.program, tolerance)[1], exact),
                       [self.seconds_of_program(arguments.program, tolerance, count)
                        for _ in turns])

        curves = [self.curve("modecollapse", "Dormand-Prince 5(4)", of_the_program())]
        for solver, method, ends, together, true_ends in libraries:
            given = numpy.resize(starts, (arguments.trajectories if together else FEW,
                                          len(self.names)))
            curves.append(self.curve(solver, method, of_library(ends, given, true_ends(starts))))
        print(json.dumps(curves, indent=1))
