#!/usr/bin/env python3
"""The same training of an ensemble of RealNVP flows in PyTorch (batched products) or JAX (vmap and
jit).

    realnvp_peer.py torch|jax [--case small|large] [--members 16] [--steps 20] [--repetitions 5]
    [--precision single|double] [--threads 1]
                    [--device cpu|gpu]

Reverse KL on the bimodal target, total gradient by automatic differentiation, Adam; coupling layers
as in include/modecollapse/realnvp/shape.hpp. Prints one JSON object: seconds of one step of one
member (median). The libraries are installed by whoever asks for this benchmark (pip install torch
jax). Both get the best form that was found: PyTorch all members in one baddbmm per matrix, JAX one
jitted scan over the steps, compiled before the clock starts. --threads limits PyTorch; JAX takes
the cores that the process may use (taskset).
"""
import argparse
import json
import math
import statistics
import time

RADIUS, TARGET_WEIGHT, BOUND, RATE = 2.5, 1.0 / 3.0, 2.0, 1e-3
CASES = {"small": {"dimension": 2, "layers": 6, "width": 32, "batch": 256},
         "large": {"dimension": 128, "layers": 8, "width": 256, "batch": 256}}


def shapes(case):
    """(inputs, outputs) of the matrices of a layer's network: two hidden layers."""
    half, width = case["dimension"] // 2, case["width"]
    return [(half, width), (width, width), (width, case["dimension"])]


def torch_runner(arguments, case):
    import torch
    torch.set_num_threads(arguments.threads)
    torch.set_default_device("cuda" if arguments.device == "gpu" else "cpu")
    torch.manual_seed(7)
    kind = torch.float32 if arguments.precision == "single" else torch.float64
    members, half, batch = arguments.members, case["dimension"] // 2, case["batch"]
    layers = []
    for _ in range(case["layers"]):
        layer = []
        for i, (inputs, outputs) in enumerate(shapes(case)):
            scale = (0.01 if i == 2 else 1.0) / math.sqrt(inputs)
            layer += [(torch.rand(members, inputs, outputs, dtype=kind) * 2 - 1) * scale,
                      torch.zeros(members, 1, outputs, dtype=kind)]
        layers.append([parameter.requires_grad_() for parameter in layer])
    optimizer = torch.optim.Adam([parameter for layer in layers for parameter in layer], lr=RATE)
    half_log_odds = 0.5 * math.log(TARGET_WEIGHT / (1 - TARGET_WEIGHT))
    mode = RADIUS / math.sqrt(case["dimension"])

    def step():
        optimizer.zero_grad(set_to_none=True)
        z = torch.randn(members, batch, case["dimension"], dtype=kind)
        first, second = z[..., :half], z[..., half:]
        log_det = 0.0
        for number, (w1, b1, w2, b2, w3, b3) in enumerate(layers):
            passive, active = (first, second) if number % 2 == 0 else (second, first)
            hidden = torch.tanh(torch.baddbmm(b1, passive, w1))
            hidden = torch.tanh(torch.baddbmm(b2, hidden, w2))
            out = torch.baddbmm(b3, hidden, w3)
            s = BOUND * torch.tanh(out[..., :half] / BOUND)
            active = active * torch.exp(s) + out[..., half:]
            log_det = log_det + s.sum(-1)
            first, second = (passive, active) if number % 2 == 0 else (active, passive)
        along = mode * (first.sum(-1) + second.sum(-1)) + half_log_odds
        squared = (first * first).sum(-1) + (second * second).sum(-1)
        log_p = along.abs() + torch.log1p(torch.exp(-2 * along.abs())) - 0.5 * squared
        # members are independent: the sum's gradient is each one's
        (-log_det - log_p).mean(1).sum().backward()
        optimizer.step()

    def run():
        for _ in range(arguments.steps):
            step()
        if arguments.device == "gpu":
            torch.cuda.synchronize()

    return run


