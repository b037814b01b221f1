"""Work-precision curves: runs the C++ solvers and, where asked for, those in Python; time at equal
error by interpolation.
"""
import json
import math
import os
import statistics
import subprocess
import sys
import venv

from targets import EQUAL_ERROR

LIBRARIES = ("scipy", "diffrax", "torchode", "gradsolve")


def environment(folder, requirements):
    """The interpreter of a virtual environment with the libraries of the peers; installed once."""
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True,
                       stdout=sys.stderr)
        done.touch()
    return python


def versions(python):
    frozen = subprocess.run([python, "-m", "pip", "freeze"], check=True, stdout=subprocess.PIPE,
                            text=True).stdout
    wanted = {"numpy", "scipy", "jax", "jaxlib", "diffrax", "torch", "torchode", "gradsolve",
              "warp-lang"}
    return dict(line.split("==") for line in frozen.splitlines() if line.split("==")[0] in wanted)


def run(program, peers, repetitions, python, libraries=LIBRARIES):
    """All curves. peers: folder bench/peers; repetitions: 1 for a quick run of a few trajectories;
    python: the interpreter for the libraries, or None for the C++ solvers alone.
    """
    case = program.parent / "horizon_case.json"
    trajectories, seconds = ("64", "0") if repetitions == 1 else ("4096", "0.05")
    print("bench/run: work_precision", file=sys.stderr, flush=True)
    command = [program, trajectories, seconds, str(repetitions), case]
    curves = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE,
                                       text=True).stdout)
    for library in libraries if python else ():
        print(f"bench/run: {library}", file=sys.stderr, flush=True)
        command = [python, peers / "horizon_peer.py", library, case, "--trajectories", trajectories]
        environ = {**os.environ, "JAX_PLATFORMS": "cpu"}
        curves += json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                                            env=environ).stdout)
    if python:
        for peer, many in (("linear_vae_peer.py", "4096"), ("components_peer.py", "256")):
            curves += of_family(program.parent.parent / "modecollapse", peers / peer, many,
                                repetitions, python)
    return {"curves": curves, "versions": versions(python) if python else {}}


def of_family(program, peer, many, repetitions, python):
    """Curves of the flow of another family, a field of its own."""
    print(f"bench/run: {peer.stem}", file=sys.stderr, flush=True)
    sizes = ("64", "0") if repetitions == 1 else (many, "0.05")
    command = [python, peer, program, "--trajectories", sizes[0],
               "--seconds", sizes[1], "--repetitions", str(repetitions)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                                     env={**os.environ, "JAX_PLATFORMS": "cpu"}).stdout)


def time_at(curve, repetition, error=EQUAL_ERROR):
    """Seconds a trajectory at an achieved error, on the straight line between the two neighbouring
    points in logarithms; None if the curve does not get there. Curves run from the loosest
    tolerance to the tightest; of several crossings the first counts, which is the fastest.
    """
    points = curve["points"]
    for loose, tight in zip(points, points[1:]):
        if loose["error_median"] >= error > tight["error_median"]:
            part = math.log(loose["error_median"]
                            / error) / math.log(loose["error_median"] / tight["error_median"])
            low, high = math.log(loose["seconds"][repetition]), math.log(
                tight["seconds"][repetition])
            return math.exp(low + part * (high - low))
    return None


def times_at(curve):
    times = [time_at(curve, i) for i in range(len(curve["points"][0]["seconds"]))]
    return None if times[0] is None else {"median": statistics.median(times), "min": min(times),
                                          "max": max(times)}


def best_of(curves, solver, field):
    """Of a solver's methods the fastest at the error: (curve, times), or None."""
    found = [(curve, times_at(curve)) for curve in curves
             if (curve["solver"], curve["field"]) == (solver, field)]
    reached = [pair for pair in found if pair[1]]
    return min(reached, key=lambda pair: pair[1]["median"]) if reached else None


def at_equal_error(curves):
    """Rows (solver, method, field, times, ratio to the engine), fastest first; the engine is the
    one on the same field, or else the first curve.
    """
    pairs = dict.fromkeys((curve["solver"], curve["field"]) for curve in curves)
    rows = []
    for solver, field in pairs:
        best, own = best_of(curves, solver, field), best_of(curves, "modecollapse", field)
        engine = (own[1] if own else times_at(curves[0]))["median"]
        if best:
            rows.append({"solver": solver, "method": best[0]["method"], "field": field,
                         "seconds": best[1], "ratio": best[1]["median"] / engine})
    return sorted(rows, key=lambda row: row["ratio"])
