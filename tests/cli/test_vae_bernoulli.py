"""VAEs of data between 0 and 1 by a Bernoulli likelihood: known answers, files, refusals."""

import unittest

import numpy
import xarray
from program import ProgramTest

BERNOULLI = ("--family", "vae", "--seed", 1, "--likelihood", "bernoulli")
LINEAR = ("--decoder", "linear", "--encoder-depth", 0, "--latent-dimension", 1)


def entropy(p):
    return -(p * numpy.log(p) + (1 - p) * numpy.log(1 - p))


def logistic(f):
    return 1 / (1 + numpy.exp(-f))


class BernoulliVae(ProgramTest):
    def saved(self, name, numbers):
        numpy.save(self.path(name), numbers)
        return ("--data", self.path(name))

    def bits(self, probabilities, rows=1000):
        numbers = numpy.random.default_rng(4).random((rows, len(probabilities)))
        return self.saved("bits.npy", (numbers < probabilities).astype("u1"))

    def test_a_collapsed_decoder_knows_the_marginals(self):
        # no latent of a large KL weight carries anything: the logits are those of every coordinate
        probabilities = numpy.array([0.1, 0.5, 0.8])
        result = self.json("probability", *BERNOULLI, *LINEAR, *self.bits(probabilities, 4000),
                           "--kl-weight", 8, "--horizon", 600, "--learning-rate", 0.02,
                           "--learning-rate-schedule", "cosine", "--trajectories", 2,
                           "--held-out", 2000, "--exact-data", 10, "--exact-samples", 2)
        known, n = entropy(probabilities).sum(), 2000
        deviation = (probabilities * (1 - probabilities)
                     * numpy.log(probabilities / (1 - probabilities)) ** 2).sum() ** 0.5
        self.assertEqual((result["p_collapse"], result["p_posterior_collapse"]), (1, 1))
        self.assertEqual(result["likelihood"], "bernoulli")
        # 4 standard errors of the held-out data, and as much again for training
        self.assertAlmostEqual(-result["mean_elbo"], known, delta=8 * deviation / n ** 0.5)
        twin = entropy(numpy.array([0.2, 0.5, 0.8])).sum()
        self.assertGreater(abs(result["mean_elbo"] + twin), 8 * deviation / n ** 0.5)

    def test_the_exact_posterior_is_that_of_the_saved_decoder(self):
        x, beta, models = numpy.array([1, 0, 1]), 1.5, self.path("models.nc")
        result = self.json("probability", *BERNOULLI, *LINEAR, "--held-out", 20, "--exact-data", 20,
                           "--exact-samples", 2000, "--horizon", 40, "--trajectories", 1,
                           "--kl-weight", beta, *self.saved("same.npy", numpy.tile(x, (100, 1))),
                           "--save-models", models)
        parameters = xarray.open_dataset(models)["parameters"].values[0]
        weights, biases = parameters[-7:-4], parameters[-4:-1]  # W z + b; then log s_x^2
        z = numpy.linspace(-9, 9, 4001)
        f = z[:, None] * weights + biases
        prior = numpy.exp(-z ** 2 / 2) / (2 * numpy.pi) ** 0.5 * (z[1] - z[0])
        log_p = (x * f - numpy.logaddexp(0, f)).sum(1)
        tilted = prior * numpy.exp(log_p / beta)
        posterior = tilted / tilted.sum()
        kl = (posterior * log_p).sum() / beta - numpy.log(tilted.sum())
        fisher = (posterior * ((x - logistic(f)) @ weights) ** 2).sum() / beta ** 2
        self.assertAlmostEqual(result["mean_posterior_kl"], kl, delta=1e-6)
        self.assertAlmostEqual(result["mean_posterior_fisher"], fisher, delta=1e-6)
        # by 2000 samples of 20 data
        likelihood = numpy.log((prior * numpy.exp(log_p)).sum())
        self.assertAlmostEqual(result["mean_log_likelihood"], likelihood, delta=0.01)
        self.assertGreater(abs(kl - fisher), 1e-4)  # twin

    def test_samples_are_probabilities_and_trainings_go_on(self):
        half, whole, once = (self.path(name) for name in ("half.nc", "whole.nc", "once.nc"))
        data = self.bits([0.3, 0.6, 0.9, 0.5], 90)
        case = ("probability", *BERNOULLI, *data, "--held-out", 40, "--encoder-width", 5,
                "--decoder-width", 6, "--exact-data", 0, "--trajectories", 2)
        self.succeed(*case, "--horizon", 11, "--save-models", half)
        self.succeed(*case, "--horizon", 30, "--continue-models", half, "--save-models", whole)
        self.succeed(*case, "--horizon", 30, "--save-models", once)
        files = [xarray.open_dataset(path).load() for path in (whole, once)]
        numpy.testing.assert_array_equal(files[0]["parameters"], files[1]["parameters"])
        x = numpy.array(self.json("sample", "--models", whole, "--samples", 50)["x"])
        self.assertEqual(x.shape, (50, 4))
        self.assertTrue(((x > 0) & (x < 1)).all())
        self.assertGreater(len(numpy.unique(x)), 100)  # twin: no draws of 0 and 1
        self.succeed("encode", "--models", whole, *data, "--output", self.path("codes.nc"))
        self.refused(["encode", "--models", whole, *self.saved("wide.npy", numpy.eye(4) * 3)], 2,
                     "likelihood bernoulli", "the number 3", "0 to 1")
        self.refused([*case[:5], "--likelihood", "gaussian", *case[7:], "--horizon", 40,
                      "--continue-models", half], 2, "trained with bernoulli")

    def test_threads_and_instruction_sets_do_not_matter(self):
        case = ("probability", *BERNOULLI, *self.bits([0.3, 0.6, 0.9], 200), "--held-out", 60,
                "--clusters", 2, "--horizon", 20, "--binarize", "sampled", "--trajectories", 3)
        self.assert_same_anyhow(case, ("counts", "mean_elbo", "mean_posterior_fisher",
                                       "mean_log_likelihood"))

    def test_refusals(self):
        data = self.bits([0.3, 0.6], 100)
        small = ("probability", *BERNOULLI, "--held-out", 20, "--horizon", 5, "--trajectories", 2)
        numbers = numpy.random.default_rng(4).random((100, 2))
        numbers[71, 1] = -0.25
        for options, *words in (
                ((), "likelihood = bernoulli", "data toy", "--data FILE"),
                (("--data", "linear"), "likelihood = bernoulli", "data linear"),
                (self.saved("below.npy", numbers), "likelihood = bernoulli", "-0.25", "0 to 1"),
                ((*data, "--data-scaling", "standard"), "likelihood = bernoulli", "0 to 1"),
                ((*data, "--likelihood-sd", 2), "--likelihood-sd 2", "--likelihood gaussian"),
                ((*data, "--likelihood-spread", "trained"), "--likelihood-spread trained",
                 "--likelihood gaussian")):
            with self.subTest(options):
                self.refused([*small, *options], 2, *words)
        self.refused(["threshold", *BERNOULLI, *data, "--held-out", 20, "--over", "likelihood-sd"],
                     2, "likelihood-sd", "--likelihood")
        self.refused(["probability", "--family", "vae", "--likelihood", "poisson"], 2,
                     "--likelihood poisson", "gaussian|bernoulli")
        scaled = self.saved("below.npy", numbers)
        self.succeed(*small, *scaled, "--data-scaling", "range")


if __name__ == "__main__":
    unittest.main()
