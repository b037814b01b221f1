"""Trained VAEs in files: they go on bit for bit, are sampled from the prior, encode data and
reconstruct them; other trainings and damaged files are refused.
"""

import json
import subprocess
import unittest

import numpy
import xarray
from program import PATIENCE, PROGRAM
from trainings import TrainingTest, unsealed

SMALL = ("probability", "--family", "vae", "--seed", 1, "--held-out", 60, "--encoder-width", 5,
         "--exact-data", 0, "--batch-size", 20, "--trajectories", 3)
CASES = ((), ("--precision", "single", "--decoder", "mlp", "--learning-rate-schedule", "cosine"),
         ("--decoder", "linear", "--inverse-lipschitz", 0.5, "--inverse-lipschitz-time", 20))


class SavedVaes(TrainingTest):
    def setUp(self):
        super().setUp()
        self.numbers = numpy.random.default_rng(2).normal(size=(90, 2))
        self.labels = numpy.arange(90) % 4
        arrays = {"x": self.numbers, "y": self.labels, "wide": numpy.zeros((90, 3))}
        for name, array in arrays.items():
            numpy.save(self.path(f"{name}.npy"), array)

    def test_a_training_goes_on_bit_for_bit(self):
        for case in (*CASES, ("--data", self.path("x.npy"))):
            # with cosine the horizon is that of the whole training: nothing is left to do
            self.assert_goes_on_bit_for_bit((*SMALL, *case), 30 if "cosine" in case else 13)

    def stopped(self, *arguments):
        """What a run prints and says that is stopped once some of its members are done."""
        arguments = (*SMALL[:-2], *arguments, "--threads", 2, "--format", "json")
        for seconds in (3, 10, 30):  # a slow machine may have none at first
            with subprocess.Popen([PROGRAM, *map(str, arguments)], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                self.wait_for_work(process, seconds)
                process.terminate()
                printed, said = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 130, said)
            if printed:
                return json.loads(printed), said
        raise self.failureException("no member was done")

    def test_a_stopped_run_does_not_take_the_place_of_what_it_continues(self):
        saved = self.path("all.nc")
        many = ("--trajectories", 5000)
        self.succeed(*SMALL[:-2], *many, "--horizon", 2, "--save-models", saved)
        with open(saved, "rb") as file:
            before = file.read()
        result, said = self.stopped(*many, "--horizon", 500, "--continue-models", saved,
                                    "--save-models", saved)
        self.assertLess(result["trajectories"], 5000)
        self.assertIn("left as they were saved", said)
        with open(saved, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_stopped_run_saves_what_it_finished(self):
        many, path = ("--horizon", 200, "--trajectories", 20000), self.path("some.nc")
        result, _ = self.stopped(*many, "--save-models", path)
        count = result["trajectories"]
        self.assertTrue(0 < count < 20000, count)
        with xarray.open_dataset(path) as some:
            self.assertEqual(some.sizes["member"], count)
            steps = some["steps"].values
            first = some["parameters"].values[:3]
        self.assertTrue((steps == 200).all())
        self.succeed(*SMALL, "--horizon", 200, "--save-models", self.path("three.nc"))
        with xarray.open_dataset(self.path("three.nc")) as three:
            numpy.testing.assert_array_equal(first, three["parameters"].values[:len(first)])
        on = self.json(*SMALL[:-2], "--trajectories", count, "--horizon", 200,
                       "--continue-models", path)
        self.assertEqual(on["counts"], result["counts"])

    def test_samples_of_the_prior(self):
        saved = self.path("vaes.nc")
        self.succeed(*SMALL, "--horizon", 20, "--latent-dimension", 1, "--decoder", "linear",
                     "--save-models", saved)
        drawn = self.json("sample", "--models", saved, "--member", 2, "--samples", 4000)
        z, x = (numpy.array(drawn[name]) for name in ("z", "x"))
        self.assertEqual((z.shape, x.shape), ((4000, 1), (4000, 2)))
        # standard normal: 4 standard errors of mean and variance
        self.assertLess(abs(z.mean()), 4 / 4000 ** 0.5)
        self.assertLess(abs(z.var() - 1), 4 * (2 / 4000) ** 0.5)
        # x = W z + b of the file's last 2 + 2 parameters but the last one
        parameters = xarray.open_dataset(saved)["parameters"].values[2]
        weights, biases = parameters[-5:-3], parameters[-3:-1]
        numpy.testing.assert_allclose(x, z * weights + biases, atol=1e-9)
        tail = self.json("sample", "--models", saved, "--member", 2, "--samples", 5, "--skip", 3995)
        self.assertEqual(tail["x"], drawn["x"][3995:])
        other = self.json("sample", "--models", saved, "--member", 1, "--samples", 5)
        self.assertNotEqual(other["z"], drawn["z"][:5])

    def test_data_are_encoded(self):
        saved, data = self.path("vaes.nc"), ("--data", self.path("x.npy"))
        self.succeed(*SMALL, *data, "--horizon", 20, "--encoder-depth", 0, "--save-models", saved)
        out = self.path("encoded.nc")
        self.succeed("encode", "--models", saved, *data, "--labels", self.path("y.npy"),
                     "--member", 1, "--output", out)
        encoded = xarray.open_dataset(out)
        # (m, s) = W x + b, in the order of the file's rows; KL(N(m, e^s) || N(0, 1))
        parameters = xarray.open_dataset(saved)["parameters"].values[1]
        code = self.numbers @ parameters[:8].reshape(4, 2).T + parameters[8:12]
        mean, s = code[:, :2], code[:, 2:]
        kl = 0.5 * (mean ** 2 + numpy.exp(s) - s - 1).sum(axis=1)
        numpy.testing.assert_allclose(encoded["posterior_mean"], mean, atol=1e-9)
        numpy.testing.assert_allclose(encoded["posterior_variance"], numpy.exp(s), rtol=1e-9)
        numpy.testing.assert_allclose(encoded["kl"], kl, atol=1e-9)
        numpy.testing.assert_array_equal(encoded["label"], self.labels)

    def test_data_are_reconstructed(self):
        saved, data = self.path("vaes.nc"), ("--data", self.path("x.npy"))
        self.succeed(*SMALL, *data, "--horizon", 20, "--latent-dimension", 1, "--decoder", "linear",
                     "--data-scaling", "standard", "--save-models", saved)
        for rows in (90, 7):
            out = self.path(f"{rows}.nc")
            self.succeed("reconstruct", "--models", saved, *data, "--labels", self.path("y.npy"),
                         "--member", 2, "--output", out, *(() if rows == 90 else ("--rows", rows)))
            made = xarray.open_dataset(out)
            x = (self.numbers - self.numbers.mean(axis=0)) / self.numbers.std(axis=0)
            numpy.testing.assert_allclose(made["x"], x[:rows], atol=1e-9)
            numpy.testing.assert_array_equal(made["label"], self.labels[:rows])
            # W z + b of the file's last 2 + 2 parameters but the last one, z the encoder's mean
            self.succeed("encode", "--models", saved, *data, "--member", 2, "--output",
                         self.path("codes.nc"))
            z = xarray.open_dataset(self.path("codes.nc"))["posterior_mean"].values[:rows]
            parameters = xarray.open_dataset(saved)["parameters"].values[2]
            mean = z * parameters[-5:-3] + parameters[-3:-1]
            numpy.testing.assert_allclose(made["reconstructed"], mean, atol=1e-9)
            error = ((x[:rows] - mean) ** 2).sum(axis=1)
            numpy.testing.assert_allclose(made["squared_error"], error, atol=1e-9)
        small = self.json("reconstruct", "--models", saved, *data, "--rows", 2, "--member", 2)
        numpy.testing.assert_allclose(small["reconstructed"], mean[:2], atol=1e-9)

    def test_clusters_are_weighed_by_their_probabilities(self):
        saved = self.path("vaes.nc")
        numpy.save(self.path("bits.npy"), (self.numbers > 0).astype("f8"))
        data = ("--data", self.path("bits.npy"))
        self.succeed(*SMALL, *data, "--horizon", 60, "--likelihood", "bernoulli", "--clusters", 2,
                     "--latent-dimension", 1, "--encoder-depth", 0, "--decoder", "linear",
                     "--learning-rate", 0.05, "--save-models", saved)
        made = self.json("reconstruct", "--models", saved, *data)
        # the encoder's (m_y, s_y) and logits of y, 6 rows of 2 inputs; the decoder W z + b
        parameters = xarray.open_dataset(saved)["parameters"].values[0]
        x = numpy.load(self.path("bits.npy"))
        code = x @ parameters[:12].reshape(6, 2).T + parameters[12:18]
        share = numpy.exp(code[:, 4:]) / numpy.exp(code[:, 4:]).sum(axis=1, keepdims=True)
        weights, biases = parameters[18:20], parameters[20:22]
        by_class = [1 / (1 + numpy.exp(-(code[:, [2 * y]] * weights + biases))) for y in range(2)]
        mean = share[:, [0]] * by_class[0] + share[:, [1]] * by_class[1]
        numpy.testing.assert_allclose(made["reconstructed"], mean, atol=1e-9)
        z = (share * code[:, [0, 2]]).sum(axis=1, keepdims=True)  # twin: one z of both classes
        self.assertGreater(abs(1 / (1 + numpy.exp(-(z * weights + biases))) - mean).max(), 1e-6)
        self.assertEqual(made["x"], x.tolist())

    def test_other_trainings_and_files_are_refused(self):
        saved, data = self.path("vaes.nc"), ("--data", self.path("x.npy"))
        self.succeed(*SMALL, *data, "--horizon", 5, "--save-models", saved)
        go_on = (*SMALL, "--horizon", 9, "--continue-models", saved)
        for options, *words in (
                ((), "data", "trained with"),
                ((*data, "--decoder", "mlp"), "decoder = mlp", "trained with brenier"),
                ((*data, "--learning-rate", 0.1), "learning-rate = 0.1", "trained with"),
                ((*data, "--learning-rate-schedule", "cosine"), "horizon = 9", "trained with 5")):
            with self.subTest(options):
                self.refused([*go_on, *options], 2, *words)
        self.refused([*SMALL, *data, "--horizon", 3, "--continue-models", saved], 2, "horizon = 3",
                     "5 steps")
        numpy.save(self.path("x.npy"), self.numbers + 1e-9)
        self.refused([*go_on, *data], 2, "data = ", "the same training")
        sample = ("sample", "--models", saved)
        self.refused([*sample, "--member", 3], 2, "member = 3", "0 to 2")
        self.refused([*sample, "--points", "1,2"], 2, "--points")
        self.refused([*sample, "--flows", saved], 2, "--models", "one of the two")
        self.refused(["sample", "--flows", saved], 4, "no trained flows")
        encode = ("encode", "--models", saved)
        self.refused(["encode", *data], 2, "--models FILE is missing")
        self.refused(["reconstruct", *data], 2, "reconstruct: --models FILE is missing")
        self.refused([*encode, *data, "--rows", 3], 2, "--rows 3", "reconstruct")
        for look in (encode, ("reconstruct", "--models", saved)):
            self.refused(look, 2, "--data FILE is missing")
            self.refused([*look, *data, "--member", 3], 2, "member = 3", "0 to 2")
            self.refused([*look, "--data", self.path("wide.npy")], 2, "rows of 3 numbers",
                         "allowed: 2")
            self.refused([*look, "--data", self.path("no.npy")], 2, "data = ", "No such file")
            self.refused([*look, *data, "--labels", self.path("x.npy")], 2, "labels = ")
        self.refused([*look, *data, "--rows", 91], 2, "rows = 91", "1 to 90")
        for name in ("models.csv", "models.json"):
            self.refused([*SMALL, *data, "--horizon", 5, "--save-models", self.path(name)], 2,
                         f"--save-models {self.path(name)}", "is written as NetCDF", ".nc")
        self.refused([*SMALL, *data, "--horizon", 5, "--save-models", self.path("no/such.nc")], 2,
                     "--save-models")
        self.assert_damaged_are_refused(
            saved, {"flip.nc": lambda whole: whole[:5000] + b"\xff\x00" + whole[5002:],
                    "brenier.nc": lambda whole: unsealed(whole).replace(b"brenier", b"brennir")},
            ("sample", "--models"), (*SMALL, *data, "--continue-models"))


if __name__ == "__main__":
    unittest.main()
