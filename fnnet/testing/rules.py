"""Strategies for how parameters move: optimizers, their wrappers, schedules."""

from typing import Any

from hypothesis import strategies as st

from fnnet.core.call import Call
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd
from fnnet.optim.schedules import Schedule, constant, cosine, exponential, join, linear, per_epoch, piecewise
from fnnet.optim.wrappers import clip, decay, ema, l2, max_norm
from fnnet.testing.numbers import rounds

_SHARE, _BELOW_ONE, _POSITIVE = rounds(0, 1), rounds(0, 7 / 8), rounds(1 / 8, 4)
_STEPS, _BIASES = st.integers(1, 8), st.booleans()
_EPS = st.sampled_from([1e-8, 1 / 8])


@st.composite
def _cosines(draw: st.DrawFn) -> cosine:
    steps = draw(_STEPS)
    return cosine(draw(_SHARE), steps, warmup=draw(st.integers(0, steps - 1)), final=draw(_SHARE))


@st.composite
def _piecewise(draw: st.DrawFn) -> piecewise:
    boundaries = sorted(draw(st.sets(st.integers(0, 8), max_size=3)))
    return piecewise(draw(st.lists(_SHARE, min_size=len(boundaries) + 1, max_size=len(boundaries) + 1)), boundaries)


SIMPLE_SCHEDULES: dict[type[Call], st.SearchStrategy[Any]] = {
    constant: st.builds(constant, _SHARE),
    exponential: st.builds(exponential, _SHARE, _SHARE),
    linear: st.builds(linear, _SHARE, _SHARE, _STEPS),
    cosine: _cosines(),
    piecewise: _piecewise(),
}


# Composite strategies are written by their names in the errors of hypothesis, unions by all that they hold.
@st.composite
def _simple_schedules(draw: st.DrawFn) -> Schedule:
    schedule: Schedule = draw(st.one_of(*SIMPLE_SCHEDULES.values()))
    return schedule


_SIMPLE = _simple_schedules()

JOINED_SCHEDULES: dict[type[Call], st.SearchStrategy[Any]] = {
    join: st.builds(join, _SIMPLE, st.integers(0, 8), _SIMPLE),
    per_epoch: st.builds(per_epoch, _SIMPLE, _STEPS),
}

_RATE = _SHARE | _SIMPLE
_DECAYS = {"beta1": _BELOW_ONE, "beta2": _BELOW_ONE, "eps": _EPS}

SIMPLE_OPTIMIZERS: dict[type[Optimizer], st.SearchStrategy[Any]] = {
    sgd: st.builds(sgd, _RATE),
    momentum: st.builds(momentum, _RATE, mu=_BELOW_ONE),
    nesterov: st.builds(nesterov, _RATE, mu=_BELOW_ONE),
    adagrad: st.builds(adagrad, _RATE, eps=_EPS),
    rmsprop: st.builds(rmsprop, _RATE, alpha=_BELOW_ONE, eps=_EPS),
    adam: st.builds(adam, _RATE, **_DECAYS),
    adamw: st.builds(adamw, _RATE, decay=_SHARE, biases=_BIASES, **_DECAYS),
}


def _wrappers(optimizer: st.SearchStrategy[Optimizer]) -> dict[type[Optimizer], st.SearchStrategy[Any]]:
    return {
        clip: st.builds(clip, optimizer, _POSITIVE),
        l2: st.builds(l2, optimizer, _SHARE, biases=_BIASES),
        decay: st.builds(decay, optimizer, _RATE, biases=_BIASES),
        max_norm: st.builds(max_norm, optimizer, _POSITIVE),
        ema: st.builds(ema, optimizer, _BELOW_ONE),
    }


@st.composite
def _unwrapped(draw: st.DrawFn) -> Optimizer:
    optimizer: Optimizer = draw(st.one_of(*SIMPLE_OPTIMIZERS.values()))
    return optimizer


_WRAPPED_ONCE = _wrappers(_unwrapped())


@st.composite
def _wrapped_once(draw: st.DrawFn) -> Optimizer:
    optimizer: Optimizer = draw(st.one_of(*_WRAPPED_ONCE.values()))
    return optimizer


WRAPPED_OPTIMIZERS = _wrappers(_unwrapped() | _wrapped_once())


@st.composite
def _wrapped(draw: st.DrawFn) -> Optimizer:
    optimizer: Optimizer = draw(st.one_of(*WRAPPED_OPTIMIZERS.values()))
    return optimizer


def schedules() -> st.SearchStrategy[Schedule]:
    """A schedule of the library whose values are rates from 0 to 1; it shrinks to a constant.

    Its numbers are multiples of 1/8, its lengths at most 8 steps; `join` and `per_epoch` hold simple schedules.

    >>> from hypothesis import find
    >>> find(schedules(), lambda rate: rate(0) > rate(1))
    exponential(1.0, 0.0)
    """
    return st.one_of(_SIMPLE, *JOINED_SCHEDULES.values())


def optimizers() -> st.SearchStrategy[Optimizer]:
    """An optimizer of the library, wrapped at most twice; it shrinks to `sgd`.

    Rates are multiples of 1/8 from 0 to 1, or schedules; means decay by at most 7/8.

    >>> from hypothesis import find
    >>> from fnnet import init_params
    >>> find(optimizers(), lambda optimizer: optimizer.init(init_params((2, 1), seed=0)).slots)
    momentum(0.0, mu=0.0)
    """
    return _unwrapped() | _wrapped()
