"""The exact numbers of the linear VAE, and critical values that lie on them."""

import unittest

from program import ProgramTest

VAE = ("--family", "linear-vae")


class Theory(ProgramTest):
    def test_known_answers(self):
        command = ("theory", *VAE, "--kl-weight", 1.9, "--horizon", 50, "--level", 0.5,
                   "--dimension", "100,1e9")
        result = self.json(*command)
        self.assertAlmostEqual(result["plateau_rate"], 0.0413, 4)
        self.assertAlmostEqual(result["boundary_kl_weight"], 1.98)
        for row, critical in zip(result["rows"], (1.849, 1.526)):
            self.assertLess(abs(row["critical_kl_weight"] - critical), 1e-3)
        table = self.succeed(*command).stdout
        self.assertIn("plateau", table)
        self.assertIn("1.8488", table)

    def test_the_optimum_under_weight_decay_is_where_the_flow_ends(self):
        for beta, latent, stretch in ((1, 1, 0), (1.3, 2, 0), (2, 1, 0.4)):
            point = (*VAE, "--kl-weight", beta, "--latent-dimension", latent,
                     "--dimension", 200, "--inverse-lipschitz", stretch, "--horizon", 300)
            end = self.json("probability", *point, "--weight-decay", 0.2, "--trajectories", 3,
                            "--seed", 1)
            optimum = self.json("theory", *point, "--weight-decay", 0.2)["directions"]
            for column, mean in (("kl", "mean_kl"), ("posterior_fisher", "mean_posterior_fisher")):
                total = sum(row[column] for row in optimum)
                self.assertLess(abs(total - end[mean]), 1e-3 * total, (beta, column))
            without = self.json("theory", *point)["directions"]  # twin
            self.assertGreater(abs(sum(row["kl"] for row in without) / end["mean_kl"] - 1), 0.01)

    def test_what_is_not_covered_says_so(self):
        result = self.json("theory", *VAE, "--latent-dimension", 2, "--inverse-lipschitz", 0.5)
        self.assertIsNone(result["rows"][0]["p_collapse"])
        self.assertEqual(result["rows"][0]["critical_status"], "not_covered")
        self.assertIn("latent-dimension = 2", result["not_covered"])
        self.assertLess(abs(result["boundary_kl_weight"] - 6.82), 5e-3)

    def test_the_best_warm_up(self):
        result = self.json("theory", *VAE, "--dimension", 100, "--kl-weight", 1.5, "--horizon", 60,
                           "--warm-up-starts", 9)
        times = [row["recovery_time"] for row in result["warm_ups"]]
        self.assertEqual(result["warm_up_median_time"], min(t for t in times if t is not None))
        self.assertLess(result["warm_up_median_time"], result["median_time_without"])


class Threshold(ProgramTest):
    def critical(self, *options):
        result = self.json("threshold", *VAE, "--level", 0.5, "--seed", 5, *options)
        rows = result["rows"]
        self.assertTrue(all(row["status"] == "found" for row in rows), rows)
        return [row["critical_value"] for row in rows]

    def test_of_the_kl_weight_is_the_closed_form(self):
        found = self.critical("--dimension", "100,1e9", "--horizon", 50, "--trajectories", 500)
        for value, exact in zip(found, (1.849, 1.526)):  # 4 standard errors at 500 trajectories
            self.assertLess(abs(value - exact), 0.03)

    def test_of_the_inverse_lipschitz_constant_lies_on_the_boundary(self):
        (value,) = self.critical("--over", "inverse-lipschitz", "--kl-weight", 4.15, "--dimension",
                                 1000, "--horizon", 200, "--trajectories", 50)
        self.assertLess(abs(value - 0.3), 0.003)


if __name__ == "__main__":
    unittest.main()
