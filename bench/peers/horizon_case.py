"""The fixed-horizon case of bench/peers/work_precision.cpp for peers in Python: the field, over any
array library, and the measurement.

The case file holds the problem, (n, 3) starts and reference states (m1, m2, u), and the
coefficients of the engine's fast expectations.
"""
import json
import math
import pathlib
import time

import numpy

NODES, WEIGHTS = numpy.polynomial.hermite_e.hermegauss(64)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
# at larger tolerances a solver may step out of the admissible set, where the field runs away
CRUDE = 1e-4


class HorizonCase:
    clock = staticmethod(time.process_time)

    def __init__(self, path):
        vars(self).update(json.loads(pathlib.Path(path).read_text()))
        self.starts, self.reference = numpy.array(self.starts), numpy.array(self.reference)
        self.half_log_odds = 0.5 * math.log(self.target_weight / (1.0 - self.target_weight))
        self.log_odds_of_the_second = math.log((1.0 - self.weight) / self.weight)

    def absolute_tolerance(self, tolerance):
        return tolerance / math.sqrt(self.dimension)

    def field(self, xp, expectations, constants=numpy.asarray):
        """(m1, m2, u) -> their rates, arrays of one shape. xp: numpy, jax.numpy or torch;
        expectations: "quadrature" (64 Gauss-Hermite nodes) or "polynomials" (the engine's fast
        forms); constants: how xp makes an array of a NumPy one.
        """
        attraction, overlap = getattr(self, "_" + expectations)(xp, constants)

        def rates(m1, m2, u):
            s = 1.0 - u
            c, pull1, pull2 = overlap(u), self.weight * attraction(m1), (
                1.0 - self.weight) * attraction(m2)
            across1, across2 = m2 - s * m1, m1 - s * m2
            return (-c * across1 + pull1 * (1.0 - m1 * m1), -c * across2 + pull2 * (1.0 - m2 * m2),
                    2.0 * c * u * (2.0 - u) - pull1 * across1 - pull2 * across2)
        return rates

    def _quadrature(self, xp, constants):
        nodes, weights = constants(NODES), constants(WEIGHTS)

        def attraction(m):
            return xp.tanh((self.radius**2 * m + self.half_log_odds)[..., None] + self.radius
                           * nodes) @ weights

        def overlap(u):
            k = self.radius**2 * xp.clip(u, 0.0, None)
            argument = (self.log_odds_of_the_second - k)[...,
                                                         None] + xp.sqrt(2.0 * k)[..., None] * nodes
            return self.weight * ((1.0 / (1.0 + xp.exp(-argument))) @ weights)
        return attraction, overlap

    def _polynomials(self, xp, _):
        def polynomial(p, x):
            y = 2.0 * x * x - 1.0
            even, odd = p["even"][-1], p["odd"][-1]
            for a, b in zip(reversed(p["even"][:-1]), reversed(p["odd"][:-1])):
                even, odd = even * y + a, odd * y + b
            return even + x * odd
        return (lambda m: polynomial(self.attraction, m),
                lambda u: polynomial(self.overlap, xp.sqrt(2.0 * xp.clip(u, 0.0, None)) - 1.0))

    def curve(self, solver, method, expectations, trajectories, runner):
        """A work-precision curve. runner: (starts, tolerance) -> a function of no arguments that
        returns the (n, 3) states at the horizon; what it did before (compiling) is not timed, nor
        is its first call. A tolerance at which it does not solve the problem is left out.
        """
        # more than there are: again from the first
        given = numpy.arange(trajectories) % len(self.starts)
        starts, reference = self.starts[given], self.reference[given]
        points = []
        for tolerance in self.tolerances:
            run = runner(starts, tolerance)
            errors = numpy.sort(numpy.abs(run() - reference).max(axis=1))
            if not errors[len(errors) // 2] < self.loosest_error:
                if tolerance < CRUDE:
                    raise RuntimeError(
                        f"{solver} {method} {expectations} does not solve the problem at "
                        f"{tolerance}: not timed")
                continue
            points.append({"tolerance": tolerance, "error_median": errors[len(errors) // 2],
                           "error_90": errors[len(errors) * 9 // 10],
                           "trajectories": len(errors),
                           "seconds": [self._seconds(run) / len(errors)
                                       for _ in range(self.repetitions)]})
        return {"solver": solver, "method": method, "field": expectations, "points": points}

    def _seconds(self, run):
        start, made = self.clock(), 0
        while made == 0 or self.clock() - start < self.seconds:
            run()
            made += 1
        return (self.clock() - start) / made
