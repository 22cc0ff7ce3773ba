"""JAX: `jit` around `lax.scan`, the parameters donated, one call for an epoch; compilation is off the clock.

After "Just-in-time compilation", "Buffer donation" and the page of `lax.scan` in its documentation. Momentum and Adam
are those of optax, after its "Getting started".
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from tests.bench.cases import ADAM_LR, LR, MOMENTUM_LR, MU, Problem, Work


def train(problem: Problem) -> Work:
    """A step of gradient descent for each batch."""

    def epoch(layers: Any, xs: Any, ys: Any) -> Any:
        def step(layers: Any, batch: Any) -> Any:
            return jax.tree.map(lambda p, g: p - LR * g, layers, jax.grad(_loss)(layers, *batch)), None

        return jax.lax.scan(step, layers, (xs, ys))[0]

    return _scanned(problem, epoch)


def momentum(problem: Problem) -> Work:
    """A step with momentum for each batch."""
    return _epoch(problem, optax.sgd(MOMENTUM_LR, momentum=MU))


def adam(problem: Problem) -> Work:
    """A step of Adam for each batch."""
    return _epoch(problem, optax.adam(ADAM_LR))


def _epoch(problem: Problem, optimizer: Any) -> Work:
    def epoch(layers: Any, xs: Any, ys: Any) -> Any:
        def step(carry: Any, batch: Any) -> Any:
            layers, state = carry
            updates, state = optimizer.update(jax.grad(_loss)(layers, *batch), state, layers)
            return (optax.apply_updates(layers, updates), state), None

        return jax.lax.scan(step, (layers, optimizer.init(layers)), (xs, ys))[0][0]

    return _scanned(problem, epoch)


def gradient(problem: Problem) -> Work:
    """The gradient for each batch, waited for."""
    compiled = jax.jit(jax.grad(_loss))
    layers, batches = _layers(problem), _batches(problem)

    def work() -> list[Any]:
        for x, y in batches:
            gradient = jax.block_until_ready(compiled(layers, x, y))
        return [np.asarray(array) for array in jax.tree.leaves(gradient)]

    return work


def predict(problem: Problem) -> Work:
    """The probabilities of each batch, waited for: an answer is wanted before the next question."""
    compiled = jax.jit(lambda layers, x: jax.nn.softmax(_logits(layers, x)))
    layers, inputs = _layers(problem), [x for x, _ in _batches(problem)]
    return lambda: [np.concatenate([np.asarray(compiled(layers, x)) for x in inputs])]


def _scanned(problem: Problem, epoch: Any) -> Work:
    """The weights after an epoch, (layers, images, labels) ↦ layers, compiled."""
    compiled = jax.jit(epoch, donate_argnums=0)
    x, y, batch = problem.x, problem.y, problem.case.batch
    shape = (-1,) if batch == 1 else (-1, batch)
    xs, ys = jnp.array(x.reshape(*shape, x.shape[1])), jnp.array(y.reshape(shape), jnp.int32)
    return lambda: [np.asarray(array) for array in jax.tree.leaves(compiled(_layers(problem), xs, ys))]


def _logits(layers: Any, x: Any) -> Any:
    *hidden, (weights, bias) = layers
    for w, b in hidden:
        x = jax.nn.sigmoid(x @ w + b)
    return x @ weights + bias


def _loss(layers: Any, x: Any, y: Any) -> Any:
    """Mean cross-entropy of a batch, or that of one sample."""
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(_logits(layers, x)), y[..., None], axis=-1))


def _layers(problem: Problem) -> list[Any]:
    weights = [jnp.array(array) for array in problem.arrays]
    return list(zip(weights[::2], weights[1::2]))


def _batches(problem: Problem) -> list[tuple[Any, Any]]:
    return [(jnp.array(x), jnp.array(y, jnp.int32)) for x, y in problem.batches()]
