"""Checks of training: of a step, and of a whole loop."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from fnnet.nn.params import Params
from fnnet.testing.laws.check import check_claims, laws_of
from fnnet.testing.laws.loop import Loop
from fnnet.testing.laws.step import Training


def check_training(
    step: Callable[[Any, Any], Any],
    start: Callable[[Params[Any]], Any] | None = None,
    *,
    network: Params[Any] | None = None,
    batches: bool | None = None,
    like: Callable[[Any, Any], Any] | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a step of training, (state, batch) ↦ state, as `reduce` takes it.

    Args:
        step: takes a state and (x, y): one sample, x of shape (features,), or a batch, x of shape (n, features).
            y is a label, or labels (n,); for a `network` whose head is not for classes, rows in its domain, unless the
            step takes only labels.
        start: params ↦ the first state; by default the params themselves. The network of a state is the state itself,
            its `params`, or the first item of a tuple.
        network: one of the sizes, activation and head that the step is for; by default sizes vary, with sigmoids and
            `softmax_cross_entropy`.
        batches: whether the step takes batches (True) or single samples (False); if None, what it takes without an
            error, which may be both.
        like: another step, which must lead to the same networks: one whose state is the network itself, or
            `Training(other, start)` of `fnnet.testing.laws.step`.
        without: names of laws that are not meant to hold, such as "symmetry" for a step with dropout.
        examples, seed: as for `check_activation`.

    Raises:
        LawBroken: a law does not hold, as for `check_activation`.

    >>> from fnnet import adam, backward, forward, sgd_step
    >>> def step(params, sample):
    ...     x, y = sample
    ...     return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)
    >>> check_training(step, examples=10)

    A step that carries the state of an optimizer:

    >>> optimizer = adam(0.01)
    >>> def adam_step(state, batch):
    ...     params, memory = state
    ...     x, y = batch
    ...     return optimizer.step(params, backward(params, forward(params, x), y), memory)
    >>> check_training(adam_step, lambda params: (params, optimizer.init(params)), examples=10)

    And one with an error:

    >>> check_training(lambda params, batch: step(step(params, batch), batch[::-1]), examples=10)
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: <lambda> breaks the law 'shape':
      ...
    """
    __tracebackhide__ = True
    subject = Training(step, network=network, batches=batches)
    if start is not None:
        subject = Training(step, start, network, batches)
    check_claims(laws_of(subject, "training", like=like, without=without), examples, seed)


def check_fit(
    fit: Callable[..., Iterable[Any]],
    *,
    network: Params[Any] | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a training loop: (start, data, epochs=n) ↦ the state after each epoch.

    Args:
        fit: takes a network or one of its states, a `Dataset`, and the number of epochs; such as
            `partial(fnnet.fit, lr=0.1)`. Its states are networks, or have one, as for `check_training`.
        network: as for `check_training`.
        without: names of laws that are not meant to hold, such as "prefix" for a rate that depends on the number of
            epochs.
        examples, seed: as for `check_activation`.

    Raises:
        LawBroken: a law does not hold, as for `check_activation`.

    >>> from functools import partial
    >>> from fnnet import fit
    >>> check_fit(partial(fit, lr=0.1), examples=10)
    """
    __tracebackhide__ = True
    check_claims(laws_of(Loop(fit, network), "fit", without=without), examples, seed)
