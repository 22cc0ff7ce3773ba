"""`Head`: an output activation and its loss as a pair, which is differentiated as one function.

For logits z, output p = f(z) and targets t of k numbers a sample, a head has the loss L(z, t) of each sample
and delta = ∂L/∂z. Some pairs are canonical: the derivative of the loss cancels that of the
activation, and delta = p - t (Bishop, Pattern Recognition and Machine Learning, 2006, section 4.3.6).
"""

from typing import Protocol

import attrs
import numpy as np

from fnnet.core.arrays import Array, F, Numbers, S
from fnnet.core.functions import check_takes
from fnnet.core.validators import instance_of, one_line
from fnnet.nn.activation import Elementwise, Pullback
from fnnet.nn.domains import Domain, nonnegative, real
from fnnet.nn.own_functions import check_result, optional_function, required, sample


class Loss(Protocol):
    """A function (z, t) ↦ L, from shapes (n, k) and (n, k) to one number a sample, shape (n,)."""

    def __call__(self, z: Numbers, t: Numbers, /) -> Numbers: ...


class Delta(Protocol):
    """A function (z, p, t) ↦ ∂L/∂z, of one sample or a batch."""

    def __call__(self, z: Numbers, p: Numbers, t: Numbers, /) -> Numbers: ...


class Curvature(Protocol):
    """A function (z, p, t, v) ↦ (∂²L/∂z²) v, of one sample or a batch."""

    def __call__(self, z: Numbers, p: Numbers, t: Numbers, v: Numbers, /) -> Numbers: ...


@attrs.frozen(repr=False)
class Head:
    """An output activation with its loss, as a value; check your own with `gradient_error`.

    Args:
        name: how it is printed and saved.
        apply: z ↦ p, along the last axis.
        loss: (z, t) ↦ L of each sample of a batch, from the logits, so that no logarithm sees a zero.
        delta: (z, p, t) ↦ ∂L/∂z.
        domain: the targets that it accepts. An integer label becomes a one-hot row; with a single logistic or linear
            output the label, 0 or 1, is itself the target, as is any count with a single nonnegative one.
        pullback: (z, p, u) ↦ ∂<u, p>/∂z, which `vjp`, `jvp` and `jacobian` need.
        pushforward: (z, p, v) ↦ (∂p/∂z) v. When not given it is the pullback, to which it is equal where the Jacobian
            ∂p/∂z is symmetric, as for softmax and all that acts on each number by itself.
        curvature: (z, p, t, v) ↦ (∂²L/∂z²) v, which `hvp` and `gauss_newton_product` need.

    Raises:
        TypeError: a function returns something other than an array, or is not a function.
        ValueError: a function returns another shape or dtype than it is given, or writes to an argument. They are
            called once, on a few numbers, when the record is made. Or the name has unprintable characters.

    >>> import numpy as np
    >>> from fnnet import softmax_cross_entropy
    >>> softmax_cross_entropy.apply(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """

    name: str = attrs.field(validator=[instance_of(str), one_line])
    apply: Elementwise = attrs.field(validator=attrs.validators.is_callable())
    loss: Loss = attrs.field(validator=attrs.validators.is_callable())
    delta: Delta = attrs.field(validator=attrs.validators.is_callable())
    domain: Domain = attrs.field(validator=instance_of(Domain))
    pullback: Pullback | None = attrs.field(default=None, validator=optional_function)
    pushforward: Pullback | None = attrs.field(default=None, validator=optional_function)
    curvature: Curvature | None = attrs.field(default=None, validator=optional_function)

    def __attrs_post_init__(self) -> None:
        check_takes("loss", self.loss, ("z", "t"))
        check_takes("delta", self.delta, ("z", "p", "t"))
        for dtype in (np.float32, np.float64):
            for z in (sample(dtype), sample(dtype)[0]):
                p = check_result(f"apply of {self.name}", self.apply, (z,), z)
                for name in ("delta", "pullback", "pushforward"):
                    if function := getattr(self, name):
                        check_result(f"{name} of {self.name}", function, (z, p, p), z)
                if self.curvature:
                    check_result(f"curvature of {self.name}", self.curvature, (z, p, p, z), z)
        z = sample(np.float64)  # in which the loss is always computed
        check_result(f"loss of {self.name}", self.loss, (z, self.apply(z)), z[:, 0])

    @property
    def gives_probabilities(self) -> bool:
        """Whether the outputs are probabilities, rather than numbers of a regression or means of counts."""
        return self.domain not in (real, nonnegative)

    def __repr__(self) -> str:
        return f"Head({self.name})"


def output_pullback(head: Head, z: Array[S, F], p: Array[S, F], u: Array[S, F]) -> Array[S, F]:
    """∂<u, p>/∂z, the cotangent of z."""
    return required(head.pullback, "pullback", "(z, p, u) ↦ ∂<u, p>/∂z", head)(z, p, u)


def output_pushforward(head: Head, z: Array[S, F], p: Array[S, F], v: Array[S, F]) -> Array[S, F]:
    """(∂p/∂z) v, how fast p changes where z moves along v."""
    return head.pushforward(z, p, v) if head.pushforward else output_pullback(head, z, p, v)
