#!/usr/bin/env python3
"""Ratios of a GPU run against their targets: from the files that scripts/gpu-check leaves.

    gpu_ratios.py FOLDER [--output FILE]     reads gpu_benchmark.json and, where they are,
    peer-*.json; prints a Markdown table, writes FOLDER/gpu_ratios.json or FILE

peer-diffrax.json, peer-torchode.json, peer-gradsolve.json: curves of bench/peers/horizon_peer.py;
peer-realnvp-<library>-<case>.json: of realnvp_peer.py; sweep.seconds: wall time of the phase
diagram of 100 x 100 cells.
"""
import argparse
import json
import pathlib

from targets import EQUAL_ERROR, FMA_SHARE
from work_precision import best_of, times_at

EQUAL = f"at equal error {EQUAL_ERROR:.0e}"


def figures_of(path):
    """{benchmark: its entry} and items a second by benchmark."""
    entries = [e for e in json.loads(path.read_text())["benchmarks"]
               if e["run_type"] == "iteration"]
    return {entry["run_name"].removesuffix("/real_time"): entry for entry in entries}


def share(figures, engine, limit):
    """Sums, products and fused operations a second over the measured peak of fused ones."""
    entry = figures[engine]
    operations = entry["fused"] + entry["multiplied"] + entry["added"]
    return operations * entry["items"] / figures[limit]["items"]


def curve(figures, prefix, solver, field):
    points = [{"error_median": entry["error_median"], "seconds": [1.0 / entry["items"]]}
              for name, entry in figures.items() if name.startswith(prefix)]
    points.sort(key=lambda point: -point["error_median"])
    return {"solver": solver, "method": "", "field": field, "points": points}


def rows_of(folder):
    """(label, value, unit, target, met): met is None where there is no target."""
    figures = figures_of(folder / "gpu_benchmark.json")
    rate = {name: entry["items"] for name, entry in figures.items()}
    rows = []

    def add(label, value, unit="", at_least=None, at_most=None):
        met, target = None, ""
        if at_least is not None:
            met, target = value >= at_least, f">= {at_least:g}{unit}"
        elif at_most is not None:
            met, target = value <= at_most, f"<= {at_most:g}{unit}"
        rows.append({"label": label, "value": value, "unit": unit, "target": target, "met": met})

    for precision, tolerance in (("double", "1e-6"), ("single", "1e-5")):
        add(f"flow, {precision} precision, tolerance {tolerance}: share of the FMA peak, all sums "
            f"and products",
            100 * share(figures, f"engine/{precision}/tolerance:{tolerance}",
                        f"limit/{precision}/multiply_adds"), " %", at_least=100 * FMA_SHARE)
    add("flow on the GPU over all cores of its machine",
        rate["engine/double/tolerance:1e-6"] / rate["engine/cpu"], at_least=50)
    add("10^9 trajectories of R = 1.5, d = 100 to their outcome",
        figures["engine/billion"]["real_time"]
        * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[figures["engine/billion"]["time_unit"]],
        " s", at_most=5)
    add("step of SGD, B = 1000, over a kernel that only draws its normals",
        rate["step/normals"] / rate["step/reduced"], at_most=1.5)

    engine = times_at(curve(figures, "horizon/engine", "modecollapse", "polynomials"))
    curves = [curve(figures, "horizon/runge_kutta", "RK4, fixed steps, a thread a trajectory",
                    "polynomials")]
    for path in sorted(folder.glob("peer-*.json")):
        if path.stem in ("peer-diffrax", "peer-torchode", "peer-gradsolve"):
            curves += json.loads(path.read_text())
    for solver, field in dict.fromkeys((c["solver"], c["field"]) for c in curves):
        best = best_of(curves, solver, field)
        if engine and best:
            add(f"{solver}, {field}, over the engine, {EQUAL}",
                best[1]["median"] / engine["median"],
                at_least=20 if "diffrax" in solver else None)

    for path in sorted(folder.glob("peer-realnvp-*.json")):
        library, case = path.stem.split("-")[2:]
        peer = json.loads(path.read_text())
        add(f"training of {case} RealNVP flows, {peer['precision']}: {library} over the engine",
            peer["seconds_a_step"] * rate[f"training/{case}/{peer['precision']}"])
    sweep = folder / "sweep.seconds"
    if sweep.exists():
        add("phase diagram, 100 x 100 cells of 10^5 trajectories, whole command",
            float(sweep.read_text()), " s", at_most=10)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="FOLDER", type=pathlib.Path)
    parser.add_argument("--output", metavar="FILE", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    if not (folder / "gpu_benchmark.json").is_file():
        parser.error(f"{folder} has no gpu_benchmark.json, which scripts/gpu-check leaves")
    rows = rows_of(folder)
    output = arguments.output or folder / "gpu_ratios.json"
    output.write_text(json.dumps(rows, indent=1) + "\n")
    print("| figure | value | target | met |\n| --- | ---: | ---: | --- |")
    for row in rows:
        met = "" if row["met"] is None else "yes" if row["met"] else "no"
        print(f"| {row['label']} | {row['value']:.4g}{row['unit']} | {row['target']} | {met} |")


if __name__ == "__main__":
    main()
