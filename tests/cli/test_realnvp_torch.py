"""The reverse pass of a flow against PyTorch's automatic differentiation at equal weights, from
outside: two saved flows, one SGD step apart.

Skipped where torch or netCDF4 is missing. The batch of the step is drawn again here: Philox4x32-10
and Box and Muller in NumPy.
"""

import unittest

from program import ProgramTest

try:
    import netCDF4
    import numpy
    import torch
except ImportError:
    torch = None

SEED, BATCH, RATE, RADIUS, WEIGHT, BOUND = 7, 50, 0.01, 2.0, 0.8, 2.0
DIMENSION, LAYERS, WIDTH, DEPTH = 6, 4, 9, 2
BATCH_PURPOSE = 21


def philox_normals(member, first_block, blocks):
    """Four normals a block, (blocks, 4): include/modecollapse/random/streams.hpp."""
    draw = (numpy.uint64(BATCH_PURPOSE) << numpy.uint64(48)) + numpy.uint64(
        first_block) + numpy.arange(blocks, dtype=numpy.uint64)
    low = numpy.uint64(0xFFFFFFFF)
    c = [draw & low, draw >> numpy.uint64(32), numpy.full(blocks, member, numpy.uint64),
         numpy.zeros(blocks, numpy.uint64)]
    k0, k1 = SEED & 0xFFFFFFFF, SEED >> 32
    for _ in range(10):
        p0, p1 = c[0] * numpy.uint64(0xD2511F53), c[2] * numpy.uint64(0xCD9E8D57)
        c = [(p1 >> numpy.uint64(32)) ^ c[1] ^ numpy.uint64(k0), p1 & low,
             (p0 >> numpy.uint64(32)) ^ c[3] ^ numpy.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    u = [(word.astype(numpy.float64) + 0.5) / 2.0**32 for word in c]
    result = []
    for radius, turn in ((u[0], u[1]), (u[2], u[3])):
        size = numpy.sqrt(-2.0 * numpy.log(radius))
        result += [size * numpy.cos(2 * numpy.pi * turn), size * numpy.sin(2 * numpy.pi * turn)]
    return numpy.stack(result, axis=1)


def networks(parameters):
    """[layer][matrix] -> (W, b): include/modecollapse/realnvp/shape.hpp."""
    sizes = [(WIDTH, DIMENSION // 2)] + [(WIDTH, WIDTH)] * (DEPTH - 1) + [(DIMENSION, WIDTH)]
    at, layers = 0, []
    for _ in range(LAYERS):
        layer = []
        for outputs, inputs in sizes:
            w = parameters[at:at + outputs * inputs].reshape(outputs, inputs)
            at += outputs * inputs
            layer.append((w, parameters[at:at + outputs]))
            at += outputs
        layers.append(layer)
    assert at == len(parameters)
    return layers


def passive_first(number, x):
    half = DIMENSION // 2
    return (x[:, :half], x[:, half:]) if number % 2 == 0 else (x[:, half:], x[:, :half])


def outputs(layer, passive):
    for i, (w, b) in enumerate(layer):
        passive = passive @ w.T + b
        if i < DEPTH:
            passive = torch.tanh(passive)
    half = DIMENSION // 2
    return BOUND * torch.tanh(passive[:, :half] / BOUND), passive[:, half:]


def forward(layers, z):
    x, log_det = z, 0.0
    for number, layer in enumerate(layers):
        passive, active = passive_first(number, x)
        s, t = outputs(layer, passive)
        active = active * torch.exp(s) + t
        x = torch.cat((passive, active) if number % 2 == 0 else (active, passive), dim=1)
        log_det = log_det + s.sum(1)
    return x, log_det


def log_density(layers, x):
    log_det = 0.0
    for number in reversed(range(LAYERS)):
        passive, active = passive_first(number, x)
        s, t = outputs(layers[number], passive)
        active = (active - t) * torch.exp(-s)
        x = torch.cat((passive, active) if number % 2 == 0 else (active, passive), dim=1)
        log_det = log_det + s.sum(1)
    return -0.5 * (x * x).sum(1) - log_det


def log_target(x):
    mode = RADIUS / DIMENSION**0.5
    parts = [numpy.log(w) - 0.5 * ((x - sign * mode) ** 2).sum(1) for sign,
             w in ((1, WEIGHT), (-1, 1 - WEIGHT))]
    return torch.logsumexp(torch.stack(parts), dim=0)


@unittest.skipIf(torch is None, "needs torch, numpy and netCDF4")
class AgainstTorch(ProgramTest):
    def saved(self, steps, estimator):
        path = self.path(f"{steps}.nc")
        self.succeed("probability", "--family", "realnvp", "--dimension", DIMENSION, "--layers",
                     LAYERS, "--width", WIDTH, "--depth", DEPTH,
                     "--batch-size", BATCH, "--radius", RADIUS, "--target-weight", WEIGHT,
                     "--optimizer", "sgd", "--learning-rate", RATE,
                     "--estimator", estimator, "--evaluation-samples", 100, "--seed", SEED,
                     "--trajectories", 2, "--horizon", steps,
                     "--save-flows", path)
        with netCDF4.Dataset(path) as file:
            return numpy.array(file["parameters"][1])

    def test_gradients_of_both_estimators(self):
        member, steps = 1, 40
        blocks = (DIMENSION + 3) // 4
        normals = philox_normals(member, steps * BATCH * blocks,
                                 BATCH * blocks).reshape(BATCH, 4 * blocks)[:, :DIMENSION]
        z = torch.tensor(normals, dtype=torch.float64)
        for estimator in ("reparameterized", "pathwise"):
            before, after = self.saved(steps, estimator), self.saved(steps + 1, estimator)
            parameters = torch.tensor(before, requires_grad=True)
            x, log_det = forward(networks(parameters), z)
            log_q = -0.5 * (z
                            * z).sum(
                                1) - log_det if estimator == "reparameterized" else log_density(
                                    networks(parameters.detach()), x)
            (log_q - log_target(x)).mean().backward()
            gradient = parameters.grad.numpy()
            ours = (before - after) / RATE
            error = numpy.linalg.norm(ours - gradient) / numpy.linalg.norm(gradient)
            print(f"{estimator}: relative difference {error:.2g}")
            self.assertLess(error, 1e-10)


if __name__ == "__main__":
    unittest.main()
