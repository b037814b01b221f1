"""Images of saved VAEs: means of p(x|z) for z of the prior, a row for each cluster, and for the z
that the encoder gives images of a file, a row for each VAE.

Grey levels are the data's numbers, black the least and white the largest that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor, isqrt, log10
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


def images_of(x: xr.DataArray) -> np.ndarray:
    """(images, side, side)"""
    count = x.sizes["coordinate"]
    side = isqrt(count)
    if side * side != count:
        raise ResultError(f"t = {count}: images are drawn (allowed: data of a square of numbers)")
    return x.values.reshape(-1, side, side)


def rows_of(samples: xr.Dataset) -> dict[str, np.ndarray]:
    """The first images of every cluster that was drawn, (images, side, side)."""
    images = images_of(samples["x"])
    if "cluster" not in samples:
        return {"": images[:COLUMNS]}
    clusters = samples["cluster"].values
    return {str(y): images[clusters == y][:COLUMNS] for y in np.unique(clusters)}


def mosaic_of(rows: Mapping[str, np.ndarray]) -> np.ndarray:
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
    member, steps = int(samples["member"]), int(samples["steps"])
    told = [f"draws of the prior, member {member}", f"{steps} steps"]
    label = "cluster" if "cluster" in samples else ""
    return mosaic_figure(rows_of(samples), told, samples.attrs, label)


def read_reconstructions(models: Sequence[Path], data: Path, member: int) -> list[xr.Dataset]:
    """The first rows of a file, of each of the files of `--save-models`."""
    try:
        return [modecollapse.reconstruct(models=one, data=data, member=member, rows=COLUMNS)
                for one in models]  # fmt: skip
    except OSError as error:
        raise ResultError(str(error)) from error


def reconstructions_figure(made: Sequence[xr.Dataset], names: Sequence[str]) -> Figure:
    """Images, and below them what each model makes of them. made: of read_reconstructions."""
    rows = {"data": images_of(made[0]["x"])}
    rows.update({name: images_of(one["reconstructed"]) for name, one in zip(names, made)})
    steps = sorted({int(one["steps"]) for one in made})
    told = [f"reconstructions, member {int(made[0]['member'])}",
            f"{' or '.join(map(str, steps))} steps"]  # fmt: skip
    told.append("rms error of these " + ", ".join(map(root_mean_square, made, names)))
    return mosaic_figure(rows, told, made[0].attrs, "")


def root_mean_square(made: xr.Dataset, name: str) -> str:
    error = float(np.sqrt(((made["x"] - made["reconstructed"]) ** 2).mean()))
    return f"{error:#.3g} ({name})"


def level_text(picture: np.ndarray) -> str:
    """The numbers that are black and white, to less than a hundredth of their span."""
    black, white = float(np.nanmin(picture)), float(np.nanmax(picture))
    places = 2 - floor(log10(white - black)) if white > black else 12
    return f"black {round(black, places):g}, white {round(white, places):g}"


def mosaic_figure(
    rows: Mapping[str, np.ndarray], told: Sequence[str], attributes: Mapping, label: str
) -> Figure:
    """rows: images (images, side, side) by what stands beside them."""
    picture = mosaic_of(rows)
    longest = max(map(len, rows))
    page = Page(1, panel_width=INCHES * COLUMNS, panel_height=INCHES * len(rows), title=0.05,
                below_axis=0.1, legend=0.0, left=max(0.55, 0.2 + 0.07 * longest))  # fmt: skip
    with matplotlib.rc_context(style.RC):
        figure, axes = page.make([*told, level_text(picture)], [provenance_text(attributes)])
        panel = axes[0, 0]
        shown = panel.imshow(picture, cmap="gray", aspect="auto", interpolation="nearest")
        shown.set_gid("images")
        step = picture.shape[0] / len(rows)
        panel.set_yticks([(i + 0.5) * step for i in range(len(rows))], list(rows))
        panel.set_xticks([])
        panel.tick_params(length=0)
        panel.set_ylabel(label)
        for side in panel.spines.values():
            side.set_visible(False)
    return figure
