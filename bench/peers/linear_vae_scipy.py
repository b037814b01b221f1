#!/usr/bin/env python3
"""flow/1 of bench/linear_vae_benchmark.cpp as a user of SciPy writes it: time of a trajectory.

Usage: linear_vae_scipy.py [TRAJECTORIES]   (default 50; needs numpy and scipy)

M = M* = 1, rho = eta = 1, N = 300, KL weight 1.7, to theta = 30; Dormand and Prince's pair at the
engine's relative tolerance of 1e-7.
"""

import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

RHO, ETA, BETA, DIMENSION, SCALE, HORIZON = 1.0, 1.0, 1.7, 300, 0.1, 30.0


def field(_theta, state):
    """Rates of (m, d, Q, E, R, D) for one latent: linear_vae/field.hpp."""
    m, d, q, e, r, variance = state
    a, b, c = RHO * m * m + ETA * q, RHO * d * d + ETA * e, RHO * m * d + ETA * r
    p = q + BETA
    return [
        (RHO + ETA) * d - b * m - variance * m,
        (RHO + ETA) * (m - p * d),
        2 * (c - b * q - variance * q),
        -2 * (p * b - c),
        b - b * r - variance * r - c * p + a,
        -0.5 * (q + BETA - BETA / variance),
    ]


def main():
    trajectories = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    generator = np.random.default_rng(7)
    starts = []
    for _ in range(trajectories):
        w, v = SCALE * generator.standard_normal((2, DIMENSION)) / np.sqrt(DIMENSION)
        starts.append([w[0], v[0], w @ w, v @ v, w @ v, 1.0])
    began = time.process_time()
    collapsed = 0
    for start in starts:
        floor = SCALE / np.sqrt(DIMENSION)
        answer = solve_ivp(field, (0, HORIZON), start, rtol=1e-7, atol=1e-7 * floor)
        end = answer.y[:, -1]
        collapsed += RHO * end[1] ** 2 + ETA * end[3] <= 0.01
    seconds = time.process_time() - began
    each = 1e3 * seconds / trajectories
    print(f"{each:.3f} ms a trajectory, {collapsed} of {trajectories} collapsed")


if __name__ == "__main__":
    main()
