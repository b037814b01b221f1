#!/usr/bin/env python3
"""The same training of an ensemble of sequence VAEs by the program or in PyTorch.

    sequence_peer.py program|torch [--program PATH] [--case small|medium] [--members 16]
                [--steps 20] [--repetitions 5] [--precision single|double]
                [--method batched|fused]

small    v = 100 words, embeddings and LSTMs of 32, l = 2, sentences of up to n = 10 tokens, B = 32
medium   v = 1000, 128, l = 16, n = 20, B = 64

An LSTM over the embedded sentence, its last state to mean and log-variance of z; an LSTM over the
embedded words before, from its state and z a linear layer to the logits; ELBO, one latent sample a
sentence, Adam: POSTERIOR part C with the head `linear`. Sentences of random words, of 2 to n tokens
with the end mark. PyTorch: batched, the members in one baddbmm a matrix, the LSTM's steps written
out; fused, torch.nn.LSTM for one member after the other, over packed sentences. How times are
taken, and the JSON object that is printed: training_peer.py.
"""
import math

from training_peer import (  # takes one core, before a library counts the cores
    arguments_of,
    optimized,
    print_times,
    start_torch,
)

import numpy

SENTENCES, HELD_OUT = 1000, 2
CASES = {"small": (100, 32, 2, 10, 32), "medium": (1000, 128, 16, 20, 64)}
END, START, FIRST_WORD = 0, 1, 3  # ids, as in kernels/sequence/token_table.hpp


class Case:
    def __init__(self, name):
        self.words, self.width, self.latent, self.tokens, self.batch = CASES[name]

    def multiply_adds(self):
        """Of a step, were all sentences of n tokens: a product is met forward and twice in
        reverse.
        """
        w = self.width
        of_token = 2 * 4 * w * (w + w) + self.words * (w + self.latent)
        return 3.0 * self.batch * (self.tokens * of_token + 2 * self.latent * w)

    def sentences(self):
        """Tokens (SENTENCES, n), 0 behind the end, and their lengths, the end mark among them."""
        numbers = numpy.random.default_rng(5)
        tokens = numbers.integers(FIRST_WORD, self.words, (SENTENCES + HELD_OUT, self.tokens))
        lengths = numbers.integers(2, self.tokens + 1, len(tokens))
        tokens[numpy.arange(self.tokens) >= lengths[:, None] - 1] = END
        return tokens, lengths


