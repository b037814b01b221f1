"""Trained sequence VAEs in files: they go on bit for bit, draw sentences from the prior and encode
a text by their own vocabulary; other trainings, families and damaged files are refused.
"""

import unittest

import numpy
import xarray
from program import last_of
from trainings import TrainingTest, unsealed

SMALL = ("probability", "--family", "sequence-vae", "--seed", 1, "--held-out", 30, "--batch-size",
         8, "--embedding-width", 4, "--encoder-width", 4, "--decoder-width", 5, "--exact-data", 0,
         "--trajectories", 3)
SYNTHETIC = ("--vocabulary", 12, "--sentence-length", 6, "--source-width", 4, "--data-size", 50)
CASES = ((), ("--head", "brenier", "--head-width", 5, "--inverse-lipschitz", 0.5,
              "--inverse-lipschitz-time", 20, "--precision", "single"),
         ("--learning-rate-schedule", "cosine", "--word-dropout", 0.5), ("--data-size", 0))


class SavedSequenceVaes(TrainingTest):
    def refused(self, arguments, code, *words):
        return super().refused(last_of(*arguments), code, *words)

    def setUp(self):
        super().setUp()
        words = ("red", "blue", "Green", "is", "good", "bad")
        numbers = numpy.random.default_rng(4)
        lines = [" ".join(numbers.choice(words, size=1 + i % 5)) for i in range(80)]
        self.text = self.write("text.txt", "\n".join(lines) + "\n")

    def test_a_training_goes_on_bit_for_bit(self):
        for case in (*((*SYNTHETIC, *case) for case in CASES), ("--data", self.text)):
            # with cosine the horizon is that of the whole training: nothing is left to do
            self.assert_goes_on_bit_for_bit(last_of(*SMALL, *case), 30 if "cosine" in case else 13)

    def test_sentences_of_the_prior(self):
        saved, out = self.path("models.nc"), self.path("drawn.nc")
        self.succeed(*SMALL, "--data", self.text, "--horizon", 300, "--learning-rate", 0.02,
                     "--save-models", saved)
        self.succeed("sample", "--models", saved, "--member", 2, "--samples", 500, "--output", out)
        with xarray.open_dataset(out) as file:
            drawn = file.load()
        self.assertEqual(drawn["z"].shape, (500, 2))
        self.assertEqual(drawn["token"].shape, (500, 32))
        known = set(xarray.open_dataset(saved)["word"].values)
        self.assertEqual(known - {"<end>", "<start>", "<unknown>"},
                         {"red", "blue", "Green", "is", "good", "bad"})
        lengths = (drawn["token"].values != 0).sum(axis=1)
        for sentence, length in zip(drawn["sentence"].values, lengths):
            self.assertEqual(len(sentence.split()), length)
            self.assertTrue(set(sentence.split()) <= known)
        self.assertAlmostEqual(lengths.mean(), 3, delta=0.6)  # 1 to 5 words, as many of each
        tail = self.json("sample", "--models", saved, "--member", 2, "--samples", 5, "--skip", 495)
        self.assertEqual(tail["sentence"], drawn["sentence"].values[495:].tolist())
        other = self.json("sample", "--models", saved, "--member", 1, "--samples", 5)
        self.assertNotEqual(other["z"], drawn["z"].values[:5].tolist())
        shown = self.succeed("sample", "--models", saved, "--member", 2, "--samples", 4).stdout
        self.assertIn(drawn["sentence"].values[3], shown)

    def test_draws_end_with_the_random_stream(self):
        # 256 blocks of words a sentence of 1024: the stream ends before the range of --skip
        saved, long = self.path("models.nc"), ("--sentence-length", 1024, "--data-size", 20)
        self.succeed(*last_of(*SMALL, *SYNTHETIC, *long, "--horizon", 1, "--held-out", 2,
                              "--trajectories", 1), "--save-models", saved)
        draw = ("sample", "--models", saved, "--samples", 2)
        most = 2**47 // 256 - 2
        self.assertEqual(len(self.json(*draw, "--skip", most)["sentence"]), 2)
        self.refused([*draw, "--skip", most + 1], 2, f"skip = {most + 1}", f"up to {most + 2}")
        self.refused([*draw, "--skip", 10**12], 2, "skip = 1000000000000", "random stream")

    def test_a_text_is_encoded_by_the_words_of_the_training(self):
        saved, out = self.path("models.nc"), self.path("encoded.nc")
        self.succeed(*SMALL, "--data", self.text, "--horizon", 30, "--learning-rate", 0.02,
                     "--save-models", saved)
        other = self.write("other.txt", "bad is red\n\nbad is purple\nbad is violet\nis\n")
        self.succeed("encode", "--models", saved, "--data", other, "--member", 1, "--output", out)
        with xarray.open_dataset(out) as file:
            encoded = file.load()
        mean, variance = encoded["posterior_mean"].values, encoded["posterior_variance"].values
        self.assertEqual(encoded["line"].values.tolist(), [1, 3, 4, 5])
        self.assertEqual(encoded["tokens"].values.tolist(), [4, 4, 4, 2])
        numpy.testing.assert_array_equal(mean[1], mean[2])  # two unknown words are the same one
        self.assertGreater(abs(mean[0] - mean[1]).max(), 0)
        kl = 0.5 * (mean ** 2 + variance - numpy.log(variance) - 1).sum(axis=1)
        numpy.testing.assert_allclose(encoded["kl"], kl, atol=1e-9)
        self.assertAlmostEqual(float(encoded["unknown_share"]), 2 / 14)

    def test_other_trainings_and_files_are_refused(self):
        saved, data = self.path("models.nc"), ("--data", self.text)
        self.succeed(*SMALL, *data, "--horizon", 5, "--save-models", saved)
        go_on = (*SMALL, "--horizon", 9, "--continue-models", saved)
        for options, *words in (
                (SYNTHETIC, "data", "trained with"),
                ((*data, "--head", "brenier", "--decoder-width", 3), "head = brenier",
                 "trained with linear"),
                ((*data, "--word-dropout", 0.1), "word-dropout = 0.1", "trained with 0"),
                ((*data, "--letters", "lower"), "letters = lower", "trained with as-they-are")):
            with self.subTest(options):
                self.refused([*go_on, *options], 2, *words)
        self.refused(["probability", "--family", "vae", "--trajectories", 3, "--seed", 1,
                      "--continue-models", saved], 2, "family = vae", "trained with sequence-vae")
        self.refused(["sample", "--models", saved, "--member", 3], 2, "member = 3", "0 to 2")
        self.refused(["reconstruct", "--models", saved, *data], 2, "--models", "sequence-vae",
                     "allowed: of vae")
        self.refused(["encode", "--models", saved], 2, "--data FILE is missing")
        self.refused(["encode", "--models", saved, *data, "--labels", self.text], 2, "--labels")
        self.refused(["encode", "--models", saved, "--data", self.path("no.txt")], 2, "data = ",
                     "No such file", "a text in UTF-8")
        synthetic = self.path("synthetic.nc")
        self.succeed(*SMALL, *SYNTHETIC, "--horizon", 5, "--save-models", synthetic)
        self.refused(["encode", "--models", synthetic, *data], 2, "data = ", "have no names")
        self.assertEqual(len(self.json("sample", "--models", synthetic)["sentence"]), 10)
        self.assert_damaged_are_refused(
            saved, {"family.nc": lambda whole: unsealed(whole).replace(b"ence-vae", b"ence-vac"),
                    "letters.nc": lambda whole: unsealed(whole).replace(b"they-are", b"they-arf")},
            ("sample", "--models"), (*SMALL, *data, "--continue-models"))


if __name__ == "__main__":
    unittest.main()
