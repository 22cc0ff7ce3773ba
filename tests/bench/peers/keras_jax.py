"""Keras on JAX: `fit` with `jit_compile`, and `predict_on_batch`.

After the page of `Model.compile`: several batches an execution, which it recommends for small models. A loop of
`train_on_batch` is at least twice as slow. Nothing is shown, and nothing measured but the loss.
"""

from typing import Any

import jax  # noqa: F401  (the backend; it is named as missing where it is)
import keras
import numpy as np

from tests.bench.cases import LR, Problem, Work


def train(problem: Problem) -> Work:
    """A step of gradient descent for each batch."""
    model, x, y = _model(problem), problem.x, problem.y
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(LR), loss, jit_compile=True, steps_per_execution=16)

    def work() -> list[Any]:
        model.set_weights(problem.arrays)
        model.fit(x, y, batch_size=problem.case.batch, shuffle=False, verbose=0)
        return list(model.get_weights())

    return work


def predict(problem: Problem) -> Work:
    """The probabilities of each batch."""
    model, inputs = _model(problem, keras.layers.Softmax()), problem.matrices()
    model.compile(jit_compile=True)
    return lambda: [np.concatenate([model.predict_on_batch(x) for x in inputs])]


def _model(problem: Problem, *last: Any) -> Any:
    features, *hidden, classes = problem.case.sizes
    dense = [keras.layers.Dense(width, activation="sigmoid") for width in hidden]
    model = keras.Sequential([keras.Input((features,)), *dense, keras.layers.Dense(classes), *last])
    model.set_weights(problem.arrays)
    return model
