"""The whole program with --backend cuda, on the device made of the CPU: the counts are those of
--backend cpu, whatever is asked.
"""

import csv
import io
import os
import unittest

from program import ProgramTest

PROBLEM = ["--radius", "1.5", "--target-weight", "0.6666667", "--dimension", "20"]
RUNS = {
    "flow": ["--trajectories", "3000"],
    "single precision": ["--trajectories", "1000", "--precision", "single", "--tolerance", "1e-5"],
    "trainable weights": ["--trajectories", "200", "--weights", "fisher-rao"],
    "tempered": ["--trajectories", "300", "--initial-temperature", "5", "--annealing-time", "3"],
    "sobol": ["--sampling", "sobol", "--trajectories", "4096"],
    "sgd": ["--dynamics", "sgd", "--batch-size", "8", "--trajectories", "300", "--horizon", "1"],
    "sgd, all coordinates": ["--dynamics", "sgd-full", "--batch-size", "4", "--trajectories", "20",
                             "--horizon", "1"],
    "sde": ["--dynamics", "sde", "--trajectories", "100", "--horizon", "0.5"],
    "realnvp": ["--family", "realnvp", "--layers", "2", "--width", "8", "--batch-size", "32",
                "--trajectories", "5", "--horizon", "5",
                "--evaluation-samples", "1000"],
}
# 20 cells: more than workers on a device
SWEEP = """
[axes]
radius = "1.3:1.7:0.1"
dimension = [5, 20, 50, 100]
[fixed]
target-weight = 0.6666667
trajectories = 300
"""
COUNTS = ("aligned_plus", "aligned_minus", "matched", "swapped")


def on_devices(count):
    return {**os.environ, "CUDA_ON_CPU_DEVICES": str(count)}


