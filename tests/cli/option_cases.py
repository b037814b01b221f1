"""Which command uses which option, under which family, dynamics and geometry of the weights, by
hand: what the refusals of the program (test_unused_options.py) and of the Python package
(python/tests/test_unused_arguments.py) are held to.
"""

SGD = ("sgd", "sgd-full", "sde")
MIXTURE = [("mixture", dynamics, weights) for dynamics in ("flow", *SGD)
           for weights in ("fixed", "softmax", "simplex", "fisher-rao")]
CONTEXTS = [*MIXTURE, ("realnvp", None, None)]
ENSEMBLES = {"probability", "threshold"}
PATHS = {*ENSEMBLES, "trajectory"}
STATES = {*PATHS, "basin", "theory"}


def always(family, dynamics, weights):
    return True


def mixture(family, dynamics, weights):
    return family == "mixture"


def realnvp(family, dynamics, weights):
    return family == "realnvp"


def linear_vae(family, dynamics, weights):
    return family == "linear-vae"


def vae(family, dynamics, weights):
    return family == "vae"


def sequence_vae(family, dynamics, weights):
    return family == "sequence-vae"


def components(family, dynamics, weights):
    return family == "components"


def many_modes(family, dynamics, weights):
    return family in ("components", "realnvp")


def flow(family, dynamics, weights):
    return dynamics == "flow"


def stochastic(family, dynamics, weights):
    return family == "realnvp" or dynamics in SGD


def trained(family, dynamics, weights):
    return weights not in (None, "fixed")


