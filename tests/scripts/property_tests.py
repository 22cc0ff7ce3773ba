"""Tests of a user's own, with the strategies of the library."""

from typing import Any, assert_type

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Activation, Dataset, Grads, Params, apply, gradient_error, identity_squared_error, tree
from fnnet.optim import Optimizer
from fnnet.testing.strategies import Problem, datasets, grads, masks, optimizers, params, problems, schedules, sizes
from fnnet.typing import Masks, Numbers, Schedule


def scaled_pullback(z: Numbers, a: Numbers, g: Numbers) -> Numbers:
    return g * np.float32(0.5)


HALF = Activation("half", lambda z: z * np.float32(0.5), scaled_pullback)


@given(problems(hidden=st.just(HALF), head=st.just(identity_squared_error), dtype=np.float64))
def test_gradient(problem: Problem[np.float64]) -> None:
    assert gradient_error(problem.params, problem.x, problem.y) < 1e-3


@given(...)
def test_step_keeps_the_dtype(params: Params[np.float32], optimizer: Optimizer) -> None:
    state = optimizer.init(params)
    assert_type(optimizer.step(params, Grads(params.layers), state)[0], Params[np.float32])


@given(st.data())
def test_step_keeps_the_shape(data: st.DataObject) -> None:
    network = data.draw(params(hidden=st.just(HALF), head=st.just(identity_squared_error), dtype=np.float64))
    assert_type(network, Params[np.float64])
    step = data.draw(grads(network))
    assert_type(step, Grads[np.float64])
    moved = tree.add(network, step)
    assert apply(moved, np.zeros(moved.sizes[0])).shape == (moved.sizes[-1],)


def main() -> None:
    assert_type(params(), st.SearchStrategy[Params[Any]])
    assert_type(datasets(dtype=np.float32), st.SearchStrategy[Dataset[np.float32]])
    assert_type(problems(), st.SearchStrategy[Problem[Any]])
    assert_type(sizes(layers=2), st.SearchStrategy[tuple[int, ...]])
    assert_type(optimizers(), st.SearchStrategy[Optimizer])
    assert_type(schedules(), st.SearchStrategy[Schedule])
    drawn = params(dtype=np.float32).flatmap(lambda network: masks(network, 2))
    assert_type(drawn, st.SearchStrategy[Masks[tuple[int, int], np.float32]])
    test_gradient()
    test_step_keeps_the_dtype()
    test_step_keeps_the_shape()
