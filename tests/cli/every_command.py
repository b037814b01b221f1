"""A small run of every command and family, for what must hold of all their results."""

FLOWS = ("--family", "realnvp", "--dimension", 2, "--horizon", 10, "--batch-size", 8, "--width", 4,
         "--layers", 2, "--evaluation-samples", 100, "--seed", 7)
SMALL = ("--dimension", 10, "--seed", 7)
VAE = ("--family", "linear-vae", "--dimension", 100, "--horizon", 20, "--kl-weight", 1.7)
TRAINED_VAE = ("--family", "vae", "--horizon", 5, "--held-out", 20, "--encoder-width", 4,
               "--decoder-width", 4, "--seed", 7)
SENTENCES = ("--family", "sequence-vae", "--horizon", 5, "--held-out", 20, "--vocabulary", 12,
             "--data-size", 30, "--exact-data", 4, "--exact-samples", 8, "--seed", 7)
K = ("--family", "components", "--horizon", 2)
CASES = {
    "components": ("probability", *K, "--trajectories", 20, "--seed", 1),
    "components with variances": ("probability", *K, "--trajectories", 20,
                                  "--variances", "euclidean", "--seed", 1),
    "components with lists of weights": ("probability", *K, "--trajectories", 20, "--seed", 1,
                                         "--target-weight", ".2,.3,.5", "--weight", ".5,.25,.25"),
    "components threshold": ("threshold", *K, "--dimension", 10, "--trajectories", 20,
                             "--radius-range", "1:1.5", "--seed", 1),
    "components trajectory": ("trajectory", *K, "--seed", 1, "--times", "0,1"),
    "probability": ("probability", *SMALL, "--trajectories", 200),
    "trainable": ("probability", *SMALL, "--trajectories", 100, "--weights", "softmax",
                  "--horizon", 20),
    "sgd": ("probability", *SMALL, "--trajectories", 20, "--dynamics", "sgd", "--horizon", 2),
    "annealed": ("probability", *SMALL, "--trajectories", 100, "--annealing", "linear",
                 "--annealing-time", 3, "--initial-temperature", 4),
    "sobol": ("probability", *SMALL, "--trajectories", 256, "--sampling", "sobol"),
    "rare": ("probability", *SMALL, "--trajectories", 17000, "--rare"),
    "flows": ("probability", *FLOWS, "--trajectories", 3),
    "flows on a ring": ("probability", *FLOWS, "--trajectories", 3, "--layout", "ring"),
    "flows on a ring with weights": ("probability", *FLOWS, "--trajectories", 3, "--layout", "ring",
                                     "--target-weight", ".2,.3,.5"),
    "flow trajectory on a ring": ("trajectory", *FLOWS, "--layout", "ring", "--id", "0,1",
                                  "--times", "0,5"),
    "threshold": ("threshold", *SMALL, "--trajectories", 100, "--radius-range", "1:1.2"),
    "flow threshold": ("threshold", *FLOWS, "--trajectories", 2, "--radius-range", "1:1.5"),
    "trajectory": ("trajectory", "--seed", 1, "--id", "3,5", "--times", "0,1"),
    "start": ("trajectory", "--start", "0.1,0.2,0.3", "--times", "0,1"),
    "flow trajectory": ("trajectory", *FLOWS, "--id", "0,1", "--times", "0,5"),
    "theory": ("theory", "--dimension", "1000", "--radius", 1.2, "--accuracy", 0.05),
    "folds": ("folds", "--target-weight", 0.5),
    "variance": ("variance", "--start", "0.1,0.2,0", "--trajectories", 10, "--batch-size", 4,
                 "--seed", 1),
    "basin": ("basin", "--grid", 5),
    "linear VAE": ("probability", *VAE, "--trajectories", 50, "--seed", 1),
    "VAE": ("probability", *TRAINED_VAE, "--trajectories", 3),
    "VAE with clusters": ("probability", *TRAINED_VAE, "--trajectories", 3, "--clusters", 2,
                          "--decoder", "brenier"),
    "VAE trajectory": ("trajectory", *TRAINED_VAE, "--id", "0,1", "--times", "0,5"),
    "sequence VAE": ("probability", *SENTENCES, "--trajectories", 3),
    "sequence VAE trajectory": ("trajectory", *SENTENCES, "--id", "0,1", "--times", "0,5"),
    "sequence VAE threshold": ("threshold", *SENTENCES, "--trajectories", 2, "--level", 0.5,
                               "--over-range", "1:10"),
    "linear VAE theory": ("theory", *VAE, "--warm-up-starts", 3),
}
SWEEPS = {
    "VAE sweep": ('[axes]\ndata-scale = [1, 2]\n[fixed]\nfamily = "vae"\nhorizon = 5\n'
                  "dimension = 2\nheld-out = 20\nencoder-width = 4\ndecoder-width = 4\n"),
    "sequence VAE sweep": ('[axes]\nkl-weight = [1, 2]\n[fixed]\nfamily = "sequence-vae"\n'
                           "horizon = 5\nheld-out = 20\nvocabulary = 12\ndata-size = 30\n"
                           "exact-data = 4\nexact-samples = 8\n"),
    "linear VAE sweep": ('[axes]\nkl-weight = [1.2, 1.7]\n[fixed]\nfamily = "linear-vae"\n'
                         "horizon = 10\n"),
    "components sweep of weights": ('[axes]\ntarget-weight = [[0.2, 0.8], ".5,.5"]\n[fixed]\n'
                                    'family = "components"\nmodes = 2\nhorizon = 1\n'),
    "components sweep": ('[axes]\ncomponents = [1, 3]\n[fixed]\nfamily = "components"\n'
                         "horizon = 1\n"),
    "sweep": '[axes]\nradius = [1, 2]\n[fixed]\nweights = "softmax"\nhorizon = 5\n',
    "adaptive sweep": ("[axes]\nradius = [1, 2]\n[fixed]\n[adaptive]\ninterval-width = 0.3\n"
                       "max-trajectories = 400\n"),
    "threshold sweep": ('quantity = "threshold"\n[axes]\nweight = [0.6, 0.7]\n[fixed]\n'
                        'level = 0.1\nradius-range = "1:1.2"\n'),
    "flow sweep": ('[axes]\nradius = [1, 2]\n[fixed]\nfamily = "realnvp"\nhorizon = 5\n'
                   "batch-size = 8\nwidth = 4\nlayers = 2\nevaluation-samples = 50\n"),
}


def completed(sweep):
    """With what the texts of SWEEPS leave out: seed, trajectories, dimension."""
    fixed = "[fixed]\nseed = 5\ntrajectories = 4\n"
    if "\ndimension =" not in sweep and "sequence-vae" not in sweep:
        fixed += "dimension = 4\n"
    return sweep.replace("[fixed]\n", fixed)
