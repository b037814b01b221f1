"""Docstrings and signatures: options from the engine's table, the rest from here.

A command without an entry in NOTES is documented by its options alone.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill, indent
from typing import Any

from ._arguments import Option

TYPES = {
    "number": "float",
    "integer": "int",
    "seed": "int",
    "number_list": "sequence of float",
    "integer_list": "sequence of int",
    "text": "str",
    "flag": "bool",
}
PROGRESS = """progress : bool or callable, optional
    True: a tqdm bar. A function is called with the fraction done, from 0 to 1, and a
    note. By default a bar on a terminal, if tqdm is installed."""
RAW = """raw : bool, default False
    True: outcomes and statuses as the codes of the file, not as words."""
RAISES = """ValueError
    An argument that is unknown or out of range, by name.
RuntimeError
    No such device, or a failure of one.
OSError
    The file of `output` cannot be written.
KeyboardInterrupt
    Within a second after Ctrl-C (SGD: after the trajectories at hand)."""


@dataclass(frozen=True)
class Note:
    """What the option table does not say."""

    result: str  # variables with their dimensions; everything is dimensionless
    example: str = ""
    summary: str = ""  # instead of the command's help
    arguments: str = ""  # besides options
    raises: str = RAISES


TRAINED_VAES = """
>>> import tempfile
>>> import numpy
>>> with tempfile.TemporaryDirectory() as folder:
...     numpy.save(f"{folder}/x.npy", numpy.random.default_rng(1).normal(size=(100, 3)))
...     options = {"data": f"{folder}/x.npy", "held_out": 20, "horizon": 5, "trajectories": 2}
...     trained = modecollapse.probability(
...         family="vae", seed=7, save_models=f"{folder}/vaes.nc", **options)
"""  # in the folder, which the next lines are within
COUNTS = """counts(..., outcome) int64, number of trajectories by outcome; p_collapse,
ci_low, ci_high(...), the probability of collapse and its 95 % interval (kind: ci_method);
standard_error, status(...) in words; with trainable weights quasi_collapse(...)"""

NOTES = {
    "probability": Note(
        f"Dimension outcome; a probability at a point has none. {COUNTS}. Lists of values, such as "
        "radius=[1, 2], make a small sweep: the result of phase_diagram, a dimension a list; of "
        "weights of modes, which are a list themselves, a list of lists. Of flows also "
        "mean_reverse_kl, mean_effective_samples and mean_projected_variance, and the same of "
        "every member(member).",
        """
>>> result = modecollapse.probability(radius=2, dimension=10, trajectories=2000, seed=7)
>>> result.counts.sum().item()
2000
>>> float(result.ci_low) < float(result.p_collapse) < float(result.ci_high)
True
>>> result.radius.item(), result.dynamics.item()
(2.0, 'flow')
""",
    ),
    "threshold": Note(
        "r_c, r_c_ci_low, r_c_ci_high, r_c_resolution, status(dimension, level), in words; "
        "the curves searched: p_collapse, ci_low, ci_high(dimension, radius), "
        "counts(dimension, radius, outcome), and every evaluation, refining ones "
        "included: evaluation_*(evaluation); scalars r_fold_plus, r_fold_minus, r_inf. "
        "Radii are in units of the target's standard deviation; NaN: not found, see "
        "the *status variables. With `over` critical_value, critical_value_ci_low and so on "
        "in the place of r_c, direction(dimension), and the curves along that option.",
        """
>>> result = modecollapse.threshold(
...     dimension=[100, 1000], level=0.5, trajectories=2000, seed=7)
>>> result.r_c.dims, result.r_c.shape
(('dimension', 'level'), (2, 1))
>>> bool((result.r_c > result.r_fold_plus).all())
True
>>> time = modecollapse.threshold(
...     over="annealing_time", over_range=(1, 100), initial_temperature=10, radius=2,
...     dimension=10, level=0.05, trajectories=1000, seed=7)
>>> time.critical_value.sel(level=0.05).item() > 1, time.direction.item()
(True, 'falling')
""",
    ),
    "trajectory": Note(
        "m1, m2, s, w1(trajectory, time): alignments of the two means with the mode at "
        "+mu*, their overlap, the weight of the first component; outcome(trajectory) "
        "in words, decided_at(trajectory) in the flow's time. A list of starts, "
        "start=[[m1, m2, s], ...], gives a trajectory each, and start(trajectory, "
        "order_parameter); the share of them that collapses is then that of outcomes.",
        """
