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
import sys

from family_case import FamilyCase, numpy

RHO, ETA, BETA, DIMENSION, SCALE, HORIZON = 1.0, 1.0, 1.7, 300, 0.1, 30.0
CASE = FamilyCase(
    field="linear VAE", names=("m", "d", "q", "e", "r", "variance"), horizon=HORIZON,
    options=("--family", "linear-vae", "--kl-weight", BETA, "--dimension", DIMENSION,
             "--start-scale", SCALE, "--seed", 7, "--threads", 1, "--quiet"),
    floor=SCALE / numpy.sqrt(DIMENSION))  # of m and d


def field(m, d, q, e, r, variance):
    """Rates for one latent: linear_vae/field.hpp."""
    a, b, c = RHO * m * m + ETA * q, RHO * d * d + ETA * e, RHO * m * d + ETA * r
    p = q + BETA
    return ((RHO + ETA) * d - b * m - variance * m, (RHO + ETA) * (m - p * d),
            2 * (c - b * q - variance * q), -2 * (p * b - c),
            b - b * r - variance * r - c * p + a, -0.5 * (q + BETA - BETA / variance))


def solve_ivp(method):
    from scipy.integrate import solve_ivp as solve

    def ends(starts, tolerance):
        return numpy.stack([solve(lambda _, y: field(*y), (0.0, HORIZON), start, method=method,
                                  rtol=tolerance, atol=tolerance * CASE.floor).y[:, -1]
                            for start in starts])
    return ends


def rates(jax):
    return lambda t, y, args: jax.numpy.stack(field(*y))


def exact(starts):
    return solve_ivp("DOP853")(starts, 1e-12)


def main():
    libraries = [("SciPy", method, solve_ivp(method), False, exact)
                 for method in ("RK45", "DOP853", "LSODA")]
    libraries += [("JAX + diffrax", name, CASE.diffrax(rates, name), True, exact)
                  for name in ("Tsit5", "Dopri5", "Dopri8")]
    CASE.main(__doc__, 4096, (20000, 200000), libraries, exact)


if __name__ == "__main__":
    sys.exit(main())
