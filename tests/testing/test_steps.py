"""The checks of optimizers, schedules and gradients: what they are told, and what else they may be like."""

from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest
from attrs import frozen
from hypothesis import strategies as st

from fnnet import Grads, adam, momentum, sgd, softmax_cross_entropy
from fnnet.nn import dropout_gradient, mean_gradient
from fnnet.optim import Optimizer, State, adamw, elementwise, ema
from fnnet.optim.schedules import constant, cosine, linear
from fnnet.testing import LawBroken, check_gradient, check_optimizer, check_schedule, laws_of
from fnnet.testing.laws.course import Course
from fnnet.testing.laws.walks import LARGE, has_rate, network, takes_schedules
from fnnet.testing.strategies import problems


def heavy(mu: float, lr: float, t: int, theta: Any, g: Any, slots: Any) -> None:
    slots[0][:] = mu * slots[0] + g
    theta -= lr * slots[0]


def test_an_optimizer_like_another() -> None:
    own = elementwise("heavy", 0.1, 1, partial(heavy, 0.9))
    check_optimizer(own, like=momentum(0.1), examples=20)
    for mu in (0.9009, 0.5):
        with pytest.raises(LawBroken, match="breaks the law 'like'"):
            check_optimizer(elementwise("heavy", 0.1, 1, partial(heavy, mu)), like=momentum(0.1), examples=20)


def broken(claims: Any) -> str:
    """The names of those laws that do not hold."""
    names = []
    for claim in claims:
        try:
            claim.check(examples=30)
        except LawBroken:
            names.append(str(claim))
    return ", ".join(names)


def forgetful(lr: float, t: int, theta: Any, g: Any, slots: Any) -> None:
    m, v = slots
    m += 0.1 * (g - m)
    v += 0.001 * (g * g - v)
    theta -= lr * m / (np.sqrt(v) + 1e-8)


def test_only_a_name_tells_of_a_correction() -> None:
    """It is a rule of its own unless it is called Adam; or `like` says what it should be."""
    check_optimizer(elementwise("uncorrected", 0.1, 2, forgetful), examples=20)
    assert broken(laws_of(elementwise("adam", 0.1, 2, forgetful))) == "kind"
    assert broken(laws_of(elementwise("uncorrected", 0.1, 2, forgetful), like=adam(0.1))) == "like"


@frozen(repr=False)
class nameless_adamw(Optimizer):
    """AdamW without a rate of its own, of which nothing is known after the first step."""

    inner: adamw

    @property
    def kind(self) -> str:
        return "adamw"

    def init(self, params: Any) -> State[Any]:
        return self.inner.init(params)

    def update(self, count: int, theta: Any, grads: Any, slots: Any) -> None:
        self.inner.update(count, theta, grads, slots)


def test_adamw_need_not_have_a_rate() -> None:
    check_optimizer(nameless_adamw(adamw(0.1)), examples=20)


@frozen(repr=False)
class fixed(sgd):
    """A rate that is a number."""

    lr: float


class unequal(Optimizer):
    """Not a record."""

    def init(self, params: Any) -> State[Any]:
        return State(0, (), optimizer=self.kind)

    def update(self, count: int, theta: Any, grads: Any, slots: Any) -> None:
        theta.vector[...] -= 0.1 * grads.vector


@pytest.mark.parametrize(
    "optimizer, rate, schedules",
    [(sgd(0.1), True, True), (fixed(0.1), True, False), (ema(sgd(0.1), 0.5), False, False), (unequal(), False, False)],
    ids=lambda value: type(value).__name__,
)
def test_which_optimizers_have_rates(optimizer: Optimizer, rate: bool, schedules: bool) -> None:
    assert (has_rate(optimizer), takes_schedules(optimizer)) == (rate, schedules)


def test_diverging_is_no_error_of_a_rule() -> None:
    check_optimizer(elementwise("fast", 0.1, 1, partial(heavy, 1.5)), examples=20)


