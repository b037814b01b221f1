"""Command line of the figures: one subcommand per kind of result file, or recipe.

Exit codes: 0 the figure was written; 2 wrong use, a file that is missing or is no such
result, a result of more axes than can be drawn, or an output that cannot be written.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .._text import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXIT_USAGE = 2

# figures of papers, which run the engine (recipes.py)
RECIPES = {
    "evolution": "the fitted density in two dimensions over time, of starts that lose a mode and "
    "of others",
    "basins": "basins on the section s = 0 for four radii, with trajectories",
    "order-parameters": "order parameters and trained weights over time",
    "critical-radii": "R_c against d: fixed and trained weights, annealed",
}
FLOW_RECIPES = {  # flow_recipes.py
    "flow-evolution": "densities of normalizing flows during training, d = 2",
    "flow-critical-radii": "R_c against d: normalizing flows and the mixture",
    "flow-annealing": "normalizing flows at d = 128: P(collapse) and variance over T0",
}

LINEAR_VAE_RECIPES = {  # linear_vae_recipes.py
    "vae-active-directions": "linear VAE: probability of k active latents over the KL weight",
    "vae-stretched-decoder": "linear VAE: P(collapse) over (beta, L), inverse-Lipschitz",
    "vae-warm-up": "linear VAE: time to recovery over the annealing rate",
    "vae-order-parameters": "linear VAE: order parameters of the flow beside those of SGD",
}
VAE_RECIPES = {  # vae_recipes.py
    "vae-plane": "VAE: P(collapse) over the data's scale s and the inverse-Lipschitz constant L",
    "vae-lines": "VAE: P(collapse), active directions and divergences over s, for several L",
    "vae-accuracy": "VAE: accuracy of a mixture prior's classes, its Bayes limit, and F, over s",
    "vae-posteriors": "VAE: where the encoder puts data, at two s and of three decoders",
}
SEQUENCE_RECIPES = {  # sequence_recipes.py
    "sequence-annealing": "sequence VAE: collapse, I(x;z) over the KL weight, annealed or not",
    "sequence-lipschitz": "sequence VAE: the same over the inverse-Lipschitz constant L",
}

COMPONENTS_RECIPES = {  # components_recipes.py
    "lost-modes": "K components: law of the number of lost modes over K/K*, three layouts",
    "modes-critical-radii": "K components: R_c(d) against K = K* on the simplex",
    "modes-annealing": "K components: P(collapse) and lost modes over (T0, t0), K* = 8",
    "modes-flows": "RealNVP flows beside mixtures: shares that keep all modes of a ring",
    "modes-evolution": "nine components on a grid of modes in the plane over time",
}


def add_output(
    figure: argparse.ArgumentParser, allowed: str = ".png, .pdf or .svg", dpi: float = 200.0
) -> None:
    figure.add_argument("output", type=Path, metavar="FIGURE", help=f"file to write: {allowed}")
    figure.add_argument(
        "--dpi",
        type=float,
        default=dpi,
        help="dots per inch, where the file holds pixels (default %(default)g)",
    )


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="modecollapse.figures",
        description="Draw figures from the result files of modecollapse.",
        epilog="Exit codes: 0 done; 2 wrong use, or a file that cannot be read, is no "
        "such result or cannot be written.",
    )
    figures = parser.add_subparsers(dest="figure", metavar="FIGURE", required=True)
    threshold = figures.add_parser(
        "threshold",
        help="P(collapse) against R, and R_c against d",
        description="Draw P(collapse) against the radius R for every dimension d, and "
        "the critical radius R_c(d; level) against d, from the file that "
        "`modecollapse threshold --output FILE.nc` writes.",
    )
    diagram = figures.add_parser(
        "phase-diagram",
        help="P(collapse), or critical values, over the axes of a sweep",
        description="Draw P(collapse), or critical values, against the one axis or over the two "
        "axes of a sweep, from the file RUN/result.nc that `modecollapse phase-diagram` writes.",
    )
    others = []
    for name, shown in (
        ("probability", "the share of each outcome"),
        ("trajectory", "order parameters, or what else is recorded, over time"),
        ("basin", "basins of attraction on a section of fixed overlap"),
    ):
        text = f"Draw {shown}, from the file that `modecollapse {name} --output FILE.nc` writes."
        others.append(figures.add_parser(name, help=shown, description=text))
    for figure in (threshold, diagram, *others):
        figure.add_argument(
            "result",
            type=Path,
            metavar="RESULT.nc",
            help=f"result of modecollapse {figure.prog.split()[-1]} (NetCDF)",
        )
        add_output(figure)
    images = figures.add_parser(
        "vae-images",
        help="draws of a saved VAE of images",
        description="Draw what a VAE of images makes of its prior, a row for each cluster, from "
        "the file that `modecollapse probability --save-models MODELS.nc` writes.",
    )
    images.add_argument("result", type=Path, metavar="MODELS.nc", help="saved VAEs")
    reconstructions = figures.add_parser(
        "vae-reconstructions",
        help="images of a file, and what saved VAEs make of them",
        description="Draw the first images of DATA, and below them what each of the VAEs in the "
        "files that `modecollapse probability --save-models` wrote makes of them.",
    )
    reconstructions.add_argument("data", type=Path, metavar="DATA", help="file of images")
    reconstructions.add_argument(
        "results",
        type=Path,
        nargs="+",
        metavar="MODELS.nc",
        help="saved VAEs; a row is called by its file",
    )
    for figure in (images, reconstructions):
        add_output(figure)
        figure.add_argument("--member", type=int, default=0, help="default %(default)d")
    threshold.add_argument(
        "--theory",
        action="store_true",
        help="draw R_c by theory through the points: runs the engine, for about a minute",
    )
    recipes = {**RECIPES, **FLOW_RECIPES, **LINEAR_VAE_RECIPES, **VAE_RECIPES, **SEQUENCE_RECIPES}
    recipes.update(COMPONENTS_RECIPES)
    for name, text in recipes.items():
        recipe = figures.add_parser(name, help=f"runs the engine: {text}", description=text)
        add_output(recipe)
        recipe.add_argument("--seed", type=int, default=2024, help="default %(default)d")
        if name in FLOW_RECIPES:
            recipe.add_argument(
                "--size",
                choices=("small", "full"),
                default="small",
                help="minutes on two cores, or for a GPU or a cluster (default small)",
            )
            recipe.add_argument("--backend", choices=("auto", "cpu", "cuda"), default="auto")
    text = "one start that covers both modes beside one that loses one, moving"
    animation = figures.add_parser("animation", help=f"runs the engine: {text}", description=text)
    add_output(animation, ".gif, .webp", dpi=100.0)
    animation.add_argument("--seed", type=int, default=2024, help="default %(default)d")
    text = "what m1, m2 and s are, and the ways to end: the picture of docs/glossary.md"
    words = figures.add_parser("words", help=text, description=text)
    add_output(words)
    diagram.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="leave out an axis: take the slice at its coordinate nearest to VALUE; "
        "repeated until at most two axes are left",
    )
    return parser.parse_args(arguments)


def figure_of(options: argparse.Namespace) -> Figure:
    from .basins import basins_figure, read_basin
    from .order_parameters import read_trajectories, trajectories_figure
    from .outcomes import outcomes_figure, read_probability
    from .phase_diagram import phase_diagram_figure, read_phase_diagram
    from .selection import parse_selection
    from .theory_radii import theory_radii
    from .threshold import read_threshold, threshold_figure

    if options.figure in RECIPES:
        from .recipes import FIGURES

        return FIGURES[options.figure](options.seed)
    if options.figure in FLOW_RECIPES:
        from .flow_recipes import FLOW_FIGURES

        return FLOW_FIGURES[options.figure](options.seed, options.size, options.backend)
    if options.figure in LINEAR_VAE_RECIPES:
        from .linear_vae_recipes import LINEAR_VAE_FIGURES

        return LINEAR_VAE_FIGURES[options.figure](options.seed)
    if options.figure in COMPONENTS_RECIPES:
        from .components_recipes import COMPONENTS_FIGURES

        return COMPONENTS_FIGURES[options.figure](options.seed)
    if options.figure in VAE_RECIPES:
        from .vae_recipes import VAE_FIGURES

        return VAE_FIGURES[options.figure](options.seed)
    if options.figure in SEQUENCE_RECIPES:
        from .sequence_recipes import SEQUENCE_FIGURES

        return SEQUENCE_FIGURES[options.figure](options.seed)
    if options.figure == "vae-images":
        from .vae_images import images_figure, read_draws

        return images_figure(read_draws(options.result, options.member))
    if options.figure == "vae-reconstructions":
        from .vae_images import read_reconstructions, reconstructions_figure

        made = read_reconstructions(options.results, options.data, options.member)
        return reconstructions_figure(made, [path.stem for path in options.results])
    if options.figure == "words":
        from .words import words_figure

        return words_figure()
    if options.figure == "threshold":
        result = read_threshold(options.result)
        return threshold_figure(result, theory=theory_radii(result) if options.theory else None)
    if options.figure == "probability":
        return outcomes_figure(read_probability(options.result))
    if options.figure == "trajectory":
        return trajectories_figure(read_trajectories(options.result))
    if options.figure == "basin":
        return basins_figure([read_basin(options.result)])
    selection = parse_selection(options.select)
    return phase_diagram_figure(read_phase_diagram(options.result), selection)


def draw(options: argparse.Namespace) -> int:
    # Imported here, so that --help answers without xarray and matplotlib.
    from .style import check_output, save_figure

    try:
        if options.figure == "animation":
            from .animation import save_animation

            save_animation(options.output, options.seed, options.dpi)
            return 0
        check_output(options.output, options.dpi)
        save_figure(figure_of(options), options.output, options.dpi)
    except ValueError as error:  # of a result, a selection, an output, a text
        return fail(str(error))
    except OSError as error:
        return fail(f"cannot write {options.output}: {error.strerror or error}")
    return 0


def fail(message: str) -> int:
    print(f"modecollapse.figures: error: {printable(message)}", file=sys.stderr)
    return EXIT_USAGE


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code (argparse exits with 2 itself)."""
    options = parse_arguments(arguments)
    try:
        return draw(options)
    except ModuleNotFoundError as error:
        packages = "python3-xarray python3-netcdf4 python3-matplotlib"
        return fail(
            f"the Python module {error.name} is missing (Debian and Ubuntu: {packages})"
        )
    except ImportError as error:  # the engine, which a recipe runs
        return fail(str(error))


if __name__ == "__main__":
    sys.exit(main())
