"""VAEs by the program: known answers, what an inverse-Lipschitz decoder does, the same on any
number of threads and with any instruction set, and what is refused.
"""

import unittest

from trainings import TrainingTest

VAE = ("--family", "vae", "--seed", 1)
SMALL = (*VAE, "--horizon", 20, "--held-out", 60, "--encoder-width", 5, "--decoder-width", 6,
         "--trajectories", 4, "--exact-data", 4, "--exact-samples", 8)
LINEAR = (*VAE, "--decoder", "mlp", "--encoder-depth", 0, "--decoder-depth", 0, "--data", "linear",
          "--data-scale", 1, "--latent-dimension", 1, "--learning-rate", 0.01, "--exact-data", 0)
# by sgd: the lift and adam's scaling of single coordinates together favour the axes
FITTED = (*VAE, "--decoder", "linear", "--encoder-depth", 0, "--data", "linear",
          "--optimizer", "sgd", "--learning-rate", 0.1,
          "--learning-rate-schedule", "cosine", "--trajectories", 8)
BOTH = (*FITTED, "--data-scale", 2, "--latent-dimension", 2, "--kl-weight", 0.5, "--held-out", 8000)
ONE = (*FITTED, "--data-scale", 1, "--latent-dimension", 1, "--held-out", 4000,
       "--batch-size", 256, "--exact-data", 0)
COUNTED = ("counts", "active_directions", "steps", "mean_kl", "mean_elbo", "mean_largest_variance",
           "posterior_collapses", "mean_posterior_kl", "mean_log_likelihood")


