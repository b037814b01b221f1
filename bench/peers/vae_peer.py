#!/usr/bin/env python3
"""The same training of an ensemble of VAEs by the program, in PyTorch (batched products) or JAX
(vmap and jit).

    vae_peer.py program|torch|jax [--program PATH] [--case toy-mlp|toy-brenier|large]
                [--members 16] [--steps 100] [--repetitions 5] [--precision single|double]

toy-mlp      two clusters in R^2, l = 2, networks of two hidden layers of 32, B = 64
toy-brenier  the same with a decoder of two gradient maps of input-convex networks, L = 1
large        784 numbers a datum (uniform on (0, 1), 1000 rows), l = 16, two hidden layers of 256

ELBO with a gaussian likelihood of s_x = 1, one latent sample a datum, softplus, Adam; networks as
in include/modecollapse/vae/. PyTorch: all members in one baddbmm a matrix, the gradient map by
autograd with create_graph. JAX: jitted scan over steps under vmap, compiled before the clock
starts. How times are taken, and the JSON object that is printed: training_peer.py.
"""
import math

from training_peer import (  # takes one core, before a library counts the cores
    RATE,
    arguments_of,
    optimized,
    print_times,
    start_torch,
)

import numpy

BATCH, STRETCH, ROWS, HELD_OUT = 64, 1.0, 1000, 2
CASES = {"toy-mlp": (2, 2, 32, "mlp"), "toy-brenier": (2, 2, 32, "brenier"),
         "large": (784, 16, 256, "mlp")}


class Case:
    def __init__(self, name):
        self.inputs, self.latent, self.width, self.decoder = CASES[name]
        w, t, code = self.width, self.inputs, 2 * self.latent
        self.encoder = [(t, w), (w, w), (w, code)]
        self.network = [(self.latent, w), (w, w), (w, t)]
        # an input-convex network of R^n: (n, outputs) of every layer, and (below, outputs)
        self.direct = [(2, w), (2, w), (2, 1)]
        self.between = [(w, w), (w, 1)]

    def multiply_adds(self):
        """Of a step: a matrix is met forward and twice in reverse, one of a gradient map twice as
        often (its tangent and its adjoint).
        """
        def size(shapes):
            return sum(a * b for a, b in shapes)
        decoder = (size(self.network) if self.decoder == "mlp"
                   else 2 * 2 * size(self.direct + self.between))
        return 3.0 * BATCH * (size(self.encoder) + decoder)


def data_of(case):
    return numpy.random.default_rng(5).random((ROWS + HELD_OUT, case.inputs))


def uniform(numbers, members, shape, inputs):
    return (numbers.random((members, *shape)) * 2 - 1) / math.sqrt(inputs)


def start(case, members):
    """Lists of arrays: encoder, decoder; a map's are all U and b, then the logarithms of V."""
    numbers = numpy.random.default_rng(7)

    def network(shapes):
        return [array for a, b in shapes for array in
                (uniform(numbers, members, (a, b), a), uniform(numbers, members, (1, b), a))]

    def convex():
        arrays = network(case.direct)
        return arrays + [numbers.random((members, a, b)) * 2 - 1 - math.log(case.width)
                         for a, b in case.between]
    decoder = network(case.network) if case.decoder == "mlp" else convex() + convex()
    return network(case.encoder), decoder


def layers(arrays, x, affine, soft):
    """A network, of either library's arrays: softplus between its layers."""
    for i in range(0, len(arrays), 2):
        x = affine(x, arrays[i], arrays[i + 1])
        x = soft(x) if i + 2 < len(arrays) else x
    return x


def potential(arrays, v, affine, exp, soft):
    """Of a gradient map, less the stretch: an input-convex network."""
    u0, b0, u1, b1, u2, b2, v1, v2 = arrays
    h = soft(affine(v, u0, b0)) ** 2
    h = soft(affine(v, u1, b1) + h @ exp(v1))
    return soft(affine(v, u2, b2) + h @ exp(v2))


def decoder_of(case, decoder, network, convex_map):
    if case.decoder == "mlp":
        return lambda z: network(decoder, z)
    return lambda z: convex_map(decoder[8:], convex_map(decoder[:8], z))


def negative_elbo(x, normal, encode, decode, exp):
    """Of every datum, of either library's arrays; normal: draws for its latents."""
    code = encode(x)
    latent = code.shape[-1] // 2
    mean, log_variance = code[..., :latent], code[..., latent:]
    deviation = exp(0.5 * log_variance)
    misfit = 0.5 * ((decode(mean + deviation * normal) - x) ** 2).sum(-1)
    return misfit + 0.5 * (mean * mean + deviation * deviation - log_variance - 1).sum(-1)


