#!/usr/bin/env python3
"""Three regimes of SGD with trainable weights, next to the closed flow from the same starts: no collapse, quasi-collapse, collapse.

    examples/sgd_regimes.py [--program build/cpu/modecollapse] [--weights softmax] [--ids 0,1,2] [--horizon 200] [--output regimes.png]

The setting of Soletskyi, Gabrié and Loureiro (arXiv 2410.13300): learning rate 0.05, batch size 1000, d = 10, w* = 2/3, R = 1, 1.9 and 2.5. One
column a radius, one row a start (a trajectory id); lines: the flow, dots: SGD.
"""
import argparse
import json
import subprocess

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

RADII = (1.0, 1.9, 2.5)
CURVES = (("m1", "tab:blue", "$m_1$"), ("m2", "tab:orange", "$m_2$"), ("w1", "tab:green", "$w_1$"))


def trajectories(arguments, radius, dynamics):
    command = [arguments.program, "trajectory", "--format", "json", "--quiet", "--radius", radius, "--dimension", 10, "--target-weight", 2 / 3,
               "--weights", arguments.weights, "--horizon", arguments.horizon, "--id", arguments.ids, "--seed", arguments.seed, "--times",
               f"0:{arguments.horizon}:{arguments.horizon / 50}", "--dynamics", dynamics]
    if dynamics != "flow":
        command += ["--learning-rate", 0.05, "--batch-size", 1000]
    return json.loads(subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout)["trajectories"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/cpu/modecollapse")
    parser.add_argument("--weights", default="softmax", choices=["softmax", "simplex", "fisher-rao"])
    parser.add_argument("--ids", default="0,1,2")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--horizon", type=float, default=200.0)
    parser.add_argument("--output", default="regimes.png")
    arguments = parser.parse_args()
    ids = arguments.ids.split(",")
    figure, axes = pyplot.subplots(len(ids), len(RADII), figsize=(10, 2.4 * len(ids)), sharex=True, sharey=True, squeeze=False)
    for column, radius in enumerate(RADII):
        flow, sampled = (trajectories(arguments, radius, dynamics) for dynamics in ("flow", "sgd"))
        for row, (smooth, noisy) in enumerate(zip(flow, sampled)):
            panel = axes[row][column]
            for name, color, label in CURVES:
                panel.plot(smooth["t"], smooth[name], color=color, label=label)
                panel.plot(noisy["t"], noisy[name], ".", color=color, markersize=3)
            panel.set_title(f"R = {radius:g}, start {smooth['id']}: {smooth['outcome']} / {noisy['outcome']}", fontsize=8)
            panel.set_ylim(-1.05, 1.05)
    for panel in axes[-1]:
        panel.set_xlabel("time (learning rate x steps)")
    axes[0][0].legend(fontsize=8)
    figure.suptitle(f"{arguments.weights} weights, d = 10, w* = 2/3: flow (lines) and SGD with B = 1000, learning rate 0.05 (dots)", fontsize=10)
    figure.tight_layout()
    figure.savefig(arguments.output, dpi=110)


if __name__ == "__main__":
    main()
