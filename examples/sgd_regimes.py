#!/usr/bin/env python3
"""Three regimes of SGD with trainable weights, next to the closed flow from the same start: no
collapse, quasi-collapse, collapse.

    examples/sgd_regimes.py [--program build/cpu/modecollapse] [--weights softmax] [--id 0]
    [--horizon 16000] [--output regimes.png]

The setting of Soletskyi, Gabrié and Loureiro (arXiv 2410.13300): learning rate 0.05, batch size
1000, d = 10, w* = 2/3, R = 1, 1.9 and 2.5. One column a radius, one row a geometry of the weights;
lines: the flow, dots: SGD. The time axis is logarithmic: the collapsed state at R = 1.9 lives for
long before the other mode is found again, in the flow from this start for 290 (simplex), 910
(Fisher-Rao) and 12000 time units (softmax). Takes over a minute of a core a panel; --weights
simplex,fisher-rao --horizon 1500 a tenth of that.
"""
import argparse
import json
import subprocess

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

RADII = (1.0, 1.9, 2.5)
CURVES = (("m1", "tab:blue", "$m_1$"), ("m2", "tab:orange", "$m_2$"), ("w1", "tab:green", "$w_1$"))


def trajectory(arguments, weights, radius, dynamics):
    command = [arguments.program, "trajectory", "--format", "json", "--quiet", "--radius", radius,
               "--dimension", 10, "--target-weight", 2 / 3,
               "--weights", weights, "--horizon", arguments.horizon, "--id", arguments.id, "--seed",
               arguments.seed, "--times",
               f"log:1:{arguments.horizon}:60", "--dynamics", dynamics]
    if dynamics != "flow":
        command += ["--learning-rate", 0.05, "--batch-size", 1000]
    return json.loads(subprocess.run([str(word) for word in command], check=True,
                                     capture_output=True, text=True).stdout)["trajectories"][0]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/cpu/modecollapse")
    parser.add_argument("--weights", default="softmax",
                        help="a list of softmax, simplex, fisher-rao")
    parser.add_argument("--id", type=int, default=0, help="trajectory of the ensemble")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--horizon", type=float, default=16000.0)
    parser.add_argument("--output", default="regimes.png")
    arguments = parser.parse_args()
    geometries = arguments.weights.split(",")
    figure, axes = pyplot.subplots(len(geometries), len(RADII),
                                   figsize=(10, 0.6 + 2.8 * len(geometries)), sharex=True,
                                   sharey=True, squeeze=False)
    for row, weights in enumerate(geometries):
        for column, radius in enumerate(RADII):
            panel = axes[row][column]
            smooth, noisy = (trajectory(arguments, weights, radius, dynamics)
                             for dynamics in ("flow", "sgd"))
            for name, color, label in CURVES:
                panel.semilogx(smooth["t"], smooth[name], color=color, label=label)
                panel.semilogx(noisy["t"], noisy[name], ".", color=color, markersize=4)
            panel.set_title(f"R = {radius:g}, {weights}: {smooth['outcome']} / {noisy['outcome']}",
                            fontsize=8)
            panel.set_ylim(-1.05, 1.05)
    for panel in axes[-1]:
        panel.set_xlabel("time (learning rate x steps)")
    axes[0][0].legend(fontsize=8)
    figure.suptitle(
        "trainable weights, d = 10, w* = 2/3: flow (lines) and SGD with B = 1000, learning rate "
        "0.05 (dots)", fontsize=10)
    figure.tight_layout()
    figure.savefig(arguments.output, dpi=110)


if __name__ == "__main__":
    main()