class Vae(TrainingTest):
    def test_the_linear_optimum(self):
        # one direction of variance 2 under a likelihood of variance 1: log(2) / 2 nats, and
        # nothing from a KL weight of 2 on
        for axes in ("coordinate", "random"):
            result = self.json("probability", *LINEAR, "--horizon", 2000, "--trajectories", 10,
                               "--learning-rate-schedule", "cosine", "--axes", axes)
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
                               "--horizon", 2000, "--exact-data", 1000, "--exact-samples", 2)
            self.assertAlmostEqual(result["mean_kl"], kl, delta=0.02 * kl)
            # F of the exact posterior: sum of s^2 v/(s^2 + 1/2)^2 + s^4/((s^2 + 1/2)/2)
            fisher = {0: 10.0, 0.9: 10.474}[constant]
            self.assertAlmostEqual(result["mean_posterior_fisher"], fisher, delta=0.02 * fisher)
            self.assertEqual(result["p_posterior_collapse"], 0)
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

    def test_critical_values_of_a_linear_decoder(self):
        # P(collapse) falls with L: the boundary above is where L sqrt(a/f) - L^2 = 3
        result = self.json("threshold", *ONE, "--horizon", 500, "--kl-weight", 3, "--level", 0.5,
                           "--over-range", "0:1")
        row, = result["rows"]
        self.assertEqual((row["status"], row["direction"]), ("found", "falling"))
        self.assertAlmostEqual(row["critical_value"], 0.2154, delta=0.02)
        self.assertGreater(abs(row["critical_value"] - 0.2888), 0.02)  # twin: of a KL weight of 4

    def test_times_of_schedules_are_searched(self):
        for schedule in (("annealing-time", "--annealing", "linear"),
                         ("annealing-time", "--annealing", "tanh"),
                         ("cycle-time", "--annealing", "cyclical"),
                         ("inverse-lipschitz-time", "--inverse-lipschitz", 1)):
            result = self.json("threshold", *SMALL, "--over", *schedule, "--over-range", "1:20")
            self.assertEqual(len(result["rows"]), 2, schedule)

    def test_an_unknown_exact_posterior_is_no_answer(self):
        short = (*VAE, "--horizon", 5, "--trajectories", 3, "--held-out", 50, "--exact-data", 10)
        for weight, failures, known in ((0, 3, False), (1, 0, True)):  # without a weight none
            result = self.json("probability", *short, "--kl-weight", weight)
            self.assertEqual(result["posterior_failures"], failures)
            self.assertEqual(result["p_posterior_collapse"] is not None, known)

    def test_a_bound_of_f_stands_only_where_it_holds(self):
        # with t > l, |J^T v| >= c |v| is wrong: here it would say F >= 66 where F is 35
        case = ("probability", *VAE, "--data", "linear", "--inverse-lipschitz", 2,
                "--horizon", 50, "--trajectories", 1, "--held-out", 50)
        square = self.json(*case, "--dimension", 2)
        self.assertGreater(square["mean_fisher_bound"], 0)
        self.assertGreaterEqual(square["mean_posterior_fisher"], square["mean_fisher_bound"])
        self.assertNotIn("mean_fisher_bound", self.json(*case, "--dimension", 3))

    def test_people_are_told_what_files_are(self):
        case = ("probability", *SMALL, "--clusters", 2, "--inverse-lipschitz", 2,
                "--inverse-lipschitz-2", 3, "--inverse-lipschitz-time", 40)
        result, text = self.json(*case), self.succeed(*case).stdout
        self.assertEqual(result["decoder_constant"], 20 / 40 * 2 * 20 / 40 * 3)  # of 20 steps
        for name in ("p_posterior_collapse", "p_posterior_collapse_ci_high"):
            self.assertIn(f"{result[name]:.5f}", text)
        for fact in ("the exact posterior of the decoder has collapsed", "that the data allow",
                     "inverse-Lipschitz constant of the decoder at the horizon: 1.5"):
            self.assertIn(fact, text)
        unknown = self.succeed("probability", *SMALL, "--decoder", "mlp", "--kl-weight", 0).stdout
        self.assertIn("has collapsed: unknown", unknown)
        self.assertNotIn("constant of the decoder", unknown)  # it has none

    def test_an_inverse_lipschitz_decoder_does_not_collapse(self):
        wide = ("probability", *VAE, "--exact-data", 0, "--likelihood-sd", 10, "--horizon", 300,
                "--trajectories", 10)
        self.assertEqual(self.json(*wide, "--decoder", "mlp")["p_collapse"], 1)
        self.assertEqual(self.json(*wide, "--inverse-lipschitz", 1)["p_collapse"], 0)

    def test_threads_and_instruction_sets_do_not_matter(self):
        for case in ((), ("--decoder", "mlp", "--precision", "single"),
                     ("--data", "pinwheel", "--data-size", 30, "--likelihood-spread", "trained"),
                     ("--clusters", 3, "--data", "pinwheel")):
            self.assert_same_anyhow(("probability", *SMALL, *case), COUNTED)

    def test_a_quadratic_potential_is_a_linear_map(self):
        # the optimum on the data's axes, with L1 L2 = 0.81 in place of L
        result = self.json("probability", *VAE, "--decoder-depth", 0,
                           "--psi-activation", "quadratic",
                           "--decoder-width", 4, "--inverse-lipschitz", 0.9, "--horizon", 6000,
                           "--learning-rate", 0.02, "--learning-rate-schedule", "cosine",
                           "--encoder-depth", 0, "--data", "linear", "--trajectories", 2,
                           "--exact-data", 1000, "--exact-samples", 2, *BOTH[len(FITTED):])
        self.assertAlmostEqual(result["mean_kl"], 1.5321, delta=0.02 * 1.5321)
        self.assertAlmostEqual(result["mean_posterior_fisher"], 10.236, delta=0.02 * 10.236)

    def test_clusters_are_told_apart_as_far_as_the_data_allow(self):
        result = self.json("probability", *VAE, "--clusters", 2, "--data-scale", 1, "--decoder",
                           "mlp", "--horizon", 600, "--trajectories", 4, "--learning-rate", 0.01)
        self.assertAlmostEqual(result["bayes_accuracy"], 1, places=6)
        self.assertLessEqual(result["mean_information"], 0.6932)
        self.assertGreater(result["mean_posterior_accuracy"], 0.7)
        self.assertGreater(result["mean_log_likelihood"], result["mean_elbo"])

    def test_a_diverging_training_has_failed(self):
        by_sgd = ("probability", *SMALL, "--optimizer", "sgd", "--learning-rate")
        for rate in (1e5, 10):  # 10: all numbers are finite
            self.assert_all_fail(*by_sgd, rate)
        self.assertEqual(self.json(*by_sgd, 0.001)["counts"]["failed"], 0)  # twin

    def test_refusals(self):
        for options, *words in (
                (("--latent-dimension", 3), "latent-dimension = 3", "1 to the dimension 2"),
                (("--dimension", 3), "dimension = 3", "2 with data toy"),
                (("--decoder-depth", 0), "decoder-depth = 0", "1 to 8"),
                (("--clusters", 1), "clusters = 1", "0, or 2 to 16"),
                (("--information-floor", 0.1), "--information-floor 0.1", "--clusters"),
                (("--informative-directions", 3), "informative-directions = 3", "dimension 2"),
                (("--psi-activation", "quadratic"), "decoder-depth = 2", "quadratic"),
                (("--data-scale", 0), "--data-scale 0", "above 0"),
                (("--likelihood-sd", 1e-42), "--likelihood-sd 1e-42", "1e-6 to 1e6"),
                (("--annealing", "linear"), "--annealing linear", "--annealing-time"),
                (("--decoder", "mlp", "--inverse-lipschitz", 1), "--inverse-lipschitz 1",
                 "--decoder brenier|linear"),
                (("--decoder", "linear"), "--decoder-width 6", "--decoder mlp|brenier"),
                (("--data", "linear", "--signal-dimension", 3), "signal-dimension = 3", "1 to the"),
                (("--dynamics", "flow"), "--dynamics flow")):
            with self.subTest(options=options):
                self.refused(["probability", *SMALL, *options], 2, *words)
        self.refused(["trajectory", *VAE, "--backend", "cuda"], 2, "--backend cuda", "auto, cpu")
        self.refused(["probability", *FITTED, "--exact-data", 1], 2, "exact-data = 1", "0, or 2")
        self.refused(["probability", *FITTED, "--inverse-lipschitz-2", 1], 2,
                     "--inverse-lipschitz-2 1", "--decoder brenier")
        self.refused(["probability", *FITTED, "--latent-dimension", 3, "--inverse-lipschitz", 1], 2,
                     "latent-dimension = 3", "1 to the dimension 2")
        self.refused(["probability", *VAE, "--batch-size", 10**6, "--horizon", 10**9], 2,
                     "1000000000 steps of batch-size 1000000", "2^47 blocks")


if __name__ == "__main__":
    unittest.main()
