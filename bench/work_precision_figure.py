#!/usr/bin/env python3
"""Draws the work-precision curves of a recorded result file: time of a trajectory against its
error, of each solver the best method.

    work_precision_figure.py RESULT.json FIGURE.png
"""
import json
import pathlib
import statistics
import sys

import matplotlib
from targets import EQUAL_ERROR
from work_precision import best_of

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

# Okabe and Ito's colours, which can be told apart with any common colour vision
COLOURS = {"modecollapse": "#000000", "Boost.odeint": "#0072B2",
           "Boost.odeint -ffast-math": "#56B4E9", "CVODE": "#009E73", "ARKODE": "#8FBC5A",
           "JAX + diffrax": "#D55E00", "PyTorch + torchode": "#CC79A7", "SciPy": "#E69F00",
           "gradsolve": "#999999"}
MARKERS = dict(zip(COLOURS, "o^vsDPX*h"))  # and in grey
STYLES = {"polynomials": "-", "quadrature": "--"}
SIZE = (7.2, 4.6)  # inches


def draw(record, path):
    curves = record["work_precision"]["curves"]
    figure, axes = plt.subplots(figsize=SIZE, constrained_layout=True)
    for solver, colour in COLOURS.items():
        for field, style in STYLES.items():
            best = best_of(curves, solver, field)
            if not best:
                continue
            points = best[0]["points"]
            axes.loglog([p["error_median"] for p in points],
                        [1e6 * statistics.median(p["seconds"]) for p in points], style,
                        marker=MARKERS[solver], markersize=4.5, color=colour,
                        linewidth=2.2 if solver == "modecollapse" else 1.2)
    axes.axvline(EQUAL_ERROR, color="0.8", linewidth=0.8, zorder=0)
    axes.invert_xaxis()
    axes.set_xlabel("error at t = 10, median over the trajectories (more accurate to the right)")
    axes.set_ylabel("microseconds a trajectory, one core")
    handles = [plt.Line2D([], [], color=colour, marker=MARKERS[solver], markersize=4.5,
                          label=solver)
               for solver, colour in COLOURS.items()
               if any(curve["solver"] == solver for curve in curves)]
    handles += [plt.Line2D([], [], color="0.3", linestyle=style, label=label)
                for style, label in (("-", "our expectations"), ("--", "quadrature, 64 nodes"))]
    axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False,
                fontsize=8.5)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=160)
    plt.close(figure)


if __name__ == "__main__":
    draw(json.loads(pathlib.Path(sys.argv[1]).read_text()), sys.argv[2])
