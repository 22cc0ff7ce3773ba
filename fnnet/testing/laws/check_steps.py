"""`check_optimizer`, `check_schedule`, `check_gradient`: all the laws of what a step is made of."""

from collections.abc import Collection
from typing import Any

from hypothesis.strategies import SearchStrategy

from fnnet.optim.optimizer import Optimizer
from fnnet.optim.schedules import Schedule
from fnnet.testing.laws.check import check_claims, laws_of
from fnnet.testing.problem import Problem
from fnnet.train.descent import Gradient


def check_optimizer(
    o: Optimizer,
    *,
    like: Optimizer | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of an optimizer.

    No law tells a rule that forgets to correct its means from one that is meant to be so, as AMSGrad's was. It shows
    where the optimizer is called "adam" or is a subclass of `adam`, and by another way of writing it: `like=adam(0.1)`.

    Args:
        o: the optimizer. Where it has a field `lr`, some laws change that; the rate may be a schedule.
        like: another way of writing it, which must take the same steps.
        without, examples, seed: as for `check_activation`. One that freezes layers or masks gradients on purpose is
            checked without "every number".

    Raises:
        LawBroken: as for `check_activation`.

    >>> import numpy as np
    >>> from fnnet.optim import elementwise
    >>> def sign(lr, t, theta, g, slots):
    ...     theta -= lr * np.sign(g)
    >>> check_optimizer(elementwise("sign", 0.1, 0, sign), examples=10)
    >>> def decaying(lr, t, theta, g, slots):
    ...     theta -= lr * np.sign(g) + 0.01 * theta
    >>> check_optimizer(elementwise("decaying", 0.1, 0, decaying))
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: elementwise('decaying', 0.1, 0, decaying) breaks the law 'zero rate':
      equation  at lr = 0, θ' = θ
      ...
    """
    __tracebackhide__ = True
    check_claims(laws_of(o, "optimizer", like=like, without=without), examples, seed)


def check_schedule(
    s: Schedule,
    *,
    warmup: int | None = None,
    peak: float | None = None,
    steps: int | None = None,
    final: float | None = None,
    like: Schedule | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a schedule.

    Args:
        s: a function of the step, counted from 0.
        warmup: for how many steps it rises; the last of these has the peak. It and the next three are taken from the
            schedule's fields of these names, where it has them and they are not given.
        peak: its largest value.
        steps: the step from which on it is `final`.
        final: its value from there on.
        like: another way of writing it, which must give the same numbers.
        without, examples, seed: as for `check_activation`.

    Raises:
        LawBroken: as for `check_activation`.

    >>> check_schedule(lambda step: 0.1 * min((step + 1) / 10, 1), warmup=10, peak=0.1)
    >>> check_schedule(lambda step: 0.1 * min(step / 10, 1), warmup=10, peak=0.1)
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: <lambda> breaks the law 'warmup':
      equation  s rises from step to step until it is `peak` at step warmup - 1
      ...
    """
    __tracebackhide__ = True
    known = {"warmup": warmup, "peak": peak, "steps": steps, "final": final}
    check_claims(laws_of(s, "schedule", like=like, **known, without=without), examples, seed)


def check_gradient(
    g: Gradient[Any],
    *,
    problems: SearchStrategy[Problem[Any]] | None = None,
    like: Gradient[Any] | None = None,
    without: Collection[str] = (),
    examples: int | None = None,
    seed: int | None = None,
) -> None:
    """Raise an error unless the laws hold of a gradient, as `fit` takes it.

    Args:
        g: (params, x, y, weights, step) ↦ the gradient of a batch. It may depend on the step, as with dropout, whose
            mean over many steps is then held against the gradient of the loss.
        problems: the networks and data that it is for, as `fnnet.testing.strategies.problems` draws them; any, if None.
        like: another way of writing it, which must give the same gradients.
        without, examples, seed: as for `check_activation`. A gradient of another loss is checked without "derivative".

    Raises:
        LawBroken: as for `check_activation`.

    >>> from fnnet.nn import mean_gradient
    >>> check_gradient(lambda params, x, y, weights, step: mean_gradient(params, x, y, weights), examples=5)
    >>> check_gradient(lambda params, x, y, weights, step: mean_gradient(params, x, y))
    Traceback (most recent call last):
    fnnet.testing.laws.law.LawBroken: <lambda> breaks the law 'weights':
      equation  g of a weighted batch = 1/n Σ w_i g of its samples
      ...
    """
    __tracebackhide__ = True
    known = {} if problems is None else {"problems": problems}
    check_claims(laws_of(g, "gradient", like=like, **known, without=without), examples, seed)