def test_errors_of_large_networks_stay_short() -> None:
    """A law that is broken beyond the first block of numbers alone."""

    def late(lr: float, t: int, theta: Any, g: Any, slots: Any) -> None:
        theta -= lr * g * (1 if theta.size > 20_000 else 2)

    (claim,) = [claim for claim in laws_of(elementwise("late", 0.1, 0, late)) if str(claim) == "symmetry"]
    large = network(LARGE, np.float64, np.arange(1.0, 128.0))
    example = {"params": large, "grads": [Grads(large.layers)]}
    claim = attrs.evolve(claim, law=attrs.evolve(claim.law, examples=lambda o: st.just(example)))
    with pytest.raises(LawBroken) as caught:
        claim.check()
    assert "np.resize(np.array([1.0, 2.0, 3.0, " in str(caught.value) and len(str(caught.value)) < 20_000


def test_a_schedule_like_another() -> None:
    check_schedule(lambda step: 0.1 * min(1.0, (step + 1) / 10), like=lambda step: min((step + 1) / 100, 0.1))
    with pytest.raises(LawBroken, match=r"s\(5000\) = 0.1"):
        check_schedule(lambda step: 0.1 if step < 5000 else 0.01, like=constant(0.1))


@pytest.mark.parametrize(
    "schedule, known, laws",
    [
        (lambda step: min(step + 1, 5) / 10, {"warmup": 5}, ""),
        (lambda step: min(step + 1, 6) / 10, {"warmup": 5}, "peak"),
        (lambda step: min(step, 5) / 10, {"warmup": 5, "peak": 0.5}, "warmup"),
        (lambda step: 0.1 if step < 9 else 0.01, {"steps": 9, "final": 0.01, "peak": 0.1}, ""),
        (lambda step: 0.1 if step < 9 else 0.01, {"steps": 8, "final": 0.01, "peak": 0.09}, "peak, final"),
        (lambda step: 0.1, {"steps": 3}, ""),
        (lambda step: 0.1 * (step % 2), {"warmup": 4}, "warmup"),
        (cosine(0.5, 9), {"peak": 0.25}, "peak"),
    ],
)
def test_the_course_may_be_told(schedule: Any, known: dict[str, Any], laws: str) -> None:
    assert broken(laws_of(schedule, "schedule", **known)) == laws


def test_fields_tell_of_the_course() -> None:
    assert Course().of(linear(1.0, 0.5, 3)) == Course(None, None, 3, 0.5)
    assert Course(peak=2.0).of(cosine(1.0, 3, warmup=2)) == Course(2, 2.0, 3, 0.0)
    assert Course().top(constant(1.0)) is None and Course(peak=1.0, final=2.0).top(constant(1.0)) is None


def labels_only(params: Any, x: Any, y: Any, weights: Any, step: int) -> Any:
    assert y.ndim == 1
    smooth = np.full((len(y), params.sizes[-1]), 0.1 / params.sizes[-1], x.dtype)
    smooth[np.arange(len(y)), y] += x.dtype.type(0.9)
    return mean_gradient(params, x, smooth, weights)


def test_gradients_of_their_own_problems() -> None:
    """Of labels with smoothed targets; the derivative is that of another loss."""
    labels = problems(head=st.just(softmax_cross_entropy), dtype=np.float64).filter(lambda p: p.y.ndim == 1)
    check_gradient(labels_only, problems=labels, without=["derivative"], examples=20)
    with pytest.raises(LawBroken, match="breaks the law 'shape'"):
        check_gradient(labels_only, examples=20)


def test_a_gradient_like_another() -> None:
    check_gradient(partial(dropout_gradient, 0.5, 0), like=lambda *given: dropout_gradient(0.5, 0, *given), examples=20)
    with pytest.raises(LawBroken, match="breaks the law 'like'"):
        check_gradient(partial(dropout_gradient, 0.5, 0), like=partial(dropout_gradient, 0.5, 1), examples=20)


def test_what_is_known_must_matter() -> None:
    with pytest.raises(TypeError, match="^peak: expected nothing but `like` of the kind optimizer$"):
        laws_of(sgd(0.1), peak=0.1)
