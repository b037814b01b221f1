"""Figures from the result files of modecollapse.

From a shell:
    python3 -m modecollapse.figures threshold results/threshold.nc results/threshold.png
    python3 -m modecollapse.figures phase-diagram RUN/result.nc results/diagram.png
From Python:
    from modecollapse.figures.threshold import read_threshold, threshold_figure

A figure shows the numbers of a result file and nothing else: no simulation, no fit.
"""
