"""Linear optimizers: their matrices take the same steps as they do, and compose as wrappers do."""

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dense, Grads, Params, adam, identity, identity_squared_error, momentum, sgd
from fnnet.optim import clip, decay, ema, l2, max_norm, nesterov
from fnnet.optim.linear import linear_steps
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.schedules import linear
from fnnet.testing.strategies import optimizers

PLAIN = [sgd(0.5), momentum(0.5), nesterov(linear(0.5, 0.1, 4), mu=0.5)]
LINEAR: list[Optimizer] = [
    *PLAIN,
    l2(momentum(0.5), 0.25),
    l2(sgd(0.5), 0.25, biases=True),
    decay(nesterov(0.5), linear(0.5, 0.0, 5)),
    ema(decay(l2(momentum(linear(0.1, 0.5, 3)), 0.125), 0.25, biases=True), 0.5),
    l2(ema(sgd(0.5), 0.0), 0.25),
    ema(ema(momentum(0.5), 0.5), 0.75),
]


def numbers(record: Params[np.float64] | Grads[np.float64]) -> tuple[float, float]:
    """The only weight and the only bias."""
    (layer,) = record.layers
    return float(layer.weights[0, 0]), float(layer.bias[0])


def layers(weight: float, bias: float) -> tuple[Dense[np.float64]]:
    return (Dense(np.array([[weight]]), np.array([bias])),)


@pytest.mark.parametrize("optimizer", LINEAR, ids=repr)
@given(start=st.tuples(st.floats(-2, 2), st.floats(-2, 2)), gs=st.lists(st.floats(-2, 2), min_size=1, max_size=6))
def test_matrices_are_the_steps(optimizer: Optimizer, start: tuple[float, float], gs: list[float]) -> None:
    params = Params(layers(*start), identity, identity_squared_error)
    state = optimizer.init(params)
    for first, g in enumerate(gs):
        before: list[Params[np.float64] | Grads[np.float64]] = [params, *state.layered]
        params, state = optimizer.step(params, Grads(layers(g, -g)), state)
        after: list[Params[np.float64] | Grads[np.float64]] = [params, *state.layered]
        for kind, gradient in ((0, g), (1, -g)):
            steps = linear_steps(optimizer, first, 1, biases=bool(kind))
            assert steps is not None
            s = np.array([numbers(record)[kind] for record in before])
            expected = [numbers(record)[kind] for record in after]
            np.testing.assert_allclose(steps.matrices[0] @ s + steps.vectors[0] * gradient, expected, atol=1e-12)


@pytest.mark.parametrize("optimizer", LINEAR, ids=repr)
def test_steps_are_those_of_each_step(optimizer: Optimizer) -> None:
    """Many at once are each alone; and θ never depends on what is not active."""
    many = linear_steps(optimizer, 3, 5, biases=False)
    assert many is not None
    for k in range(5):
        one = linear_steps(optimizer, 3 + k, 1, biases=False)
        assert one is not None
        np.testing.assert_array_equal(many.matrices[k], one.matrices[0])
        np.testing.assert_array_equal(many.vectors[k], one.vectors[0])
    assert not many.matrices[:, : many.active, many.active :].any()


@pytest.mark.parametrize("inner", PLAIN, ids=repr)
def test_no_strength_is_the_identity(inner: Optimizer) -> None:
    plain = linear_steps(inner, 0, 3, biases=False)
    assert plain is not None
    for wrapped in (l2(inner, 0.0), decay(inner, 0.0)):
        steps = linear_steps(wrapped, 0, 3, biases=False)
        assert steps is not None
        np.testing.assert_array_equal(steps.matrices, plain.matrices)
        np.testing.assert_array_equal(steps.vectors, plain.vectors)


@attrs.frozen(repr=False)
class slower(momentum):
    """A subclass, whose steps may be others."""


@pytest.mark.parametrize(
    "optimizer",
    [
        adam(),
        clip(sgd(0.1), 1.0),
        max_norm(sgd(0.1), 1.0),
        slower(0.1),
        l2(adam(), 0.1),
        decay(adam(), 0.1),
        ema(adam(), 0.1),
    ],
    ids=repr,
)
def test_others_have_no_matrices(optimizer: Optimizer) -> None:
    assert linear_steps(optimizer, 0, 2, biases=False) is None


@given(optimizers())
def test_every_optimizer_is_linear_or_not(optimizer: Optimizer) -> None:
    steps = linear_steps(optimizer, 0, 4, biases=True)
    assert steps is None or steps.matrices.shape == (4, *2 * steps.vectors.shape[1:])