def jax_runner(arguments, case):
    import jax
    if arguments.precision == "double":
        jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    jax.devices(arguments.device)  # raises if there is none
    half, batch = case["dimension"] // 2, case["batch"]
    half_log_odds = 0.5 * math.log(TARGET_WEIGHT / (1 - TARGET_WEIGHT))
    mode = RADIUS / math.sqrt(case["dimension"])

    def start(key):
        layers = []
        for _ in range(case["layers"]):
            layer = []
            for i, (inputs, outputs) in enumerate(shapes(case)):
                key, one = jax.random.split(key)
                scale = (0.01 if i == 2 else 1.0) / math.sqrt(inputs)
                layer += [jax.random.uniform(one, (inputs, outputs), minval=-scale, maxval=scale),
                          jnp.zeros(outputs)]
            layers.append(layer)
        return layers

    def loss(layers, z):
        first, second, log_det = z[:, :half], z[:, half:], 0.0
        for number, (w1, b1, w2, b2, w3, b3) in enumerate(layers):
            passive, active = (first, second) if number % 2 == 0 else (second, first)
            out = jnp.tanh(jnp.tanh(passive @ w1 + b1) @ w2 + b2) @ w3 + b3
            s = BOUND * jnp.tanh(out[:, :half] / BOUND)
            active = active * jnp.exp(s) + out[:, half:]
            log_det = log_det + s.sum(-1)
            first, second = (passive, active) if number % 2 == 0 else (active, passive)
        along = jnp.abs(mode * (first.sum(-1) + second.sum(-1)) + half_log_odds)
        log_p = along + jnp.log1p(jnp.exp(-2 * along)) - 0.5 * (
            (first * first).sum(-1) + (second * second).sum(-1))
        return (-log_det - log_p).mean()

    def member(state, key):
        def step(state, inputs):
            layers, m, v = state
            key, n = inputs
            g = jax.grad(loss)(layers, jax.random.normal(key, (batch, case["dimension"])))
            m = jax.tree_util.tree_map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
            v = jax.tree_util.tree_map(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
            layers = jax.tree_util.tree_map(
                lambda p, a, b: p - RATE * (a / (1 - 0.9**n))
                / (jnp.sqrt(b / (1 - 0.999**n)) + 1e-8), layers, m, v)
            return (layers, m, v), None
        return jax.lax.scan(step, state, (jax.random.split(key, arguments.steps),
                                          jnp.arange(1.0, arguments.steps + 1)))[0]

    layers = jax.vmap(start)(jax.random.split(jax.random.PRNGKey(7), arguments.members))
    zeros = jax.tree_util.tree_map(jnp.zeros_like, layers)
    keys = jax.random.split(jax.random.PRNGKey(8), arguments.members)
    compiled = jax.jit(jax.vmap(member))
    state = (layers, zeros, zeros)
    jax.block_until_ready(compiled(state, keys))
    return lambda: jax.block_until_ready(compiled(state, keys))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=["torch", "jax"])
    parser.add_argument("--case", choices=sorted(CASES), default="small")
    parser.add_argument("--precision", choices=["single", "double"], default="single")
    for name, value in (("members", 16), ("steps", 20), ("repetitions", 5), ("threads", 1)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--device", choices=["cpu", "gpu"], default="cpu")
    arguments = parser.parse_args()
    case = CASES[arguments.case]
    run = (torch_runner if arguments.library == "torch" else jax_runner)(arguments, case)
    run()
    seconds, processor = [], []
    for _ in range(arguments.repetitions):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        seconds.append((time.perf_counter() - wall) / arguments.steps / arguments.members)
        processor.append((time.process_time() - cpu) / arguments.steps / arguments.members)
    print(json.dumps({**vars(arguments), "seconds_a_step": statistics.median(seconds),
                      "cpu_seconds_a_step": statistics.median(processor)}))


if __name__ == "__main__":
    main()
