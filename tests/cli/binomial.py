"""Clopper-Pearson intervals by bisection of the binomial law: a second way, without libraries."""

import math


def at_most(k, n, p):
    """P(X <= k) of n trials with success probability p."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    logs = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k + 1)
    ]
    return math.fsum(math.exp(x) for x in logs)


def root(rises):
    low, high = 0.0, 1.0
    for _ in range(45):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if rises(middle) else (middle, high)
    return 0.5 * (low + high)


def clopper_pearson(k, n, alpha):
    """(low, high): P(X >= k) = alpha / 2 at low, P(X <= k) = alpha / 2 at high."""
    low = root(lambda p: 1.0 - at_most(k - 1, n, p) > alpha / 2) if k > 0 else 0.0
    high = root(lambda p: at_most(k, n, p) < alpha / 2) if k < n else 1.0
    return low, high
