"""Images that saved VAEs draw from their prior: the means of p(x|z), a row for each cluster.

Grey levels are the data's numbers, black the least and white the largest that is shown.
"""

from __future__ import annotations

from math import isqrt
from pathlib import Path

import matplotlib
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

import modecollapse

from . import style
from .panels import Page
from .results import ResultError
from .run_text import provenance_text

COLUMNS = 10  # images of a row
GAP = 1  # pixels between two images
INCHES = 0.42  # of an image
DRAWS = 1000  # among which every cluster is, of up to 16


def rows_of(samples: xr.Dataset) -> dict[str, np.ndarray]:
    """The first images of every cluster that was drawn, (images, side, side)."""
    count = samples.sizes["coordinate"]
    side = isqrt(count)
    if side * side != count:
        raise ResultError(f"t = {count}: images are drawn (allowed: data of a square of numbers)")
    images = samples["x"].values.reshape(-1, side, side)
    if "cluster" not in samples:
        return {"": images[:COLUMNS]}
    clusters = samples["cluster"].values
    return {str(y): images[clusters == y][:COLUMNS] for y in np.unique(clusters)}


def mosaic_of(rows: dict[str, np.ndarray]) -> np.ndarray:
    """One picture of all; NaN where nothing is."""
    side = next(iter(rows.values())).shape[1]
    step = side + GAP
    picture = np.full((len(rows) * step - GAP, COLUMNS * step - GAP), np.nan)
    for i, images in enumerate(rows.values()):
        for k, image in enumerate(images):
            picture[i * step : i * step + side, k * step : k * step + side] = image
    return picture


def read_draws(models: Path, member: int) -> xr.Dataset:
    """Draws of the prior of a member of a file of `--save-models`."""
    try:
        return modecollapse.sample(models=models, member=member, samples=DRAWS)
    except OSError as error:  # says which file, and why
        raise ResultError(str(error)) from error


def images_figure(samples: xr.Dataset) -> Figure:
    """samples: of read_draws."""
    rows = rows_of(samples)
    picture = mosaic_of(rows)
    page = Page(1, panel_width=INCHES * COLUMNS, panel_height=INCHES * len(rows), title=0.05,
                below_axis=0.1, legend=0.0)  # fmt: skip
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make(
            [
                f"draws of the prior, member {int(samples['member'])}",
                f"{int(samples['steps'])} steps",
                f"black {np.nanmin(picture):.2g}, white {np.nanmax(picture):.2g}",
            ],
            [provenance_text(samples.attrs)],
        )
        panel = axes[0, 0]
        shown = panel.imshow(picture, cmap="gray", aspect="auto", interpolation="nearest")
        shown.set_gid("images")
        step = picture.shape[0] / len(rows)
        panel.set_yticks([(i + 0.5) * step for i in range(len(rows))], list(rows))
        panel.set_xticks([])
        panel.tick_params(length=0)
        if "cluster" in samples:
            panel.set_ylabel("cluster")
        for side in panel.spines.values():
            side.set_visible(False)
    return figure
