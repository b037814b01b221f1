#!/usr/bin/env python3
"""Work-precision curves of a Python library on the case that work_precision wrote, in double
precision.

    horizon_peer.py scipy|diffrax|torchode|gradsolve CASE.json [--trajectories N] [--device cpu|gpu]
    prints the curves as JSON

On the CPU: one core, processor time. On a GPU (all but scipy): wall time.

scipy     solve_ivp, a trajectory a call (it has no ensembles)
diffrax   diffeqsolve under vmap and jit, PIDController, only the final state kept
(docs.kidger.site/diffrax, FAQ) torchode  AutoDiffAdjoint on the batch, a step size a trajectory,
through torch.compile, without gradients (its README)
gradsolve   solve(engine="warp_ode", fused=True): one Warp kernel made of the field, a thread a
trajectory; polynomials only
Installed by whoever asks for it: pip install -r requirements.txt
"""
import argparse
import contextlib
import json
import os
import sys
import time

if hasattr(os, "sched_setaffinity") and "gpu" not in sys.argv:  # before a library counts the cores
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy  # noqa: E402
from horizon_case import HorizonCase  # noqa: E402

FIELDS = ("quadrature", "polynomials")


def batch_of(expectations, trajectories, device):
    """Trajectories at once: quadrature makes 64 numbers of each, which then still fit a CPU's
    caches (measured: more are not faster).
    """
    return min(trajectories,
               512) if expectations == "quadrature" and device == "cpu" else trajectories


def scipy_curves(case, trajectories, _):
    from scipy.integrate import solve_ivp

    def runner(field, method):
        def system(_, y):
            return numpy.stack(field(y[0], y[1], y[2]))

        def prepare(starts, tolerance):
            def run():
                return numpy.stack([solve_ivp(system, (0.0, case.horizon), start, method=method,
                                              rtol=tolerance,
                                              atol=case.absolute_tolerance(tolerance)).y[:, -1]
                                              for start in starts])
            return run
        return prepare

    for expectations in FIELDS:
        for method in ("RK45", "DOP853", "LSODA"):
            yield case.curve("SciPy", method, expectations, min(trajectories, 16),
                             runner(case.field(numpy, expectations), method))


def diffrax_curves(case, trajectories, device):
    import diffrax
    import jax
    jax.config.update("jax_enable_x64", True)
    jax.devices(device)  # raises if there is none
    import jax.numpy as jnp

    def runner(field, solver):
        term = diffrax.ODETerm(lambda t, y, args: jnp.stack(field(y[0], y[1], y[2])))

        def prepare(starts, tolerance):
            controller = diffrax.PIDController(rtol=tolerance,
                                               atol=case.absolute_tolerance(tolerance))

            @jax.jit
            @jax.vmap
            def solve(start):
                return diffrax.diffeqsolve(term, solver, t0=0.0, t1=case.horizon, dt0=None,
                                           y0=start, stepsize_controller=controller,
                                           saveat=diffrax.SaveAt(t1=True),
                                           adjoint=diffrax.ForwardMode(), max_steps=None,
                                           throw=False).ys[0]
            given = jnp.asarray(starts)
            return lambda: numpy.asarray(solve(given).block_until_ready())
        return prepare

    for expectations in FIELDS:
        for solver in (diffrax.Tsit5(), diffrax.Dopri5(), diffrax.Dopri8()):
            yield case.curve("JAX + diffrax", type(solver).__name__, expectations,
                             batch_of(expectations, trajectories, device),
                             runner(case.field(jnp, expectations, jnp.asarray), solver))


def torchode_curves(case, trajectories, device):
    import torch
    import torchode
    torch.set_num_threads(1)
    torch.set_default_device("cuda" if device == "gpu" else "cpu")

    def runner(field, method):
        term = torchode.ODETerm(lambda t, y: torch.stack(field(y[:, 0], y[:, 1], y[:, 2]), dim=1))
        controller = torchode.IntegralController(atol=1.0, rtol=1.0, term=term)
        # the README's torch.compile(solver).solve compiles nothing: attributes of a compiled module
        # are those of the module
        solve = torch.compile(torchode.AutoDiffAdjoint(method(term=term), controller).solve)

        def prepare(starts, tolerance):
            controller.rtol.fill_(tolerance)  # buffers: compiled once for all tolerances
            controller.atol.fill_(case.absolute_tolerance(tolerance))
            ends = torch.tensor([[0.0, case.horizon]], dtype=torch.float64).repeat(len(starts), 1)
            problem = torchode.InitialValueProblem(y0=torch.tensor(starts), t_eval=ends)

            def run():
                with torch.no_grad():
                    return solve(problem).ys[:, -1].cpu().numpy()
            run()
            return run
        return prepare

    for expectations in FIELDS:
        for method in (torchode.Tsit5, torchode.Dopri5):
            yield case.curve("PyTorch + torchode", method.__name__, expectations,
                             batch_of(expectations, trajectories, device),
                             runner(case.field(torch, expectations, torch.tensor), method))


def gradsolve_curves(case, trajectories, device):
    import gradsolve
    import jax.numpy as jnp
    field = case.field(jnp, "polynomials", jnp.asarray)

    class Problem:  # what gradsolve asks for
        name = "modecollapse_flow"
        dim = 3
        t0, t1 = 0.0, case.horizon
        is_stiff = False

        @staticmethod
        def f_jax(_, y, __):
            return jnp.stack(field(y[0], y[1], y[2]))

    def prepare(starts, tolerance):
        nothing = numpy.zeros((len(starts), 1))

        def run():
            return numpy.asarray(gradsolve.solve(
                Problem(), starts, nothing, engine="warp_ode", fused=True, rtol=tolerance,
                atol=case.absolute_tolerance(tolerance),
                device="cuda" if device == "gpu" else "cpu").y_final)
        run()
        return run

    yield case.curve("gradsolve", "Tsit5", "polynomials", trajectories, prepare)


CURVES = {"scipy": scipy_curves, "diffrax": diffrax_curves, "torchode": torchode_curves,
          "gradsolve": gradsolve_curves}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=CURVES)
    parser.add_argument("case", metavar="CASE.json")
    parser.add_argument("--trajectories", type=int, default=4096, help="at once (default 4096)")
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
    arguments = parser.parse_args()
    if arguments.trajectories < 1:
        parser.error(f"argument --trajectories: {arguments.trajectories} (allowed: 1 or more)")
    case = HorizonCase(arguments.case)
    if arguments.device == "gpu":
        if arguments.library == "scipy":
            parser.error("scipy runs on the CPU only")
        case.clock = time.perf_counter
    with contextlib.redirect_stdout(sys.stderr):  # Warp says what it does
        curves = list(CURVES[arguments.library](case, arguments.trajectories, arguments.device))
    print(json.dumps(curves, indent=1))


if __name__ == "__main__":
    main()
