"""VAEs by the program: known answers, what an inverse-Lipschitz decoder does, the same on any
number of threads and with any instruction set, and what is refused.
"""

import json
import os
import unittest

from program import ProgramTest, run

VAE = ("--family", "vae", "--seed", 1)
SMALL = (*VAE, "--horizon", 20, "--held-out", 60, "--encoder-width", 5, "--decoder-width", 6,
         "--trajectories", 4)
LINEAR = (*VAE, "--decoder", "mlp", "--encoder-depth", 0, "--decoder-depth", 0, "--data", "linear",
          "--data-scale", 1, "--latent-dimension", 1, "--learning-rate", 0.01)
# by sgd: the lift and adam's scaling of single coordinates together favour the axes
FITTED = (*VAE, "--decoder", "linear", "--encoder-depth", 0, "--data", "linear",
          "--optimizer", "sgd", "--learning-rate", 0.1,
          "--learning-rate-schedule", "cosine", "--trajectories", 8)
BOTH = (*FITTED, "--data-scale", 2, "--latent-dimension", 2, "--kl-weight", 0.5, "--held-out", 8000)
ONE = (*FITTED, "--data-scale", 1, "--latent-dimension", 1, "--held-out", 4000,
       "--batch-size", 256)
COUNTED = ("counts", "active_directions", "steps", "mean_kl", "mean_elbo", "mean_largest_variance")


class Vae(ProgramTest):
    def test_the_linear_optimum(self):
        # one direction of variance 2 under a likelihood of variance 1: log(2) / 2 nats, and
        # nothing from a KL weight of 2 on
        result = self.json("probability", *LINEAR, "--horizon", 2000, "--trajectories", 10,
                           "--learning-rate-schedule", "cosine")
        self.assertAlmostEqual(result["mean_kl"], 0.3466, delta=0.03)
        self.assertAlmostEqual(result["mean_largest_variance"], 0.5, delta=0.05)
        for weight, p in ((1.6, 0), (2.4, 1)):
            result = self.json("probability", *LINEAR, "--horizon", 1500, "--trajectories", 10,
                               "--kl-weight", weight)
            self.assertEqual(result["p_collapse"], p, weight)

    def test_the_linear_optimum_of_a_linear_decoder(self):
        # covariance diag(5, 1), beta 1/2, likelihood variance 1: s_i^2 = max(v_i - 1/2, L^2), and
        # per direction KL = (D + s^2 v/(s^2 + 1/2)^2 - 1 - log D) / 2, D = 1/(1 + 2 s^2)
        for constant, kl in ((0, 1.4979), (0.9, 1.5597)):
            result = self.json("probability", *BOTH, "--inverse-lipschitz", constant,
                               "--horizon", 2000)
            self.assertAlmostEqual(result["mean_kl"], kl, delta=0.02 * kl)
        # twin: the optimum of another constant is told apart
        self.assertGreater(abs(result["mean_kl"] - 1.4979), 0.02 * 1.4979)

    def test_the_critical_kl_weight_of_a_linear_decoder(self):
        # a = 2 is the data's eigenvalue, f = .01 the floor: collapsed above a (1 - f) with L = 0,
        # above L sqrt(a/f) - L^2 with L = 1/2
        for constant, critical in ((0, 1.98), (0.5, 6.82)):
            for share, p in ((0.9, 0), (1.1, 1)):
                result = self.json(
                    "probability", *ONE, "--inverse-lipschitz", constant, "--horizon", 1500,
                    "--kl-weight", share * critical)
                self.assertEqual(result["p_collapse"], p, (constant, share))

    def test_an_inverse_lipschitz_decoder_does_not_collapse(self):
        wide = ("probability", *VAE, "--likelihood-sd", 10, "--horizon", 300, "--trajectories", 10)
        self.assertEqual(self.json(*wide, "--decoder", "mlp")["p_collapse"], 1)
        self.assertEqual(self.json(*wide, "--inverse-lipschitz", 1)["p_collapse"], 0)

    def test_threads_and_instruction_sets_do_not_matter(self):
        for case in ((), ("--decoder", "mlp", "--precision", "single"),
                     ("--data", "pinwheel", "--data-size", 30, "--likelihood-spread", "trained")):
            one = self.json("probability", *SMALL, *case, "--threads", 1)
            os.environ["MODECOLLAPSE_ISA"] = "baseline"
            try:
                other = self.json("probability", *SMALL, *case, "--threads", 2)
            finally:
                del os.environ["MODECOLLAPSE_ISA"]
            for key in COUNTED:
                self.assertEqual(one[key], other[key], key)

    def test_a_diverging_training_has_failed(self):
        answer = run("probability", *SMALL, "--learning-rate", 1e5, "--optimizer", "sgd",
                     "--format", "json")
        self.assertEqual(answer.returncode, 6, answer.stderr)
        result = json.loads(answer.stdout)
        self.assertEqual(result["counts"]["failed"], 4)
        self.assertIsNone(result["p_collapse"])

    def test_refusals(self):
        for options, *words in (
                (("--latent-dimension", 3), "latent-dimension = 3", "1 to the dimension 2"),
                (("--dimension", 3), "dimension = 3", "2 with data toy"),
                (("--decoder-depth", 0), "decoder-depth = 0", "1 to 8"),
                (("--data-scale", 0), "--data-scale 0", "above 0"),
                (("--annealing", "linear"), "--annealing linear", "--annealing-time"),
                (("--decoder", "mlp", "--inverse-lipschitz", 1), "--inverse-lipschitz 1",
                 "--decoder brenier|linear"),
                (("--decoder", "linear"), "--decoder-width 6", "--decoder mlp|brenier"),
                (("--data", "linear", "--signal-dimension", 3), "signal-dimension = 3", "1 to the"),
                (("--backend", "cuda"), "--backend cuda", "auto, cpu"),
                (("--dynamics", "flow"), "--dynamics flow")):
            with self.subTest(options=options):
                self.refused(["probability", *SMALL, *options], 2, *words)
        self.refused(["probability", *FITTED, "--inverse-lipschitz-2", 1], 2,
                     "--inverse-lipschitz-2 1", "--decoder brenier")
        self.refused(["probability", *FITTED, "--latent-dimension", 3, "--inverse-lipschitz", 1], 2,
                     "latent-dimension = 3", "1 to the dimension 2")
        self.refused(["probability", *VAE, "--batch-size", 10**6, "--horizon", 10**9], 2,
                     "1000000000 steps of batch-size 1000000", "2^47 blocks")


if __name__ == "__main__":
    unittest.main()