def torch_runner(arguments, case):
    torch = start_torch(arguments)
    kind, members = torch.get_default_dtype(), arguments.members
    encoder, decoder = ([torch.tensor(array, dtype=kind, requires_grad=True) for array in part]
                        for part in start(case, members))
    rows = torch.tensor(data_of(case)[HELD_OUT:], dtype=kind)
    soft = torch.nn.functional.softplus

    def affine(x, a, b):
        return torch.baddbmm(b, x, a)

    def network(arrays, x):
        return layers(arrays, x, affine, soft)

    def convex_map(arrays, v):
        psi = potential(arrays, v, affine, torch.exp, soft)
        return torch.autograd.grad(psi.sum(), v, create_graph=True)[0] + STRETCH * v

    def batch():
        if case.inputs > 2:
            return rows[torch.randint(ROWS, (members, BATCH))]
        clusters = 10.0 * torch.randint(2, (members, BATCH, 1))
        return clusters + 2.5 * torch.randn(members, BATCH, 2)

    decode = decoder_of(case, decoder, network, convex_map)

    def loss():
        x = batch()
        normal = torch.randn(members, BATCH, case.latent)
        return negative_elbo(x, normal, lambda x: network(encoder, x), decode,
                             torch.exp).mean(1).sum()
    return optimized(torch, encoder + decoder, arguments.steps, loss)


def jax_runner(arguments, case):
    import jax
    if arguments.precision == "double":
        jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    soft = jax.nn.softplus
    kind = jnp.float32 if arguments.precision == "single" else jnp.float64
    rows = jnp.asarray(data_of(case)[HELD_OUT:], kind)

    def affine(x, a, b):
        return x @ a + b

    def network(arrays, x):
        return layers(arrays, x, affine, soft)

    def convex_map(arrays, v):
        def psi(v):
            return potential(arrays, v, affine, jnp.exp, soft).sum()
        return jax.grad(psi)(v) + STRETCH * v

    def loss(parameters, key):
        encoder, decoder = parameters
        choice, normal, noise = jax.random.split(key, 3)
        if case.inputs > 2:
            x = rows[jax.random.randint(choice, (BATCH,), 0, ROWS)]
        else:
            clusters = 10.0 * jax.random.randint(choice, (BATCH, 1), 0, 2)
            x = clusters + 2.5 * jax.random.normal(normal, (BATCH, 2), kind)
        draws = jax.random.normal(noise, (BATCH, case.latent), kind)
        return negative_elbo(x, draws, lambda x: network(encoder, x),
                             decoder_of(case, decoder, network, convex_map), jnp.exp).mean()

    def member(state, keys):
        def step(state, inputs):
            parameters, m, v = state
            key, n = inputs
            g = jax.grad(loss)(parameters, key)
            tree = jax.tree_util.tree_map
            m = tree(lambda a, b: 0.9 * a + 0.1 * b, m, g)
            v = tree(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
            parameters = tree(lambda p, a, b: p - RATE * (a / (1 - 0.9**n))
                              / (jnp.sqrt(b / (1 - 0.999**n)) + 1e-8), parameters, m, v)
            return (parameters, m, v), None
        return jax.lax.scan(step, state, (keys, jnp.arange(1.0, arguments.steps + 1)))[0]

    parameters = jax.tree_util.tree_map(lambda a: jnp.asarray(a, kind),
                                        start(case, arguments.members))
    zeros = jax.tree_util.tree_map(jnp.zeros_like, parameters)
    keys = jax.vmap(lambda key: jax.random.split(key, arguments.steps))(
        jax.random.split(jax.random.PRNGKey(8), arguments.members))
    compiled = jax.jit(jax.vmap(member))
    state = (parameters, zeros, zeros)
    return lambda: jax.block_until_ready(compiled(state, keys))


def options_of(arguments, case, folder):
    options = ["--family", "vae", "--decoder", case.decoder, "--latent-dimension", case.latent,
               "--encoder-width", case.width, "--decoder-width", case.width, "--batch-size", BATCH,
               "--held-out", HELD_OUT]
    if case.decoder == "brenier":
        options += ["--inverse-lipschitz", STRETCH]
    if case.inputs > 2:
        numpy.save(f"{folder}/data.npy", data_of(case))
        options += ["--data", f"{folder}/data.npy"]
    return options


def main():
    libraries = {"torch": torch_runner, "jax": jax_runner}
    arguments = arguments_of(__doc__, libraries, CASES, case="toy-mlp", steps=100).parse_args()
    print_times(arguments, Case(arguments.case), options_of, libraries)


if __name__ == "__main__":
    main()
