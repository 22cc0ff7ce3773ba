"""The whole job in JAX: an epoch is one compiled `lax.scan` over the order of the samples."""

from typing import Any

import numpy as np

from tests.bench.jobs import recipe


def main() -> None:
    """Train, tell the accuracy after each epoch, save."""
    import jax
    import jax.numpy as jnp

    path, epochs, model = recipe.arguments()
    x_train, y_train, x_test, y_test = recipe.load(path)
    x, y, images = jnp.asarray(x_train), jnp.asarray(y_train, jnp.int32), jnp.asarray(x_test)
    layers = [(jnp.array(w), jnp.array(b)) for w, b in recipe.first_weights()]

    def logits(layers: Any, x: Any) -> Any:
        *hidden, (weights, bias) = layers
        for w, b in hidden:
            x = jax.nn.sigmoid(x @ w + b)
        return x @ weights + bias

    def loss(layers: Any, x: Any, y: Any) -> Any:
        return -jax.nn.log_softmax(logits(layers, x))[y]

    def fold(layers: Any, x: Any, y: Any, order: Any, lr: Any) -> Any:
        def step(layers: Any, i: Any) -> Any:
            gradient = jax.grad(loss)(layers, x[i], y[i])
            return jax.tree.map(lambda p, g: p - lr * g, layers, gradient), None

        return jax.lax.scan(step, layers, order)[0]

    train, predict = jax.jit(fold, donate_argnums=0), jax.jit(logits)
    for epoch in range(epochs):
        order = jnp.asarray(recipe.order(len(x_train), epoch), jnp.int32)
        layers = train(layers, x, y, order, recipe.rate(epoch))
        recipe.report(epoch, np.asarray(predict(layers, images)), y_test)
    recipe.save(model, [np.asarray(array) for layer in layers for array in layer])


if __name__ == "__main__":
    main()
