"""Figures from the result files of modecollapse.

From a shell:
    python3 -m modecollapse.figures threshold results/threshold.nc results/threshold.png
    python3 -m modecollapse.figures phase-diagram RUN/result.nc results/diagram.png
From Python:
    from modecollapse.figures.threshold import read_threshold, threshold_figure

A figure shows the numbers of a result file and nothing else: no simulation, no fit.
"""

from .._progress import is_notebook


def shown_in_notebooks() -> None:
    """A Figure at the end of a cell is a picture, also where pyplot is not imported yet."""
    from IPython import get_ipython
    from IPython.core.pylabtools import select_figure_formats
    from matplotlib.figure import Figure

    shell = get_ipython()
    if shell is None:
        return
    png = shell.display_formatter.formatters["image/png"]
    try:
        png.lookup_by_type(Figure)
    except KeyError:
        select_figure_formats(shell, {"png"})


if is_notebook():
    shown_in_notebooks()
