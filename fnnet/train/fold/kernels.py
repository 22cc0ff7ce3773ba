"""Activations and heads that write into given arrays: the same functions, without a new array for each call.

A kernel is a pair of tapes: lists of calls on fixed arrays. Activations and heads without a kernel, such as the
user's own, are called as they are and their results copied.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias, cast

import numpy as np

from fnnet.core.arrays import F, Matrix
from fnnet.nn.activation import Activation
from fnnet.nn.activations import relu, sigmoid, tanh
from fnnet.nn.head import Head
from fnnet.nn.heads import softmax_cross_entropy

Rows: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[F]]
"""The z, a or d of a step: a vector for one sample, a matrix for a batch."""

Call: TypeAlias = Callable[[], object]
Tape: TypeAlias = list[Call]
"""NumPy calls on fixed arrays, to be run in order, any number of times."""


def sign(activation: Activation) -> int:
    """-1 if the kernel reads -z, else 1.

    exp(-z) takes a negation at every step, unless the weights before a sigmoid are kept negated. Descent is the same:
    the gradient with respect to -W is minus that with respect to W.
    """
    return -1 if activation == sigmoid else 1


def apply(activation: Activation, z: Rows[F], a: Rows[F]) -> Tape:
    """a = f(z), where z has the `sign` of the activation."""
    one = np.array(1, z.dtype)
    if activation == sigmoid:
        return [partial(np.exp, z, a), partial(np.add, a, one, a), partial(np.reciprocal, a, a)]
    if activation == tanh:
        return [partial(np.tanh, z, a)]
    if activation == relu:
        return [partial(np.maximum, z, np.array(0, z.dtype), out=a)]
    matrix = cast(Matrix[F], z)  # or a vector: an activation takes either
    return [lambda: np.copyto(a, activation.apply(matrix))]


def slope(activation: Activation, a: Rows[F], s: Rows[F]) -> Tape:
    """s = f'(z), with respect to z with its sign, if `pull` needs it ahead."""
    if activation == sigmoid:
        # with respect to -z: a² - a
        return [partial(np.multiply, a, a, s), partial(np.subtract, s, a, s)]
    if activation == tanh:
        return [partial(np.multiply, a, a, s), partial(np.subtract, np.array(1, a.dtype), s, s)]
    if activation == relu:
        # a is at least 0, and its sign is the slope
        return [partial(np.sign, a, s)]
    return []


def pull(activation: Activation, z: Rows[F], a: Rows[F], g: Rows[F], s: Rows[F], d: Rows[F]) -> Call:
    """d = g f'(z), with s as `slope` left it."""
    if activation in (sigmoid, tanh, relu):
        return partial(np.multiply, s, g, d)
    z_, a_, g_ = (cast(Matrix[F], rows) for rows in (z, a, g))  # or vectors
    return lambda: np.copyto(d, activation.pullback(z_, a_, g_))


def output(head: Head, z: Rows[F], d: Rows[F]) -> Tape:
    """d = p(z), if `delta` needs it ahead."""
    if head != softmax_cross_entropy:
        return []
    return _softmax_row(z, d) if z.ndim == 1 else _softmax_rows(z, d)


def delta(head: Head, z: Rows[F], t: Rows[F], factor: Rows[F], d: Rows[F]) -> Tape:
    """d = factor ∂L/∂z, with d as `output` left it; the factor is one number for each sample."""
    if head == softmax_cross_entropy:
        # the difference first: where p is t, it is 0 at any rate
        return [partial(np.subtract, d, t, d), partial(np.multiply, d, factor, d)]
    z_, t_ = cast(Matrix[F], z), cast(Matrix[F], t)  # or vectors
    return [lambda: np.multiply(head.delta(z_, head.apply(z_), t_), factor, d)]


# exp(z) / Σ exp(z): while the sum is well within range, z need not be shifted by its maximum, which would take longer
# than everything else.
_LEAST, _MOST = 1e-30, 1e30


def _softmax_row(z: Rows[F], p: Rows[F]) -> Tape:
    """p = softmax(z) for one sample."""
    total, ones = np.empty((), z.dtype), np.ones_like(z)

    def guard() -> None:
        if not _LEAST < total.item() < _MOST:
            np.exp(z - z.max(), p)
            p.dot(ones, total)

    return [partial(np.exp, z, p), partial(p.dot, ones, total), guard, partial(np.divide, p, total, p)]


def _softmax_rows(z: Rows[F], p: Rows[F]) -> Tape:
    """p = softmax(z) for each row."""
    totals, ones = np.empty((len(z), 1), z.dtype), np.ones((z.shape[-1], 1), z.dtype)

    def guard() -> None:
        if not _LEAST < totals.min() <= totals.max() < _MOST:
            np.exp(z - z.max(axis=1, keepdims=True), p)
            p.dot(ones, totals)

    return [partial(np.exp, z, p), partial(p.dot, ones, totals), guard, partial(np.divide, p, totals, p)]