# option -> (a value, the options it needs beside it, commands that use it, when)
T0 = ("--initial-temperature", 4)
OPTIONS = {
    "weight": (0.4, (), {*STATES, "folds", "variance"}, mixture),
    "alignment-threshold": (0.4, (), {*STATES, "folds"}, mixture),
    "weight-floor": (0.1, (), {*STATES, "folds"}, mixture),
    "horizon": (7, (), STATES, always),
    "learning-rate": (0.01, (), PATHS, stochastic),
    "batch-size": (17, (), PATHS, stochastic),
    "estimator": ("reparameterized", (), PATHS, stochastic),
    "baseline": ("leave-one-out", ("--estimator", "score"), PATHS,
                 lambda f, d, w: d in ("sgd", "sgd-full")),
    "initial-temperature": (3, ("--annealing-time", 5), STATES, always),
    "annealing-time": (5, T0, STATES, always),
    "target-ess": (0.3, (*T0, "--annealing-time", 5, "--annealing", "adaptive"), STATES, mixture),
    "tolerance": (1e-4, (), STATES - {"theory"}, flow),
    "maximum-steps": (5000, (), STATES, flow),
    "quasi-share": (0.3, (), {"probability"}, trained),
    "sampling": ("sobol", (), ENSEMBLES, flow),
    "replicates": (4, ("--sampling", "sobol"), ENSEMBLES, flow),
    "rare": (None, (), {"probability"}, flow),
    "relative-error": (0.2, ("--rare",), {"probability"}, flow),
    "layers": (3, (), PATHS, realnvp),
    "width": (8, (), PATHS, realnvp),
    "depth": (1, (), PATHS, realnvp),
    "mask": ("random", (), PATHS, realnvp),
    "optimizer": ("sgd", (), PATHS, realnvp),
    "learning-rate-schedule": ("cosine", (), PATHS, realnvp),
    "gradient-clip": (1, (), PATHS, realnvp),
    "first-decay": (0.5, (), PATHS, realnvp),
    "evaluation-samples": (200, (), PATHS, realnvp),
    "mode-mass-floor": (0.1, (), PATHS, realnvp),
    "start-scale": (0.1, (), PATHS, realnvp),
    "signal-variance": (2, (), STATES, linear_vae),
    "noise-variance": (2, (), STATES, linear_vae),
    "latent-dimension": (2, (), STATES, linear_vae),
    "signal-dimension": (2, (), STATES, linear_vae),
    "kl-weight": (0.5, (), STATES, linear_vae),
    "inverse-lipschitz": (0.5, (), STATES, linear_vae),
    "encoder-variance-rate": (0.5, (), STATES, linear_vae),
    "weight-decay": (0.1, (), STATES, linear_vae),
    "initial-kl-weight": (0.1, (), PATHS, linear_vae),
    "cycle-time": (3, (), PATHS, linear_vae),
    "cycle-share": (0.3, (), PATHS, linear_vae),
    "activity-floor": (0.1, (), STATES, linear_vae),
    "capture-share": (0.3, (), STATES, linear_vae),
    "of": ("signal-lost", (), ENSEMBLES, linear_vae),
    "components": (2, (), PATHS, components),
    "modes": (2, (), PATHS, many_modes),
    "layout": ("ring", (), PATHS, many_modes),
    # threshold searches for a radius, which these have not
    "spacing": (3, ("--layout", "line"), {"probability", "trajectory"}, many_modes),
    "centre": (1, ("--layout", "line"), {"probability", "trajectory"}, many_modes),
    "means": ("modes.csv", ("--layout", "file"), {"probability", "trajectory"}, many_modes),
    "radii": ("free", (), PATHS, components),
    "variances": ("euclidean", (), PATHS, components),
    "start-radius": (1, (), PATHS, components),
    "sits-within": (0.5, (), PATHS, components),
    "expectation-error": (0.01, (), PATHS, components),
    "warm-up-starts": (3, (), {"theory"}, linear_vae),
    "data": ("linear", (), PATHS, vae),
    "data-scale": (2, (), PATHS, vae),
    "data-size": (50, (), PATHS, vae),
    "noise-scale": (2, ("--data", "linear"), PATHS, vae),
    "axes": ("random", ("--data", "linear"), PATHS, vae),
    "labels": ("y.npy", ("--data", "x.npy"), PATHS, vae),
    "data-scaling": ("range", ("--data", "x.npy"), PATHS, vae),
    "binarize": ("sampled", ("--data", "x.npy"), PATHS, vae),
    "decoder": ("mlp", (), PATHS, vae),
    "inverse-lipschitz-2": (0.5, (), PATHS, vae),
    "initial-inverse-lipschitz": (0.5, (), PATHS, vae),
    "inverse-lipschitz-time": (5, (), PATHS, vae),
    "inverse-lipschitz-schedule": ("exponential", (), PATHS, vae),
    "encoder-width": (8, (), PATHS, vae),
    "encoder-depth": (1, (), PATHS, vae),
    "decoder-width": (8, (), PATHS, vae),
    "decoder-depth": (1, (), PATHS, vae),
    "activation": ("tanh", (), PATHS, vae),
    "psi-activation": ("leaky-relu", (), PATHS, vae),
    "likelihood": ("bernoulli", ("--data", "x.npy"), PATHS, vae),
    "likelihood-sd": (2, (), PATHS, vae),
    "likelihood-spread": ("trained", (), PATHS, vae),
    "held-out": (50, (), PATHS, vae),
    "clusters": (2, (), PATHS, vae),
    "information-floor": (0.02, ("--clusters", 2), PATHS, vae),
    "informative-directions": (1, (), PATHS, vae),
    "exact-data": (20, (), PATHS, vae),
    "exact-samples": (20, (), PATHS, vae),
    "vocabulary": (50, (), PATHS, sequence_vae),
    "sentence-length": (5, (), PATHS, sequence_vae),
    "letters": ("lower", ("--data", "x.txt"), PATHS, sequence_vae),
    "long-sentences": ("drop", ("--data", "x.txt"), PATHS, sequence_vae),
    "source-width": (8, (), PATHS, sequence_vae),
    "source-weight-scale": (1, (), PATHS, sequence_vae),
    "source-head-scale": (1, (), PATHS, sequence_vae),
    "source-radius": (1, (), PATHS, sequence_vae),
    "source-spread": (1, (), PATHS, sequence_vae),
    "source-seed": (2, (), PATHS, sequence_vae),
    "word-dropout": (0.5, (), PATHS, sequence_vae),
    "head": ("brenier", (), PATHS, sequence_vae),
    "embedding-width": (8, (), PATHS, sequence_vae),
    "head-width": (8, ("--head", "brenier"), PATHS, sequence_vae),
    "head-depth": (2, ("--head", "brenier"), PATHS, sequence_vae),
    "trajectories": (20000, (), {*ENSEMBLES, "variance"}, always),
    "level": (0.3, (), {"threshold"}, always),
    "radius-range": ("1:2", (), {"threshold"}, always),
    "over": ("horizon", ("--over-range", "1:5"), {"threshold"}, always),
    "over-range": ("1:2", (), {"threshold"}, always),
    "over-scale": ("log", (), {"threshold"}, always),
    "accuracy": (0.01, (), {"theory"}, always),
    "failed-limit": (0.5, (), {*ENSEMBLES, "theory"}, always),
    "id": (3, (), {"trajectory"}, always),
    "start": ("0,0.1,0", (), {"trajectory", "variance"}, mixture),
    "s": (0.1, (), {"basin"}, always),
    "grid": (11, (), {"basin"}, always),
    "member": (1, (), {"sample"}, always),
    "samples": (3, (), {"sample"}, always),
    "skip": (3, (), {"sample"}, always),
}
COMMANDS = (*sorted(STATES), "folds", "variance", "sample")


def context(command, family, dynamics, weights):
    """The options that say it, or None where the command has no such case."""
    told = []
    if command not in STATES:
        if (family, dynamics, weights) != MIXTURE[0]:
            return None
    elif command in ("basin", "theory") and (family, dynamics) != ("mixture", "flow"):
        return None
    else:
        told = ["--family", family]
        if family == "mixture":
            told += ["--dynamics", dynamics, "--weights", weights]
    if command == "variance":
        told += ["--start", "0,0,0"]
    return told


def crossed(contexts):
    """Every command, context and option: (words of the call, name of the option, is it used)."""
    for command in COMMANDS:
        for case in contexts:
            told = context(command, *case)
            if told is None:
                continue
            for name, (value, companions, commands, when) in OPTIONS.items():
                if command == "variance" and name in ("start", "batch-size"):
                    continue
                if "--rare" in companions and command != "probability":
                    companions = ()
                given = [] if value is None else [value]
                words = (command, *told, *companions, f"--{name}", *given)
                yield words, name, command in commands and bool(when(*case))