>>> result = modecollapse.trajectory(id=[0, 1, 2], times=[0, 5, 10], seed=7)
>>> result.m1.shape
(3, 3)
>>> mine = modecollapse.trajectory(start=[[0.3, 0.2, 0.0], [0.3, -0.2, 0.0]])
>>> mine.outcome.isin(["aligned_plus", "aligned_minus"]).mean().item()
0.5
""",
    ),
    "basin": Note(
        "outcome(m1, m2) in words, \"outside\" where no three vectors have these overlaps; "
        "counts(outcome_class).",
        """
>>> result = modecollapse.basin(s=0, radius=2, grid=11)
>>> result.outcome.sel(m1=0.6, m2=0.6).item()
'aligned_plus'
""",
    ),
    "folds": Note(
        "Scalars r_fold_plus, r_fold_minus, r_inf, NaN where there is none, with "
        "r_fold_plus_status and so on: found, none, all_radii or not_approached.",
        """
>>> result = modecollapse.folds(target_weight=2/3)
>>> round(result.r_fold_plus.item(), 4), round(result.r_inf.item(), 4)
(1.1088, 1.303)
""",
    ),
    "sample": Note(
        "x(sample, coordinate), log_q(sample), log_p(sample): samples of a flow that "
        "probability(family=\"realnvp\", save_flows=...) saved, and the logarithms of "
        "its density and of the target's there; or the densities at given points. With models=...: "
        "z(sample, latent), x(sample, coordinate): draws of a VAE's prior and the means of p(x|z).",
        """
>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     trained = modecollapse.probability(
...         family="realnvp", dimension=2, horizon=50, trajectories=4, seed=7,
...         save_flows=f"{folder}/flows.nc")
...     samples = modecollapse.sample(flows=f"{folder}/flows.nc", member=2, samples=5)
>>> samples.x.shape
(5, 2)
""",
    ),
    "encode": Note(
        "posterior_mean(datum, latent), posterior_variance(datum, latent), kl(datum): of "
        "q(z|x) for every row of the data, in the file's order; label(datum) where there are "
        "labels. The VAE is one that probability(family=\"vae\", save_models=...) saved.",
        TRAINED_VAES
        + """...     encoded = modecollapse.encode(
...         models=f"{folder}/vaes.nc", data=f"{folder}/x.npy")
>>> encoded.posterior_mean.shape
(100, 2)
""",
    ),
    "reconstruct": Note(
        "x(datum, coordinate), reconstructed(datum, coordinate), squared_error(datum): rows of the "
        "data, in the file's order, the means of p(x|z) at the means of q(z|x), and |x - mean|^2; "
        "label(datum) where there are labels.",
        TRAINED_VAES
        + """...     made = modecollapse.reconstruct(
...         models=f"{folder}/vaes.nc", data=f"{folder}/x.npy", rows=10)
>>> made.reconstructed.shape
(10, 3)
""",
    ),
    "phase-diagram": Note(
        f"One dimension an axis (zipped axes share one). {COUNTS}; trajectories_run, "
        "status(...) of a cell: complete, pending or failed; ci_method(...), look(...) and "
        "looks(...): the interval's kind, and how often an adaptive cell was and may be looked at.",
        """
>>> result = modecollapse.phase_diagram({
...     "axes": {"radius": [1.5, 2], "dimension": [10, 100]},
...     "fixed": {"trajectories": 500, "seed": 7}})
>>> result.p_collapse.dims, result.p_collapse.shape
(('radius', 'dimension'), (2, 2))
""",
        "P(collapse) over a grid; can be stopped, resumed and split.",
        """description : path or dict
    A TOML file, or its content: {"axes": ..., "fixed": ..., "adaptive": ...,
    "quantity": "probability", "theory" or "threshold"}.
