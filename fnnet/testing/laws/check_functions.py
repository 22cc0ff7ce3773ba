"""`check_activation`, `check_head`, `check_network`: the laws of what a network is made of, in one line of a test."""

from collections.abc import Collection
from typing import Any

from hypothesis.strategies import SearchStrategy

from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.nn.params import Params
from fnnet.testing.laws.check import check_claims, laws_of


def check_activation(
    f: Activation,
    *,
    like: Activation | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of an activation.

    Args:
        f: the activation.
        like: another way of writing it, which must give the same numbers.
        without: names of laws that are not meant to hold.
        examples: how many each law is tried on; as many as hypothesis tries by the current profile, if None.
        seed: the same examples come again; if None, hypothesis chooses.

    Raises:
        LawBroken: (an `AssertionError`) a law does not hold. The message has the first that does not, with the
            smallest example, and names the others.

    >>> import numpy as np
    >>> check_activation(Activation("tanh", np.tanh, lambda z, a, g: g * (1 - a**2)), examples=10)
    >>> check_activation(Activation("tanh", np.tanh, lambda z, a, g: g * (1 - a)))
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: Activation(tanh) breaks the law 'derivative':
      equation  pullback(z, f(z), 1) = f'(z); at a kink, between the slopes of both sides
      ...
    """
    __tracebackhide__ = True
    check_claims(laws_of(f, "activation", like=like, without=without), examples, seed)


def check_head(
    h: Head,
    *,
    like: Head | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a head. Its domain decides which targets it is tried on.

    Args:
        h: the head.
        like: another way of writing it, which must give the same numbers.
        without, examples, seed: as for `check_activation`.

    Raises:
        LawBroken: (an `AssertionError`) a law does not hold.
        ValueError: no targets of a usual kind lie in the domain.

    >>> import attrs
    >>> from fnnet import logistic_cross_entropy, softmax_cross_entropy
    >>> check_head(logistic_cross_entropy, examples=10)
    >>> check_head(attrs.evolve(softmax_cross_entropy, pullback=lambda z, p, u: u * p * (1 - p)))
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: Head(softmax-cross-entropy) breaks the law 'pullback':
      equation  pullback(z, p, u) = Σ uᵢ ∂pᵢ/∂z
      ...
    """
    __tracebackhide__ = True
    check_claims(laws_of(h, "head", like=like, without=without), examples, seed)


def check_network(
    network: Params[Any] | SearchStrategy[Params[Any]],
    *,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a network, or of random ones: all that the library does with it.

    Args:
        network: parameters, with any activation and head; or a strategy of them, such as
            `params(hidden=st.just(mine))` of `fnnet.testing.strategies`, for a function of your own in many networks.
        without, examples, seed: as for `check_activation`.

    Raises:
        LawBroken: (an `AssertionError`) a law does not hold.
        ValueError: no targets of a usual kind lie in the domain of the head.

    >>> import numpy as np
    >>> from hypothesis import strategies as st
    >>> from fnnet.testing.strategies import params
    >>> check_network(params(hidden=st.just(Activation("sine", np.sin, lambda z, a, g: g * np.cos(z)))), examples=5)
    """
    __tracebackhide__ = True
    check_claims(laws_of(network, "network", without=without), examples, seed)
