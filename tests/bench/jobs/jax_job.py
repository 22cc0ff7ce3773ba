"""The whole job in JAX: an epoch is one compiled `lax.scan` over the order of the samples."""

from typing import Any

import jax
import jax.numpy as jnp

from tests.bench.jobs import recipe


def _logits(layers: Any, x: Any) -> Any:
    *hidden, (weights, bias) = layers
    for w, b in hidden:
        x = jax.nn.sigmoid(x @ w + b)
    return x @ weights + bias


def _loss(layers: Any, x: Any, y: Any) -> Any:
    return -jax.nn.log_softmax(_logits(layers, x))[y]


def _epoch(layers: Any, x: Any, y: Any, order: Any, lr: Any) -> Any:
    def step(layers: Any, i: Any) -> Any:
        return jax.tree.map(lambda p, g: p - lr * g, layers, jax.grad(_loss)(layers, x[i], y[i])), None

    return jax.lax.scan(step, layers, order)[0]


def _start(images: Any, labels: Any, weights: list[Any]) -> Any:
    x, y = jnp.asarray(images), jnp.asarray(labels, jnp.int32)
    state = list(zip(map(jnp.array, weights[::2]), map(jnp.array, weights[1::2])))
    epoch, predict = jax.jit(_epoch, donate_argnums=0), jax.jit(_logits)

    def train(order: Any, lr: float) -> None:
        state[:] = epoch(state, x, y, jnp.asarray(order, jnp.int32), lr)

    return train, lambda images: predict(state, images), lambda: jax.tree.leaves(state)


if __name__ == "__main__":
    recipe.run(_start)