class Program(ProgramTest):
    def counts(self, backend, options):
        seed = [] if "--seed" in options else ["--seed", "5"]
        result = self.json("probability", "--backend", backend, *PROBLEM, *seed, *options)
        return result["counts"]

    def test_counts_are_those_of_the_cpu(self):
        for name, options in RUNS.items():
            with self.subTest(name):
                cuda = self.counts("cuda", options)
                self.assertEqual(cuda, self.counts("cpu", options))
        other = ["--seed", "6", *RUNS["flow"]]  # twin
        self.assertNotEqual(self.counts("cuda", RUNS["flow"]), self.counts("cuda", other))

    def test_cells_that_share_the_device(self):
        def diagram(backend, seed, devices=1):
            file = self.write("plane.toml", SWEEP + f"seed = {seed}\n")
            folder = self.path(f"{backend}{seed}{devices}")
            return self.succeed("phase-diagram", file, "--run-dir", folder, "--format", "csv",
                                "--quiet", "--backend", backend, env=on_devices(devices)).stdout

        def cells(text):
            rows = list(csv.DictReader(io.StringIO(text)))
            return [[row[name] for name in ("radius", "dimension", *COUNTS)] for row in rows]

        cuda = cells(diagram("cuda", 5))
        self.assertEqual(len(cuda), 20)
        self.assertEqual(cuda, cells(diagram("cpu", 5)))
        self.assertEqual(cuda, cells(diagram("cuda", 5, devices=2)))
        self.assertNotEqual(cuda, cells(diagram("cuda", 6)))

    def test_the_linear_vae(self):
        command = ("probability", "--family", "linear-vae", "--dimension", 30, "--trajectories",
                   200)
        for options in (("--horizon", 10, "--kl-weight", 1.7),
                        ("--horizon", 4, "--latent-dimension", 2, "--inverse-lipschitz", 0.4),
                        ("--horizon", 0.5, "--dynamics", "sgd", "--batch-size", 3),
                        ("--horizon", 0.1, "--dynamics", "sgd-full")):
            cpu, cuda, twin = (self.json(*command, *options, "--backend", backend, "--seed", seed)
                               for backend, seed in (("cpu", 5), ("cuda", 5), ("cuda", 6)))
            for name in ("counts", "active_directions", "steps", "mean_kl", "mean_signal_error"):
                self.assertEqual(cuda.get(name), cpu.get(name), options)
            self.assertNotEqual(cuda["mean_kl"], twin["mean_kl"])

    def test_the_vae(self):
        self.assert_trained_alike(
            ("probability", "--family", "vae", "--trajectories", 3, "--horizon", 8,
             "--encoder-width", 6, "--batch-size", 40, "--held-out", 200, "--exact-data", 5),
            ("--decoder-width", 5, "--clusters", 2),
            ("--decoder", "linear", "--inverse-lipschitz", 0.4, "--data", "linear", "--precision",
             "single"),
            ("--decoder", "mlp", "--decoder-width", 6, "--data", "pinwheel"))

    def test_the_sequence_vae(self):
        self.assert_trained_alike(
            ("probability", "--family", "sequence-vae", "--trajectories", 3, "--horizon", 8,
             "--encoder-width", 6, "--decoder-width", 5, "--embedding-width", 4, "--batch-size",
             40, "--held-out", 70, "--exact-data", 4, "--exact-samples", 8, "--vocabulary", 12),
            ("--data-size", 50, "--word-dropout", 0.3),
            ("--head", "brenier", "--inverse-lipschitz", 0.4, "--precision", "single"),
            ("--data-size", 0))

    def assert_trained_alike(self, small, *cases):
        """The device's trainings are the CPU's, saved and continued too."""
        for options in cases:
            def run(backend, seed, options=options):
                result = self.json(*small, *options, "--backend", backend, "--seed", seed)
                return {name: value for name, value in result.items()
                        if name.startswith(("counts", "steps", "active", "mean_", "p_"))}
            self.assertEqual(run("cuda", 5), run("cpu", 5), options)
            self.assertNotEqual(run("cuda", 5), run("cuda", 6))
        models = self.path("models.nc")
        self.succeed(*small, "--seed", 5, "--backend", "cuda", "--save-models", models)
        longer = (*small[:5], "--horizon", 12, *small[7:], "--seed", 5)
        on = self.json(*longer, "--backend", "cuda", "--continue-models", models)
        self.assertEqual(on["mean_kl"], self.json(*longer, "--backend", "cpu")["mean_kl"])

    def test_k_components(self):
        command = ("probability", "--family", "components", "--dimension", 30, "--trajectories",
                   50)
        for options in (("--components", 3, "--modes", 3, "--horizon", 5),
                        ("--components", 2, "--modes", 3, "--horizon", 1, "--dynamics", "sgd",
                         "--weights", "softmax", "--batch-size", 3)):
            cpu, cuda, twin = (self.json(*command, *options, "--backend", backend, "--seed", seed)
                               for backend, seed in (("cpu", 5), ("cuda", 5), ("cuda", 6)))
            for name in ("counts", "covered_modes", "steps", "mean_mode_weight_error"):
                self.assertEqual(cuda[name], cpu[name], options)
            self.assertNotEqual(cuda["mean_mode_weight_error"],
                                twin["mean_mode_weight_error"])

    def test_flows_on_many_modes(self):
        command = ("probability", "--family", "realnvp", "--layout", "ring", "--modes", 4,
                   "--layers", 2, "--width", 8, "--batch-size", 32, "--trajectories", 3,
                   "--horizon", 5, "--evaluation-samples", 1000)
        cpu, cuda, twin = (self.json(*command, "--backend", backend, "--seed", seed)
                           for backend, seed in (("cpu", 5), ("cuda", 5), ("cuda", 6)))
        for name in ("counts", "mean_entropic_mode_coverage", "mean_reverse_kl"):
            self.assertEqual(cuda[name], cpu[name], name)
        self.assertNotEqual(cuda["mean_reverse_kl"], twin["mean_reverse_kl"])

    def test_the_device_is_named(self):
        self.assertIn("one thread of the CPU", self.succeed("info").stdout)
        record = self.json("probability", "--backend", "auto", *PROBLEM, "--trajectories", "100")
        self.assertIn("one thread of the CPU", str(record))
        # a handful of trajectories: on the CPU unless told otherwise
        series = self.json("trajectory", *PROBLEM, "--times", "1")
        self.assertNotIn("one thread of the CPU", str(series))

    def test_a_device_that_is_not_there(self):
        self.refused(["probability", "--backend", "cuda", "--device", "1", *PROBLEM], 3,
                     "--device 1", "0 to 0")
        self.refused(["probability", "--backend", "cuda", *PROBLEM], 3,
                     "no CUDA device answers", "cudaErrorInsufficientDriver", env=on_devices(0))
        self.succeed("probability", "--backend", "cuda", "--device", "1", *PROBLEM,
                     "--trajectories", "10", env=on_devices(2))


if __name__ == "__main__":
    unittest.main()
