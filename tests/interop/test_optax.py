"""Optimizers of optax train as those of the library do."""

from typing import Any

import jax
import numpy as np
import optax
import pytest

from fnnet import Dense, Grads, Params, adam, fit, init_params, ravel
from fnnet.data import Dataset
from fnnet.optim import clip, pure
from fnnet.train import TrainState

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.normal(size=(40, 3)).astype(np.float32), RNG.integers(0, 2, 40))
PARAMS = init_params((3, 4, 2), seed=0)


def from_optax(name: str, transform: Any) -> pure:
    """As in the README of `fnnet/optim`."""

    def tree(record: Params[Any] | Grads[Any]) -> list[Any]:
        return [(layer.weights, layer.bias) for layer in record.layers]

    def initial(params: Params[Any]) -> tuple[Any, ...]:
        return tuple(jax.tree.leaves(transform.init(tree(params))))

    def move(params: Params[Any], grads: Grads[Any], slots: Any) -> tuple[Params[Any], tuple[Any, ...]]:
        structure = jax.tree.structure(transform.init(tree(params)))
        state = jax.tree.unflatten(structure, slots)
        updates, state = transform.update(tree(grads), state, tree(params))
        moved: Any = optax.apply_updates(tree(params), updates)
        layers = tuple(Dense(np.asarray(w), np.asarray(b)) for w, b in moved)
        return Params(layers, params.hidden, params.head), tuple(jax.tree.leaves(state))

    return pure(name, initial, move)


def last(optimizer: Any) -> TrainState[np.float32]:
    *_, state = fit(PARAMS, DATA, epochs=3, optimizer=optimizer, batch_size=8)
    return state


def test_optax_adam_is_adam() -> None:
    """With a schedule, whose clock is in the state, and inside a wrapper of ours."""
    theirs = from_optax("optax adam", optax.adam(optax.cosine_decay_schedule(0.05, 15), eps=1e-8))
    state = last(clip(theirs, 1.0))
    ours = last(clip(adam(lambda k: 0.05 * (1 + np.cos(np.pi * k / 15)) / 2), 1.0))
    np.testing.assert_allclose(ravel(state.params), ravel(ours.params), rtol=1e-4, atol=1e-5)
    assert state.opt_state and state.opt_state.count == 15


@pytest.mark.parametrize("name", ["lion", "adamax", "amsgrad"])
def test_optax_states_are_arrays(name: str) -> None:
    """Moments, counters and maxima: each is a slot, and the steps repeat to the bit."""
    transforms = {"lion": optax.lion(1e-3), "adamax": optax.adamax(1e-2), "amsgrad": optax.amsgrad(1e-2)}
    one, other = (last(from_optax(name, transforms[name])) for _ in range(2))
    assert one == other and one.params != PARAMS
