#!/usr/bin/env python3
"""Work-precision curves of the flow of three components by diffrax and the program itself.

    components_peer.py PROGRAM [--trajectories N] [--repetitions N] [--seconds S]
    prints the curves as JSON; one core, processor time

components/flow/3 of bench/components_benchmark.cpp: K = K* = 3 on a simplex of R = 2, d = 100, to
t = 10, double precision. Starts are those of the program. The peer's expectations are by the
trapezoidal rule about every component (include/modecollapse/components/expectation.hpp) with the
spacing of the largest range that the spheres allow, the program's to the same error by one grid for
all components (overlaps.hpp) and a table of the target's (target_table.hpp).
The error of a trajectory is that of its integration: the largest of its order parameters' against
the same program at a tolerance of 1e-11.

diffrax   diffeqsolve under vmap and jit, PIDController, only the final state kept
program   modecollapse probability, less what it takes for one trajectory
"""
import math
import sys

from family_case import FamilyCase, numpy

COUNT, RADIUS, DIMENSION, EXPECTATION_ERROR = 3, 2.0, 100, 1e-3
CASE = FamilyCase(
    field="3 components", horizon=10.0,
    names=tuple([f"q_{i}_{j}" for i in range(1, 4) for j in range(1, i + 1)]
                + [f"m_{i}_{k}" for i in range(1, 4) for k in range(1, 4)]),
    options=("--family", "components", "--components", COUNT, "--modes", COUNT, "--layout",
             "simplex", "--radius", RADIUS, "--dimension", DIMENSION, "--seed", 7,
             "--expectation-error", EXPECTATION_ERROR, "--threads", 1, "--quiet"),
    floor=RADIUS**2 / math.sqrt(DIMENSION))  # of the products


def nodes_and_weights():
    """Of the product rule in two dimensions: (n, 2), (n), for logits of a range of 2 R."""
    logs, c = -math.log(1e-3 * EXPECTATION_ERROR), 2.0 * RADIUS
    spacing = 2.0 * math.pi**2 / (c * logs + 0.5 * math.pi**2 / c)
    half = int(math.sqrt(2.0 * logs) / spacing)
    line = spacing * numpy.arange(-half, half + 1)
    x, y = (part.ravel() for part in numpy.meshgrid(line, line))
    weights = numpy.exp(-0.5 * (x * x + y * y))
    return numpy.stack([x, y], axis=1), weights / weights.sum()


def rates(jax):
    jnp = jax.numpy
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
    return field


def main():
    libraries = []
    for name in ("Tsit5", "Dopri5", "Dopri8"):
        ends = CASE.diffrax(rates, name)
        libraries.append(("JAX + diffrax", name, ends, True,
                          lambda starts, ends=ends: ends(starts, 1e-11)))
    CASE.main(__doc__, 256, (100, 400), libraries)


if __name__ == "__main__":
    sys.exit(main())
