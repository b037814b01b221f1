"""The numbers of a result as tables: (heading, columns, rows, note) each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

from .figures.cell_status import cell_status
from .figures.results import flag_names
from .figures.searched import searched_of
from .figures.shown import Shown, grid_of, shown_of

Table = tuple[str, list[str], list[list[Any]], str]
MOST_ROWS = 300


def result_tables(dataset: xr.Dataset, command: str) -> list[Table]:
    """What a reader looks for first comes first."""
    named = {
        "threshold": critical_values,
        "probability": outcomes,
        "phase-diagram": cells,
        "trajectory": fates,
        "basin": starts,
    }
    tables = list(named[command](dataset)) if command in named else []
    scalars = scalar_rows(dataset)
    if scalars:
        tables.append(("Single numbers", ["name", "value", "meaning"], scalars, ""))
    if command not in named:
        tables.extend(series(dataset))
    return tables


def plain(variable: xr.DataArray) -> list[Any]:
    """Of one dimension: numbers of Python, or words."""
    return variable.values.tolist()


def critical_values(dataset: xr.Dataset) -> Iterator[Table]:
    searched = searched_of(dataset)
    named = [str(dim) for dim in dataset["status"].dims]  # (dimension, level) or the levels alone
    values = {name: plain(dataset[name]) for name in named}
    status = flag_names(dataset["status"])
    numbers = [dataset[name].values for name in (searched.critical, *searched.ends)]
    made = [dataset[name].values for name in ("trajectories_run",) if name in dataset]
    rows = [
        [
            *(values[name][i] for name, i in zip(named, index)),
            *(float(number[index]) for number in numbers),
            status[index].replace("_", " "),
            *(int(number[index]) for number in made),
        ]
        for index in np.ndindex(status.shape)
    ]
    if searched.is_radius:
        heading, column = "Critical radius R_c(d; level)", "R_c"
        note = (
            "R_c is the smallest radius at which the probability of collapse over random starts "
            "reaches the level. From: the largest searched radius whose upper 95 % bound is below "
            "the level; to: the smallest whose lower bound is at or above it."
        )
    else:
        heading, column = f"Critical {searched.words}", searched.symbol or "critical value"
        note = (
            "From and to: the nearest searched values on either side at which the 95 % interval "
            "of P is surely on its side of the level."
        )
    columns = [*named, column, "from", "to", "status", *("trajectories" for _ in made)]
    yield heading, columns, rows, note


def outcomes(dataset: xr.Dataset) -> Iterator[Table]:
    p, low, high = (float(dataset[n].item()) for n in ("p_collapse", "ci_low", "ci_high"))
    meaning = str(dataset["ci_low"].attrs.get("long_name", ""))
    method = meaning[meaning.find("(") + 1 : -1] if meaning.endswith(")") else "clopper-pearson"
    covers = "about" if method == "normal" else "at least"
    yield "Probability of collapse", ["P", "from", "to"], [[p, low, high]], (
        "P is the probability that a random start ends with a mode lost. From and to: the ends of "
        f"its 95 % interval ({method}), which covers the true P in {covers} 95 of 100 repetitions."
    )
    if "outcome" not in dataset:  # importance sampling counts none
        return
    counts = dataset["counts"].values.reshape(-1)
    total = max(int(counts.sum()), 1)
    names = [str(name).replace("_", " ") for name in dataset["outcome"].values]
    rows = [[n, int(c), float(c / total)] for n, c in zip(names, counts)]
    yield "Outcomes", ["outcome", "trajectories", "share"], rows, ""


def cells(dataset: xr.Dataset) -> Iterator[Table]:
    dims = grid_of(dataset)
    shown = shown_of(dataset)
    status = cell_status(dataset)
    values = {dim: plain(dataset[dim]) for dim in dims}
    names = {shown.value: column_of(shown)}
    if shown.ends:
        names.update(zip(shown.ends, ("from", "to")))
    if "projected_variance" in dataset:  # of flows
        names["projected_variance"] = "variance along mu*"
    looked: dict[str, Any] = {}
    if "look" in dataset:  # not in files of before
        looked = {
            "interval": flag_names(dataset["ci_method"]),
            "look": dataset["look"].values.astype(object),
            "looks": dataset["looks"].values.astype(object),
        }
    rows = []
    for index in np.ndindex(status.shape):
        at = [values[dim][i] for dim, i in zip(dims, index)]
        numbers = [float(dataset[name].values[index]) for name in names]
        state = str(status[index]).replace("_", " ")
        rows.append([*at, *numbers, state, *(column[index] for column in looked.values())])
    note = f"The first {MOST_ROWS} of {len(rows)} cells." if len(rows) > MOST_ROWS else ""
    if looked:
        note += (
            " From and to: the ends of the 95 % interval; where a cell was looked at several times "
            "(clopper-pearson-spent), all looks share its 5 %, and P is the unbiased estimate."
        )
    note += "".join(f" {dim}: {dataset[dim].attrs['long_name']}." for dim in dims
                    if "long_name" in dataset[dim].attrs)  # fmt: skip
    columns = [*map(str, dims), *names.values(), "status", *looked]
    yield "Cells", columns, rows[:MOST_ROWS], note.strip()


def column_of(shown: Shown) -> str:
    if shown.searched is None:
        return "P"
    return "R_c" if shown.searched.is_radius else f"critical {shown.searched.words}"


def fates(dataset: xr.Dataset) -> Iterator[Table]:
    if "decided_at" not in dataset:
        yield from trainings(dataset)
        return
    names = ("m1", "m2", "s", "w1")
    rows = [
        [
            int(trajectory),
            str(outcome).replace("_", " "),
            float(decided),
            *(float(dataset[name].values[i, -1]) for name in names),
        ]
        for i, (trajectory, outcome, decided) in enumerate(
            zip(
                dataset["trajectory"].values,
                flag_names(dataset["outcome"]),
                dataset["decided_at"].values,
            )
        )
    ]
    columns = ["id", "outcome", "decided at", *names]
    note = f"m1, m2, s, w1 at t = {dataset['time'].values[-1]:g}; id -1: a given start."
    yield "Trajectories", columns, rows[:MOST_ROWS], note


def trainings(dataset: xr.Dataset) -> Iterator[Table]:
    """Of flows: their state at the last of the steps shown."""
    values = {
        str(name): variable.values[:, -1]
        for name, variable in dataset.items()
        if variable.dims == ("trajectory", "time")
    }
    outcomes = flag_names(dataset["outcome"])
    rows = [
        [int(training), str(outcome).replace("_", " "), *(float(v[i]) for v in values.values())]
        for i, (training, outcome) in enumerate(zip(dataset["trajectory"].values, outcomes))
    ]
    columns = ["id", "outcome", *(name.replace("_", " ") for name in values)]
    note = f"After {dataset['time'].values[-1]:g} steps."
    yield "Trainings", columns, rows[:MOST_ROWS], note


def starts(dataset: xr.Dataset) -> Iterator[Table]:
    names, counts = np.unique(flag_names(dataset["outcome"]), return_counts=True)
    rows = [[str(n).replace("_", " "), int(c)] for n, c in zip(names, counts)]
    note = "Outside: no three vectors have these overlaps."
    yield "Starts on the section", ["outcome", "starts"], rows, note


def scalar_rows(dataset: xr.Dataset) -> list[list[Any]]:
    rows = []
    for name, variable in dataset.data_vars.items():
        if variable.ndim == 0 and not str(name).endswith("_status"):
            value = variable.values.item()
            status = dataset.get(f"{name}_status")
            if status is not None and isinstance(value, float) and np.isnan(value):
                value = str(flag_names(status).item()).replace("_", " ")
            rows.append([str(name), value, str(variable.attrs.get("long_name", ""))])
    return rows


def series(dataset: xr.Dataset) -> Iterator[Table]:
    """Of a command without a table of its own: variables over one dimension."""
    for dim in dataset.dims:
        names = [str(n) for n, v in dataset.variables.items() if v.dims == (dim,)]
        size = dataset.sizes[dim]
        columns = [name for name in names if name == dim] + [n for n in names if n != dim]
        values = [plain(dataset[name]) for name in columns]
        rows = [[column[i] for column in values] for i in range(min(size, MOST_ROWS))]
        note = f"The first {MOST_ROWS} of {size}." if size > MOST_ROWS else ""
        if columns:
            yield f"Over {dim}", columns, rows, note