def torch_runner(arguments, case):
    torch = start_torch(arguments)
    members, w = arguments.members, case.width
    all_tokens, all_lengths = map(torch.tensor, case.sentences())

    def batch():
        rows = torch.randint(SENTENCES, (members, case.batch)) + HELD_OUT
        x = all_tokens[rows]
        before = torch.cat([torch.full_like(x[..., :1], START), x[..., :-1]], dim=-1)
        return x, before, all_lengths[rows]

    def loss_of(code, decode, x, lengths, log_likelihood):
        """Sum over members of their mean negative ELBO: members are independent."""
        mean, log_variance = code.chunk(2, dim=-1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        kl = 0.5 * (mean * mean + torch.exp(log_variance) - log_variance - 1).sum()
        held = torch.arange(case.tokens) < lengths[..., None]
        misfit = log_likelihood(decode(z), x)
        return (kl + (misfit * held).sum()) / case.batch

    def misfit_of(logits, x):
        flat = torch.nn.functional.cross_entropy(
            logits.reshape(-1, case.words), x.reshape(-1), reduction="none")
        return flat.reshape(x.shape)

    return (batched if arguments.method == "batched" else fused)(
        torch, arguments, case, members, w, batch, loss_of, misfit_of)


def batched(torch, arguments, case, members, w, batch, loss_of, misfit_of):
    parameters = []

    def parameter(*shape):
        bound = 1 / math.sqrt(shape[-2])
        values = (torch.rand(members, *shape) * 2 - 1) * bound
        parameters.append(values.requires_grad_())
        return values
    embed = [parameter(case.words, w) for _ in range(2)]  # encoder, decoder
    inputs, state = ([parameter(w, 4 * w) for _ in range(2)] for _ in range(2))
    biases = [parameter(1, 4 * w) for _ in range(2)]
    code, code_bias = parameter(w, 2 * case.latent), parameter(1, 2 * case.latent)
    head, head_bias = parameter(w + case.latent, case.words), parameter(1, case.words)
    of_member = torch.arange(members)[:, None, None] * case.words

    def states(part, tokens):
        """(members, batch, n, width) of the LSTM over the tokens."""
        u = torch.nn.functional.embedding(tokens + of_member, embed[part].reshape(-1, w))
        u = torch.baddbmm(biases[part], u.reshape(members, -1, w), inputs[part])
        u = u.reshape(members, case.batch, case.tokens, 4 * w)
        h = c = torch.zeros(members, case.batch, w)
        all_h = []
        for t in range(case.tokens):
            gates = torch.baddbmm(u[:, :, t], h, state[part])
            i, f, o = torch.sigmoid(gates[..., :3 * w]).chunk(3, dim=-1)
            c = f * c + i * torch.tanh(gates[..., 3 * w:])
            h = o * torch.tanh(c)
            all_h.append(h)
        return torch.stack(all_h, dim=2)

    def loss():
        x, before, lengths = batch()
        last = (lengths - 1)[..., None, None].expand(-1, -1, 1, w)
        h = states(0, x).gather(2, last).squeeze(2)

        def decode(z):
            hz = torch.cat([states(1, before), z[:, :, None].expand(-1, -1, case.tokens, -1)], -1)
            return torch.baddbmm(head_bias, hz.reshape(members, -1, w + case.latent), head)
        return loss_of(torch.baddbmm(code_bias, h, code), decode, x, lengths, misfit_of)
    return optimized(torch, parameters, arguments.steps, loss)


def fused(torch, arguments, case, members, w, batch, loss_of, misfit_of):
    def model():
        return torch.nn.ModuleDict({
            "embed_x": torch.nn.Embedding(case.words, w),
            "embed_before": torch.nn.Embedding(case.words, w),
            "encoder": torch.nn.LSTM(w, w, batch_first=True),
            "decoder": torch.nn.LSTM(w, w, batch_first=True),
            "code": torch.nn.Linear(w, 2 * case.latent),
            "head": torch.nn.Linear(w + case.latent, case.words)})
    models = torch.nn.ModuleList(model() for _ in range(members))
    pack = torch.nn.utils.rnn.pack_padded_sequence

    def of_member(part, x, before, lengths):
        packed = pack(part["embed_x"](x), lengths, batch_first=True, enforce_sorted=False)
        h = part["encoder"](packed)[1][0][0]

        def decode(z):
            states = part["decoder"](part["embed_before"](before))[0]
            return part["head"](torch.cat(
                [states, z[:, None].expand(-1, case.tokens, -1)], dim=-1))
        return loss_of(part["code"](h), decode, x, lengths, misfit_of)

    def loss():
        return torch.stack([of_member(part, *rows) for part, *rows
                            in zip(models, *batch(), strict=True)]).sum()
    return optimized(torch, models.parameters(), arguments.steps, loss)


def options_of(arguments, case, folder):
    tokens, lengths = case.sentences()
    with open(f"{folder}/sentences.txt", "w") as file:
        for row, length in zip(tokens, lengths, strict=True):
            print(*(f"w{token}" for token in row[:length - 1]), file=file)
    return ["--family", "sequence-vae", "--data", f"{folder}/sentences.txt",
            "--vocabulary", case.words, "--sentence-length", case.tokens, "--head", "linear",
            "--latent-dimension", case.latent, "--embedding-width", case.width,
            "--encoder-width", case.width, "--decoder-width", case.width,
            "--batch-size", case.batch, "--held-out", HELD_OUT]


def main():
    libraries = {"torch": torch_runner}
    parser = arguments_of(__doc__, libraries, CASES, case="small", steps=20)
    parser.add_argument("--method", choices=["batched", "fused"], default="batched")
    arguments = parser.parse_args()
    print_times(arguments, Case(arguments.case), options_of, libraries)


if __name__ == "__main__":
    main()
