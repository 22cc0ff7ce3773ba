"""`Head`: an output activation and its loss as a pair, which is differentiated as one function.

For logits z, output p = f(z) and targets t of k numbers a sample, a head has the loss L(z, t) of each sample
and delta = ∂L/∂z. Some pairs are canonical: the derivative of the loss cancels that of the
activation, and delta = p - t (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.6).
"""

from typing import Protocol

import attrs
import numpy as np

from fnnet.core.arrays import Numbers
from fnnet.core.checks import instance_of
from fnnet.nn.activation import Elementwise
from fnnet.nn.domains import Domain
from fnnet.nn.own_functions import check_result, sample


class Loss(Protocol):
    """A function (z, t) ↦ L, from shapes (n, k) and (n, k) to one number a sample, shape (n,)."""

    def __call__(self, z: Numbers, t: Numbers, /) -> Numbers: ...


class Delta(Protocol):
    """A function (z, p, t) ↦ ∂L/∂z, of one sample or a batch."""

    def __call__(self, z: Numbers, p: Numbers, t: Numbers, /) -> Numbers: ...


@attrs.frozen(repr=False)
class Head:
    """An output activation with its loss, as a value; check your own with `gradient_error`.

    Args:
        name: how it is printed and saved.
        apply: z ↦ p, along the last axis.
        loss: (z, t) ↦ L of each sample of a batch, from the logits, so that no logarithm sees a zero.
        delta: (z, p, t) ↦ ∂L/∂z.
        domain: the targets that it accepts. An integer label becomes a one-hot row; with a single logistic or linear
            output the label, 0 or 1, is itself the target.

    >>> from fnnet import softmax_cross_entropy
    >>> softmax_cross_entropy.apply(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """

    name: str = attrs.field(validator=instance_of(str))
    apply: Elementwise = attrs.field(validator=attrs.validators.is_callable())
    loss: Loss = attrs.field(validator=attrs.validators.is_callable())
    delta: Delta = attrs.field(validator=attrs.validators.is_callable())
    domain: Domain = attrs.field(validator=instance_of(Domain))

    def __attrs_post_init__(self) -> None:
        for dtype in (np.float32, np.float64):
            z = sample(dtype)
            p = check_result(f"apply of {self.name}", self.apply, (z,), z)
            check_result(f"delta of {self.name}", self.delta, (z, p, p), z)
            check_result(f"apply of {self.name}", self.apply, (z[0],), z[0])
            check_result(f"delta of {self.name}", self.delta, (z[0], p[0], p[0]), z[0])
        check_result(f"loss of {self.name}", self.loss, (z, p), z[:, 0])  # which is always computed in float64

    def __repr__(self) -> str:
        return f"Head({self.name})"
