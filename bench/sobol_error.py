#!/usr/bin/env python3
"""Error of scrambled Sobol points against that of random starts: a table over the reference cells
and a figure against N.

    bench/sobol_error.py build/cpu/modecollapse [--seeds 3] [--only-figure | --only-table]

Table (bench/results/sobol_error.md): every cell of tests/data/collapse_w23.csv with 0.05 < P <
0.95, N = 2^20 trajectories in 16 replicates. Sobol error: the standard error over the replicates,
root mean square over the seeds. Monte Carlo error: sqrt(P (1 - P) / N). Figure
(docs/sobol_error.png): the same errors against N for four cells.
"""

import argparse
import csv
import json
import pathlib
import subprocess

import machine

SOURCE = pathlib.Path(__file__).resolve().parent.parent
REPLICATES = 16
FIGURE_CELLS = [(2, 1.5), (10, 1.2), (100, 1.3), (1000, 2.0)]
FIGURE_POWERS = range(8, 21, 2)


def probability(program, dimension, radius, trajectories, seed):
    command = [program, "probability", "--target-weight", "0.6666666666666666", "--dimension",
               dimension, "--radius", radius, "--sampling", "sobol",
               "--replicates", REPLICATES, "--trajectories", trajectories, "--seed", seed,
               "--quiet", "--format", "json"]
    return json.loads(subprocess.run([str(word) for word in command], check=True,
                                     capture_output=True, text=True).stdout)


def errors(program, dimension, radius, trajectories, seeds):
    """P, Sobol error, Monte Carlo error, and how far the seeds lie apart in units of the stated
    error (about 1 if that is right).
    """
    results = [probability(program, dimension, radius, trajectories, seed)
               for seed in range(1, seeds + 1)]
    p = sum(r["p_collapse"] for r in results) / seeds
    sobol = (sum(r["standard_error"] ** 2 for r in results) / seeds) ** 0.5
    spread = (sum((r["p_collapse"] - p) ** 2 for r in results)
              / (seeds - 1)) ** 0.5 if seeds > 1 else float("nan")
    return p, sobol, (p * (1 - p) / trajectories) ** 0.5, spread / sobol


def reference_cells():
    with open(SOURCE / "tests/data/collapse_w23.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            p = float(row["p_aligned_plus"]) + float(row["p_aligned_minus"])
            if 0.05 < p < 0.95:
                yield int(row["dimension"]), float(row["radius"])


def write_table(program, seeds):
    rows = [(d, r, *errors(program, d, r, 1 << 20, seeds)) for d, r in reference_cells()]
    ratios = sorted(mc / sobol for _, _, _, sobol, mc, _ in rows)
    computer, information = machine.describe(), json.loads(subprocess.run(
        [program, "info", "--format", "json"], check=True, capture_output=True).stdout)
    mean_spread = (sum(spread**2 for *_, spread in rows) / len(rows)) ** 0.5
    lines = ["# Sobol against Monte Carlo", "",
             f"w = w* = 2/3, every reference cell with 0.05 < P < 0.95; N = 2^20 trajectories in "
             f"{REPLICATES} replicates of 2^16; {seeds} seeds. Written by",
             f"`bench/sobol_error.py`; modecollapse {information['version']} on "
             f"{computer['processor']}.", "",
             "Sobol error: standard error over the replicates, root mean square over the seeds "
             "(itself known to about "
             f"{100 / (2 * (REPLICATES - 1) * seeds) ** 0.5:.0f} %). Monte Carlo error: sqrt(P (1 "
             f"- P) / N).",
             f"Check: the results of the seeds lie {mean_spread:.2f} stated errors apart (1 if "
             f"the stated error is right).", "",
             f"Monte Carlo error over Sobol error: smallest {ratios[0]:.1f}, median "
             f"{ratios[len(ratios) // 2]:.1f}, largest {ratios[-1]:.1f}; "
             f"at least 5 in {sum(r >= 5 for r in ratios)} of {len(ratios)} cells.", "",
             "| d | R | P | Sobol error | Monte Carlo error | ratio |",
             "| ---: | ---: | ---: | ---: | ---: | ---: |"]
    lines += [f"| {d} | {r:g} | {p:.6f} | {sobol:.1e} | {mc:.1e} | {mc / sobol:.1f} |" for d, r, p,
              sobol, mc, _ in rows]
    (SOURCE / "bench/results/sobol_error.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def write_figure(program, seeds):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plot

    from modecollapse.figures.style import CATEGORY_COLORS, RC

    with matplotlib.rc_context(RC):
        figure, axes = plot.subplots(figsize=(5.2, 3.8), constrained_layout=True)
        for (dimension, radius), colour, marker in zip(FIGURE_CELLS, CATEGORY_COLORS, "os^D"):
            n, sobol, random = [], [], []
            for power in FIGURE_POWERS:
                more = seeds * max(1, 1 << max(0, 14 - power) // 2)
                p, sobol_error, random_error, _ = errors(program, dimension, radius, 1 << power,
                                                         more)
                n.append(1 << power)
                sobol.append(sobol_error)
                random.append(random_error)
            axes.loglog(n, sobol, color=colour, marker=marker, markersize=4,
                        label=f"Sobol, $d$ = {dimension}, $R$ = {radius:g}")
            axes.loglog(n, random, color=colour, linestyle="--", linewidth=0.9)
        axes.plot([], [], color="0.35", linestyle="--", linewidth=0.9,
                  label="Monte Carlo, same cells")
        scale = 0.35 * (1 << 8) ** (2 / 3) * 0.03
        axes.loglog([1 << 9, 1 << 20], [scale * (1 << 9) ** (-2 / 3),
                                        scale * (1 << 20) ** (-2 / 3)], color="0.6", linestyle=":",
                                        label="$N^{-2/3}$")
        axes.set_xlabel(f"trajectories $N$, in {REPLICATES} replicates")
        axes.set_ylabel("standard error of $P$(collapse)")
        axes.legend(loc="lower left")
        figure.savefig(SOURCE / "docs/sobol_error.png", dpi=160)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only-table", action="store_true")
    parser.add_argument("--only-figure", action="store_true")
    arguments = parser.parse_args()
    import sys

    sys.path.insert(0, str(SOURCE / "python"))
    if not arguments.only_figure:
        write_table(arguments.program, arguments.seeds)
    if not arguments.only_table:
        write_figure(arguments.program, arguments.seeds)