run_dir : path, optional
    Folder for journal and result; needed to resume. By default a temporary one.""",
        RAISES.replace("The file of `output` cannot be written.",
                       "The run folder is damaged, in use, of another configuration "
                       "or cannot be\n    written.")
        .replace("Ctrl-C (SGD: after the trajectories at hand).",
                 "Ctrl-C; what is finished is kept in run_dir."),
    ),
    "status": Note(
        "One dict a folder: state, cells, complete, failed, pending, trajectories, "
        "seconds_left.",
        arguments="run_dir : path\n    Folder of a phase diagram.",
        raises="",
    ),
    "merge": Note(
        "As of phase_diagram.",
        arguments="*folders : path\n    Run folder of a sharded run, or the folders "
        "of its shards.\nrun_dir : path, optional\n    Where the joined result goes.",
        raises="",
    ),
    "info": Note("Version, compiler, instruction sets, CUDA devices.", raises=""),
}  # fmt: skip


def docstring(command: str, help_text: str, options: Mapping[str, Option]) -> str:
    note = NOTES.get(command, Note("The variables of the command's result file."))
    arguments = [note.arguments, *map(argument_text, options, options.values())]
    if options or command == "phase-diagram":
        arguments.append(PROGRESS)
    if command not in ("status", "info"):
        arguments.append(RAW)
    attributes = "" if command in ("status", "info") else (
        " Every option that is no axis is a scalar coordinate, so that results concatenate over "
        "it. Attributes: provenance, as in a result file (config_toml, seed, version). "
        "modecollapse.words() says what outcomes, statuses and symbols mean."
    )
    kind = {"status": "list of dict", "info": "dict"}.get(command, "xarray.Dataset")
    parts = [note.summary or f"{help_text}."]
    if any(arguments):
        parts.append(section("Parameters", "\n".join(filter(None, arguments))))
    result = fill(" ".join((note.result + attributes).split()), 84)
    parts.append(section("Returns", f"{kind}\n{indent(result, '    ')}"))
    if note.raises:
        parts.append(section("Raises", note.raises))
    if note.example:
        parts.append(section("Examples", note.example.strip()))
    return "\n\n".join(parts) + "\n"


def section(title: str, text: str) -> str:
    return f"{title}\n{'-' * len(title)}\n{text}"


def argument_text(name: str, option: Option) -> str:
    kind = "pair of float" if option.is_pair else TYPES.get(option.kind)
    if option.list_families and not option.is_list:
        kind = f"{kind} or sequence of {kind}"
    if option.choices:
        kind = f"{{{', '.join(map(repr, option.choices))}}}"
    default = ", optional" if option.default is None else f", default {option.default}"
    allowed = "" if option.choices or option.kind == "flag" else f" [{option.range}]"
    return f"{name} : {kind}{default}\n{indent(fill(option.help + allowed, 84), '    ')}"


def default_of(option: Option) -> Any:
    """The default as Python writes it; None if there is none, or it is not fixed."""
    text = option.default
    if text is None or option.kind in ("choice", "text"):
        return text
    if option.kind == "flag":
        return text == "true"
    if option.is_list:
        return text if ":" in text else tuple(map(ast.literal_eval, text.split(",")))
    return ast.literal_eval(text)


def signature(
    options: Mapping[str, Option], positional: str | None = None
) -> inspect.Signature:
    kinds = inspect.Parameter
    parameters = [kinds(positional, kinds.POSITIONAL_OR_KEYWORD)] if positional else []
    parameters += [
        kinds(name, kinds.KEYWORD_ONLY, default=default_of(option))
        for name, option in options.items()
    ]
    parameters.append(kinds("raw", kinds.KEYWORD_ONLY, default=False))
    parameters.append(kinds("progress", kinds.KEYWORD_ONLY, default=None))
    return inspect.Signature(parameters, return_annotation="xarray.Dataset")
